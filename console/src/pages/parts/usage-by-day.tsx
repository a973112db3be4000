/** Spend by day, stacked. Choosing a day narrows the page to it. */
import { Skeleton } from '@mantine/core'
import { StackChart } from '../../ui/chart/stack-chart.tsx'
import { dollarsForDrawing } from '../../ui/format.ts'
import { daysOf, type Range, spanOfDay } from '../../ui/range.ts'
import { useSearchState } from '../../ui/search.ts'
import classes from './usage.module.css'
import { OTHERS, type Series, type Summary } from './usage-series.ts'

interface UsageByDayProps {
  range: Range
  summary: Summary | undefined
  series: readonly Series[]
}

const tick = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const CHART_HEIGHT_PX = 240

export function UsageByDay({ range, summary, series }: UsageByDayProps) {
  const [, change] = useSearchState()
  if (summary === undefined) return <Skeleton className={classes.chart} />
  if (summary.groups.length === 0) {
    return (
      <div className={classes.chart} data-empty="true">
        Nothing was spent in this time.
      </div>
    )
  }
  const days = daysOf(range)
  const spent = spentBySeries(days, summary, series)
  return (
    <div className={classes.chart}>
      <StackChart
        label="Spend by day. The table below it sums it up."
        labels={days.map((day) => tick.format(new Date(`${day}T00:00:00`)))}
        series={series.map(({ key, name }) => ({ name, values: spent.get(key) ?? [] }))}
        shape="bars"
        format={dollars}
        height={CHART_HEIGHT_PX}
        onSelect={(at) => change({ ...spanOfDay(days[at]!), range: undefined, cursor: undefined })}
      />
    </div>
  )
}

/** For each series what was spent on each day, on which nothing happened as well. */
function spentBySeries(days: readonly string[], summary: Summary, series: readonly Series[]) {
  const places = new Map(days.map((day, at) => [day, at]))
  const spent = new Map(series.map(({ key }) => [key, days.map(() => 0)]))
  for (const { key, thenKey, costNanos } of summary.groups) {
    const at = places.get(key)
    const values = spent.get(thenKey ?? '') ?? spent.get(OTHERS)
    if (at === undefined || values === undefined) continue
    values[at] = values[at]! + dollarsForDrawing(costNanos)
  }
  return spent
}

/** Cents; below a dollar a tenth of them as well, below a cent two digits that matter. */
function dollars(value: number): string {
  if (value === 0) return '$0'
  if (value < 0.01) return `$${Number(value.toPrecision(2))}`
  const isWholeCents = Math.abs(value * 100 - Math.round(value * 100)) < 1e-6
  return `$${value.toFixed(value < 1 && !isWholeCents ? 3 : 2)}`
}
