/**
 * Usage: what was spent, day by day, by what; under it the records that it is made of. Span, grouping
 * and filters are in the address, and every sum leads to its records.
 */
import { Group, SegmentedControl } from '@mantine/core'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { ErrorState } from '../ui/empty-state.tsx'
import { Figures } from '../ui/figures.tsx'
import { compactCount, count } from '../ui/format.ts'
import { Money } from '../ui/money.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ownTimeZone, type Range, rangeIn } from '../ui/range.ts'
import { RangeControl } from '../ui/range-control.tsx'
import { useSearchState } from '../ui/search.ts'
import { UsageBreakdown } from './parts/usage-breakdown.tsx'
import { UsageByDay } from './parts/usage-by-day.tsx'
import { UsageRecords } from './parts/usage-records.tsx'
import { type Grouping, groupingIn, groupings, seriesOf } from './parts/usage-series.ts'

const REFRESH_MS = 10_000

export function UsagePage() {
  const [search, change] = useSearchState()
  const range = rangeIn(search)
  const by = groupingIn(search)
  return (
    <Page title="Usage" actions={<RangeControl range={range} />}>
      <Spend range={range} by={by} onBy={(next) => change({ by: next })} />
      <Section title="Records" description="Each call of a model, newest first.">
        <UsageRecords range={range} />
      </Section>
    </Page>
  )
}

interface SpendProps {
  range: Range
  by: Grouping
  onBy: (by: string) => void
}

function Spend({ range, by, onBy }: SpendProps) {
  const days = useSummary(range, 'day', by)
  const sums = useSummary(range, by)
  if (sums.error) return <ErrorState error={sums.error} retry={sums.refetch} />
  const total = sums.data
  const tokens = (field: 'inputTokens' | 'outputTokens') =>
    total?.groups.reduce((sum, group) => sum + group[field], 0)
  const series = seriesOf(total?.groups ?? [])
  return (
    <>
      <Figures
        figures={[
          { label: 'Spent', value: total && <Money nanos={total.totalNanos} /> },
          { label: 'Requests', value: total && count(total.requests) },
          { label: 'Tokens in', value: total && compactCount(tokens('inputTokens') ?? 0) },
          { label: 'Tokens out', value: total && compactCount(tokens('outputTokens') ?? 0) },
        ]}
      />
      <Group justify="space-between" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label="Grouped by"
          data={[...groupings]}
          value={by}
          onChange={onBy}
        />
      </Group>
      <UsageByDay range={range} summary={days.data} series={series} />
      <UsageBreakdown by={by} summary={total} series={series} />
    </>
  )
}

function useSummary(range: Range, groupBy: 'day' | Grouping, thenBy?: Grouping) {
  const key = [range.from, range.to ?? '', groupBy, thenBy ?? ''].join(' ')
  return useOne(
    'usage-summary',
    key,
    (account) =>
      client.usage.summary({
        account,
        groupBy,
        from: range.from,
        timeZone: ownTimeZone,
        ...(thenBy === undefined ? {} : { thenBy }),
        ...(range.to === undefined ? {} : { to: range.to }),
      }),
    { refetchIntervalMs: REFRESH_MS },
  )
}
