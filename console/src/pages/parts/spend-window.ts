/** Which span of time the overview draws, and what is spent in it, day by day. Pure. */
import type { client } from '../../api/client.ts'
import { cumulative } from '../../ui/chart/scale.ts'
import type { ChartLine, Series } from '../../ui/chart/types.ts'
import { dollarsForDrawing } from '../../ui/format.ts'
import { dayKey, daysOf } from '../../ui/range.ts'

type Budget = Awaited<ReturnType<typeof client.budget.get>>
type Summary = Awaited<ReturnType<typeof client.usage.summary>>

export interface SpendWindow {
  from: string
  to: string
  /** The budget whose period it is; null for the calendar month. */
  budget: Budget | null
}

/** The period of the account's own budget if it is one that can be drawn by day, else this month. */
export function windowOf(budgets: readonly Budget[], now = new Date()): SpendWindow {
  const budget =
    budgets.find(({ level, period }) => level === 'account' && /^(week|month)$/.test(period)) ??
    null
  const resetsAt = budget?.current.resetsAt ?? null
  if (budget !== null && resetsAt !== null) {
    return { from: budget.current.startsAt, to: resetsAt, budget }
  }
  const from = new Date(now.getFullYear(), now.getMonth(), 1)
  const to = new Date(now.getFullYear(), now.getMonth() + 1, 1)
  return { from: from.toISOString(), to: to.toISOString(), budget: null }
}

const SERIES_MAX = 7
const OTHERS = 'Others'

export interface SpendPicture {
  days: string[]
  series: Series[]
  lines: ChartLine[]
}

/** Spend so far, added up day by day and by model; the budget; and where it leads at this pace. */
export function pictureOf(window: SpendWindow, summary: Summary, now = new Date()): SpendPicture {
  const days = daysOf({ from: window.from, to: window.to, days: null })
  const today = days.indexOf(dayKey(now))
  const known = today === -1 ? days.length : today + 1
  const series = byModel(summary).map(({ name, byDay }) => ({
    name,
    values: cumulative(days.slice(0, known).map((day) => byDay.get(day) ?? 0)),
  }))
  const spent = series.reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0)
  const lines: ChartLine[] = []
  if (window.budget !== null) {
    const values = dollarsForDrawing(window.budget.amountNanos)
    lines.push({ name: 'Budget', values, tone: 'limit' })
  }
  const elapsed = now.getTime() - Date.parse(window.from)
  const whole = Date.parse(window.to) - Date.parse(window.from)
  if (spent > 0 && known < days.length && elapsed > 0) {
    const atEnd = (spent * whole) / elapsed
    lines.push({ name: 'Forecast', values: forecast(spent, atEnd, known, days), tone: 'forecast' })
  }
  return { days, series, lines }
}

function forecast(spent: number, atEnd: number, known: number, days: readonly string[]) {
  const ahead = days.length - known
  return days.map((_, at) =>
    at < known - 1 ? null : spent + ((atEnd - spent) * (at - known + 1)) / ahead,
  )
}

interface ModelSpend {
  name: string
  byDay: Map<string, number>
  total: number
}

/** The most expensive first; what has no colour of its own is put together. */
function byModel(summary: Summary): ModelSpend[] {
  const models = new Map<string, ModelSpend>()
  for (const { key, thenName, thenKey, costNanos } of summary.groups) {
    const name = thenName ?? thenKey ?? OTHERS
    const model = models.get(name) ?? { name, byDay: new Map(), total: 0 }
    const dollars = dollarsForDrawing(costNanos)
    model.byDay.set(key, (model.byDay.get(key) ?? 0) + dollars)
    model.total += dollars
    models.set(name, model)
  }
  const sorted = [...models.values()].sort((a, b) => b.total - a.total)
  return sorted.length <= SERIES_MAX + 1
    ? sorted
    : [...sorted.slice(0, SERIES_MAX), together(sorted.slice(SERIES_MAX))]
}

function together(models: readonly ModelSpend[]): ModelSpend {
  const byDay = new Map<string, number>()
  for (const model of models) {
    for (const [day, dollars] of model.byDay) byDay.set(day, (byDay.get(day) ?? 0) + dollars)
  }
  return { name: OTHERS, byDay, total: models.reduce((sum, { total }) => sum + total, 0) }
}
