/** The marks of a chart: bars, areas, and the lines across them. */
import type { Layer } from './scale.ts'
import classes from './stack-chart.module.css'
import type { ChartLine, Frame } from './types.ts'

export const SERIES_COLOURS = 8

/** The colour of a series by its place, the same in the picture, the legend and the tooltip. */
export function seriesColour(at: number): string {
  return `var(--ch-series-${(at % SERIES_COLOURS) + 1})`
}

const BAR_WIDTH_MAX_PX = 36
const BAR_SHARE = 0.7

interface LayersProps {
  frame: Frame
  layers: readonly Layer[]
}

export function BarLayers({ frame, layers }: LayersProps) {
  const width = Math.min(BAR_WIDTH_MAX_PX, frame.step * BAR_SHARE)
  return layers.map(({ bands }, layer) => (
    <g key={seriesKey(layer)} fill={seriesColour(layer)}>
      {bands.map(([from, to], at) =>
        to > from ? (
          <rect
            key={seriesKey(at)}
            x={frame.x(at) - width / 2}
            width={width}
            y={frame.y(to)}
            height={Math.max(1, frame.y(from) - frame.y(to))}
            rx={1.5}
          />
        ) : null,
      )}
    </g>
  ))
}

export function AreaLayers({ frame, layers }: LayersProps) {
  return layers.map(({ bands }, layer) => {
    const upper = bands.map(([, to], at) => `${frame.x(at)},${frame.y(to)}`)
    const lower = bands.map(([from], at) => `${frame.x(at)},${frame.y(from)}`).reverse()
    return (
      <g key={seriesKey(layer)}>
        <polygon
          points={[...upper, ...lower].join(' ')}
          fill={seriesColour(layer)}
          opacity={0.22}
        />
        <polyline
          points={upper.join(' ')}
          fill="none"
          stroke={seriesColour(layer)}
          strokeWidth={1.75}
          strokeLinejoin="round"
        />
      </g>
    )
  })
}

interface ChartLinesProps {
  frame: Frame
  lines: readonly ChartLine[]
  count: number
}

export function ChartLines({ frame, lines, count }: ChartLinesProps) {
  const right = frame.left + frame.step * count
  return lines.map(({ name, values, tone }) => {
    if (typeof values === 'number') {
      return (
        <g key={name} className={classes[tone]}>
          <line x1={frame.left} x2={right} y1={frame.y(values)} y2={frame.y(values)} />
          <text x={right} y={frame.y(values) - 5}>
            {name}
          </text>
        </g>
      )
    }
    const points = values.flatMap((value, at) =>
      value === null ? [] : [`${frame.x(at)},${frame.y(value)}`],
    )
    return (
      <g key={name} className={classes[tone]}>
        <polyline points={points.join(' ')} fill="none" />
      </g>
    )
  })
}

export function Marker({ frame, at }: { frame: Frame; at: number }) {
  return (
    <rect
      className={classes.marker}
      x={frame.x(at) - frame.step / 2}
      width={frame.step}
      y={frame.top}
      height={frame.height - frame.top}
    />
  )
}

/** Places never move in a drawn chart, so their number is their identity. */
const seriesKey = (at: number) => `place-${at}`
