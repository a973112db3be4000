/** What is drawn: the groups that cost most, and the others as one. */
import type { client } from '../../api/client.ts'
import type { Search } from '../../ui/search.ts'

export type Summary = Awaited<ReturnType<typeof client.usage.summary>>
export type SummaryGroup = Summary['groups'][number]

export const groupings = [
  { value: 'model', label: 'Model' },
  { value: 'team', label: 'Team' },
  { value: 'principal', label: 'Person or program' },
] as const
export type Grouping = (typeof groupings)[number]['value']

export function groupingIn(search: Search): Grouping {
  return groupings.find(({ value }) => value === search.by)?.value ?? 'model'
}

export interface Series {
  key: string
  name: string
}

/** As many as can be told apart by colour; the last colour, a grey, is for the others. */
const SERIES_MAX = 7
export const OTHERS = 'others'

/** @returns the series, the most expensive first; "Others" last if there are more than fit */
export function seriesOf(groups: readonly SummaryGroup[]): Series[] {
  const sorted = byCost(groups)
  const shown = sorted
    .slice(0, SERIES_MAX)
    .map((group) => ({ key: group.key, name: nameOf(group) }))
  return sorted.length <= SERIES_MAX ? shown : [...shown, { key: OTHERS, name: 'Others' }]
}

export function byCost(groups: readonly SummaryGroup[]): SummaryGroup[] {
  return [...groups].sort((a, b) => {
    const difference = BigInt(b.costNanos) - BigInt(a.costNanos)
    return difference > 0n ? 1 : difference < 0n ? -1 : a.key < b.key ? -1 : 1
  })
}

export function nameOf({ key, name }: Pick<SummaryGroup, 'key' | 'name'>): string {
  return name || key || 'None'
}

/** @returns the place among the series that a group is drawn at */
export function placeOf(series: readonly Series[], key: string): number {
  const at = series.findIndex((one) => one.key === key)
  return at === -1 ? SERIES_MAX : at
}
