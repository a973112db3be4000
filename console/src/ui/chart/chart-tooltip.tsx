/** The numbers of one place in a chart, beside it. */
import { seriesColour } from './chart-layers.tsx'
import classes from './stack-chart.module.css'
import type { Frame, StackChartProps } from './types.ts'

interface ChartTooltipProps extends StackChartProps {
  at: number
  frame: Frame
}

export function ChartTooltip({ labels, series, lines = [], format, at, frame }: ChartTooltipProps) {
  const isRight = frame.x(at) > frame.width / 2
  const isKnown = series.some(({ values }) => values[at] !== undefined)
  const total = series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)
  const shown = series
    .map(({ name, values }, place) => ({ name, value: values[at] ?? 0, place }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
  const side = isRight
    ? { right: frame.width - frame.x(at) + frame.step / 2 + 6 }
    : { left: frame.x(at) + frame.step / 2 + 6 }
  return (
    <div className={classes.tooltip} style={side} aria-live="polite">
      <div className={classes.tooltipTitle}>
        <span>{labels[at]}</span>
        {isKnown && <strong>{format(total)}</strong>}
      </div>
      {series.length > 1 &&
        shown.map(({ name, value, place }) => (
          <div key={name} className={classes.tooltipRow}>
            <span className={classes.swatch} style={{ background: seriesColour(place) }} />
            <span className={classes.tooltipName}>{name}</span>
            <span>{format(value)}</span>
          </div>
        ))}
      {lines.map(({ name, values }) => {
        const value = typeof values === 'number' ? values : values[at]
        if (value === null || value === undefined) return null
        return (
          <div key={name} className={classes.tooltipRow}>
            <span className={classes.tooltipName}>{name}</span>
            <span>{format(value)}</span>
          </div>
        )
      })}
    </div>
  )
}
