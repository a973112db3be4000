/**
 * Spend as a picture: series on top of each other over time, as bars or as areas, with lines such as
 * a budget across them. Drawn as SVG by hand: a chart library would weigh more than the whole
 * console. The pointer shows the numbers of one place, as does a slider for
 * the keyboard; screen readers get a table.
 */
import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import { AreaLayers, BarLayers, ChartLines, Marker } from './chart-layers.tsx'
import { ChartTable } from './chart-table.tsx'
import { ChartTooltip } from './chart-tooltip.tsx'
import { labelsToWrite, stacked, ticksTo } from './scale.ts'
import classes from './stack-chart.module.css'
import type { Frame, StackChartProps } from './types.ts'

const HEIGHT_PX = 220
const MARGIN = { left: 56, right: 8, top: 10, bottom: 24 }
const LABEL_WIDTH_PX = 64

export function StackChart(props: StackChartProps) {
  const { label, labels, series, lines = [], shape, format, height = HEIGHT_PX } = props
  const { ref, width } = useElementSize()
  const [at, setAt] = useState<number | null>(null)
  const layers = stacked(series.map(({ values }) => values))
  const tops = layers.at(-1)?.bands.map(([, to]) => to) ?? []
  const marks = lines.flatMap(({ values }) => (typeof values === 'number' ? [values] : values))
  const ticks = ticksTo(Math.max(0, ...tops, ...marks.filter((mark) => mark !== null)))
  const frame = frameOf(width, height, labels.length, ticks.at(-1)!)
  const select = () => {
    if (at !== null) props.onSelect?.(at)
  }
  return (
    <figure className={classes.figure} ref={ref} style={{ height }}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          aria-hidden
          className={classes.chart}
          data-selectable={props.onSelect !== undefined && at !== null}
          onClick={select}
          onPointerLeave={() => setAt(null)}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect()
            const place = Math.floor((event.clientX - box.left - frame.left) / frame.step)
            setAt(place >= 0 && place < labels.length ? place : null)
          }}
        >
          <Axes frame={frame} ticks={ticks} labels={labels} format={format} />
          {at !== null && <Marker frame={frame} at={at} />}
          {shape === 'bars' ? (
            <BarLayers frame={frame} layers={layers} />
          ) : (
            <AreaLayers frame={frame} layers={layers} />
          )}
          <ChartLines frame={frame} lines={lines} count={labels.length} />
        </svg>
      )}
      <input
        type="range"
        className={classes.keys}
        aria-label={`${label}: place`}
        min={0}
        max={labels.length - 1}
        value={at ?? labels.length - 1}
        aria-valuetext={labels[at ?? labels.length - 1]}
        onFocus={() => setAt(labels.length - 1)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') select()
        }}
        onChange={(event) => setAt(Number(event.currentTarget.value))}
      />
      {at !== null && <ChartTooltip {...props} at={at} frame={frame} />}
      <ChartTable {...props} />
    </figure>
  )
}

interface AxesProps {
  frame: Frame
  ticks: readonly number[]
  labels: readonly string[]
  format: (value: number) => string
}

function Axes({ frame, ticks, labels, format }: AxesProps) {
  const right = frame.left + frame.step * labels.length
  const written = labelsToWrite(labels.length, (right - frame.left) / LABEL_WIDTH_PX)
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className={classes.grid}
            x1={frame.left}
            x2={right}
            y1={frame.y(tick)}
            y2={frame.y(tick)}
          />
          <text className={classes.tick} x={frame.left - 8} y={frame.y(tick) + 4}>
            {format(tick)}
          </text>
        </g>
      ))}
      {labels.map((text, place) =>
        written.has(place) ? (
          <text key={text} className={classes.label} x={frame.x(place)} y={frame.height + 18}>
            {text}
          </text>
        ) : null,
      )}
    </>
  )
}

function frameOf(width: number, height: number, count: number, max: number): Frame {
  const inner = Math.max(0, width - MARGIN.left - MARGIN.right)
  const step = inner / Math.max(1, count)
  const bottom = height - MARGIN.bottom
  return {
    width,
    height: bottom,
    left: MARGIN.left,
    top: MARGIN.top,
    step,
    x: (at) => MARGIN.left + (at + 0.5) * step,
    y: (value) => bottom - (value / max) * (bottom - MARGIN.top),
  }
}
