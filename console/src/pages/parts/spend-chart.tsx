/** The drawing itself, in a chunk of its own with the library for it. */
import '@mantine/charts/styles.layer.css'
import { BarChart } from '@mantine/charts'
import classes from './usage.module.css'
import type { Series } from './usage-series.ts'

export interface DayOfSpend {
  day: string
  /** Dollars by the key of a series. */
  spent: Record<string, number>
}

interface SpendChartProps {
  days: readonly DayOfSpend[]
  series: readonly Series[]
  onDay: (day: string) => void
}

const HEIGHT_PX = 240
const BAR_WIDTH_PX_MAX = 36

const tick = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
})

export function SpendChart({ days, series, onDay }: SpendChartProps) {
  const most = Math.max(...days.map(({ spent }) => sumOf(spent)))
  // Names may hold dots, which the library reads as paths: series are numbered.
  const data = days.map(({ day, spent }) => ({
    day,
    ...Object.fromEntries(series.map(({ key }, index) => [`s${index}`, spent[key] ?? 0])),
  }))
  return (
    <BarChart
      className={classes.bars}
      h={HEIGHT_PX}
      data={data}
      dataKey="day"
      type="stacked"
      series={series.map(({ name, color }, index) => ({ name: `s${index}`, label: name, color }))}
      maxBarWidth={BAR_WIDTH_PX_MAX}
      tickLine="none"
      strokeDasharray="0"
      cursorFill="var(--ch-hover)"
      valueFormatter={dollars}
      xAxisProps={{ tickFormatter: (day: string) => tick.format(dateOf(day)), minTickGap: 24 }}
      yAxisProps={{ tickFormatter: axisDollars(most), width: 58 }}
      tooltipProps={{ labelFormatter: (day) => weekday.format(dateOf(String(day))) }}
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false }}
      barChartProps={{
        onClick: ({ activeLabel }) => {
          if (activeLabel !== undefined) onDay(String(activeLabel))
        },
      }}
    />
  )
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00`)
}

function sumOf(spent: Record<string, number>): number {
  return Object.values(spent).reduce((sum, one) => sum + one, 0)
}

/** Two digits after the point; below a cent two that matter. */
function dollars(value: number): string {
  if (value === 0) return '$0'
  return value >= 0.01 ? `$${value.toFixed(2)}` : `$${Number(value.toPrecision(2))}`
}

/** The same number of digits at every tick, as many as the highest bar needs. */
function axisDollars(most: number): (value: number) => string {
  const digits = most >= 20 ? 0 : most >= 0.2 ? 2 : Math.min(9, 2 - Math.floor(Math.log10(most)))
  return (value) => (value === 0 ? '$0' : `$${value.toFixed(Number.isFinite(digits) ? digits : 2)}`)
}
