/**
 * Spend by day, stacked. The library that draws is loaded when it is first needed; until then, and
 * while the numbers load, there is a box of the same size.
 */
import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { dollarsForDrawing } from '../../ui/format.ts'
import { daysOf, type Range, spanOfDay } from '../../ui/range.ts'
import { useSearchState } from '../../ui/search.ts'
import type { DayOfSpend } from './spend-chart.tsx'
import classes from './usage.module.css'
import { OTHERS, type Series, type Summary } from './usage-series.ts'

const SpendChart = lazy(() => import('./spend-chart.tsx').then((m) => ({ default: m.SpendChart })))

interface UsageByDayProps {
  range: Range
  summary: Summary | undefined
  series: readonly Series[]
}

export function UsageByDay({ range, summary, series }: UsageByDayProps) {
  const [, change] = useSearchState()
  const waiting = <Skeleton className={classes.chart} />
  if (summary === undefined) return waiting
  if (summary.groups.length === 0) {
    return (
      <div className={classes.chart} data-empty="true">
        Nothing was spent in this time.
      </div>
    )
  }
  const days = spendByDay(range, summary, series)
  return (
    <figure className={classes.chart} aria-label="Spend by day. The table below says the same.">
      <Suspense fallback={waiting}>
        <SpendChart
          days={days}
          series={series}
          onDay={(day) => change({ ...spanOfDay(day), range: undefined, cursor: undefined })}
        />
      </Suspense>
    </figure>
  )
}

/** Every day of the span, those on which nothing happened as well. */
function spendByDay(range: Range, summary: Summary, series: readonly Series[]): DayOfSpend[] {
  const known = new Set(series.map(({ key }) => key))
  const none = Object.fromEntries(series.map(({ key }) => [key, 0]))
  const byDay = new Map(daysOf(range).map((day) => [day, { day, spent: { ...none } }]))
  for (const { key, thenKey, costNanos } of summary.groups) {
    const row = byDay.get(key) ?? { day: key, spent: { ...none } }
    const group = thenKey !== null && known.has(thenKey) ? thenKey : OTHERS
    row.spent[group] = (row.spent[group] ?? 0) + dollarsForDrawing(costNanos)
    byDay.set(key, row)
  }
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
}
