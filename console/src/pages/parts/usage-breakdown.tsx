/** The same spend as a table by group; each group leads to its records. */
import { useActing } from '../../api/acting.ts'
import { seriesColour } from '../../ui/chart/chart-layers.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { compactCount, count, percent, usedText } from '../../ui/format.ts'
import { Money } from '../../ui/money.tsx'
import { paths } from '../../ui/paths.ts'
import { type Search, useSearchState } from '../../ui/search.ts'
import classes from './usage.module.css'
import {
  byCost,
  type Grouping,
  groupings,
  nameOf,
  placeOf,
  type Series,
  type Summary,
  type SummaryGroup,
} from './usage-series.ts'

interface UsageBreakdownProps {
  by: Grouping
  summary: Summary | undefined
  series: readonly Series[]
}

const ROWS_MAX = 12

export function UsageBreakdown({ by, summary, series }: UsageBreakdownProps) {
  const { account } = useActing()
  const [search] = useSearchState()
  if (summary?.groups.length === 0) return null
  const groups = summary && byCost(summary.groups).slice(0, ROWS_MAX)
  return (
    <DataTable
      label={`Spend by ${by}`}
      query={{
        data: groups && { items: groups, nextCursor: null },
        error: null,
        refetch: () => undefined,
      }}
      columns={columnsFor(by, series, BigInt(summary?.totalNanos ?? '0'))}
      rowKey={(group) => group.key}
      rowTo={({ key }) => (filterFor(by, key) === null ? null : paths.usage(account))}
      rowSearch={({ key }) => ({ ...search, ...filterFor(by, key) })}
      empty={null}
    />
  )
}

function columnsFor(
  by: Grouping,
  series: readonly Series[],
  total: bigint,
): readonly Column<SummaryGroup>[] {
  return [
    {
      id: 'group',
      header: groupings.find(({ value }) => value === by)!.label,
      cell: (group) => <GroupName group={group} color={seriesColour(placeOf(series, group.key))} />,
    },
    {
      id: 'requests',
      header: 'Requests',
      align: 'right',
      width: 110,
      from: 'sm',
      cell: (group) => count(group.requests),
    },
    {
      id: 'tokens',
      header: 'Used',
      align: 'right',
      width: 200,
      from: 'sm',
      cell: (group) => usedText(group, compactCount),
    },
    {
      id: 'part',
      header: 'Part',
      align: 'right',
      width: 160,
      cell: (group) => <Part percentOfAll={percent(BigInt(group.costNanos), total)} />,
    },
    {
      id: 'cost',
      header: 'Spent',
      align: 'right',
      width: 110,
      cell: (group) => <Money nanos={group.costNanos} />,
    },
  ]
}

interface GroupNameProps {
  group: SummaryGroup
  color: string
}

function GroupName({ group, color }: GroupNameProps) {
  return (
    <span className={classes.group}>
      <span className={classes.swatch} style={{ background: color }} aria-hidden />
      {nameOf(group)}
    </span>
  )
}

/** What the records are filtered by to be those of the group; null where nothing is: "no team". */
function filterFor(by: Grouping, key: string): Search | null {
  if (!key.includes('_')) return null
  if (by !== 'principal') return { [by]: key }
  return key.startsWith('va_') ? { virtualAccount: key } : { user: key }
}

function Part({ percentOfAll }: { percentOfAll: number }) {
  return (
    <span className={classes.part}>
      <span className={classes.partBar} aria-hidden>
        <span style={{ width: `${percentOfAll}%` }} />
      </span>
      <span className={classes.percent}>
        {percentOfAll.toFixed(percentOfAll > 0 && percentOfAll < 1 ? 1 : 0)} %
      </span>
    </span>
  )
}
