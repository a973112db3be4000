/** Spend in the period of the budget: the numbers that matter, each a link, and the picture. */
import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList, useOne } from '../../api/query.ts'
import { Legend } from '../../ui/chart/legend.tsx'
import { StackChart } from '../../ui/chart/stack-chart.tsx'
import { Figures } from '../../ui/figures.tsx'
import { compactCount, dollarsText, moneyFromNanos } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { paths } from '../../ui/paths.ts'
import { ownTimeZone, startOfDay } from '../../ui/range.ts'
import { pictureOf, type SpendWindow, windowOf } from './spend-window.ts'

const REFRESH_MS = 10_000
const BUDGETS_READ = 50
const CHART_HEIGHT_PX = 230

const dayLabel = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

export function OverviewSpend() {
  const { may } = useActing()
  const query = { limit: BUDGETS_READ, 'filter[level]': 'account' }
  const budgets = useList('budget', query, client.budget.list, { enabled: may('budget:read') })
  if (may('budget:read') && budgets.isPending) return <Skeleton height={CHART_HEIGHT_PX + 90} />
  return <Spend window={windowOf(budgets.data?.items ?? [])} />
}

function Spend({ window }: { window: SpendWindow }) {
  const summary = useOne(
    'usage-summary',
    `${window.from} by day and model`,
    (account) =>
      client.usage.summary({
        account,
        groupBy: 'day',
        thenBy: 'model',
        from: window.from,
        timeZone: ownTimeZone,
      }),
    { refetchIntervalMs: REFRESH_MS },
  )
  const picture = summary.data && pictureOf(window, summary.data)
  return (
    <>
      <Numbers window={window} spentNanos={summary.data?.totalNanos} />
      {picture === undefined ? (
        <Skeleton height={CHART_HEIGHT_PX} />
      ) : (
        <StackChart
          label="Spend so far, added up, by model"
          shape="areas"
          height={CHART_HEIGHT_PX}
          labels={picture.days.map((day) => dayLabel.format(new Date(`${day}T00:00:00`)))}
          series={picture.series}
          lines={picture.lines}
          format={dollarsText}
        />
      )}
      <Legend names={picture?.series.map(({ name }) => name) ?? []} />
    </>
  )
}

interface NumbersProps {
  window: SpendWindow
  spentNanos: string | undefined
}

function Numbers({ window, spentNanos }: NumbersProps) {
  const { account } = useActing()
  const from = startOfDay(0).toISOString()
  const today = useOne(
    'usage-summary',
    `${from} by status`,
    (account) => client.usage.summary({ account, groupBy: 'status', from }),
    { refetchIntervalMs: REFRESH_MS },
  )
  const groups = today.data?.groups
  const sum = (of: (group: NonNullable<typeof groups>[number]) => number) =>
    groups?.reduce((all, group) => all + of(group), 0)
  const failed = sum(({ key, requests }) => (key === 'error' ? requests : 0))
  const link = (content: ReactNode, search: Record<string, string>) =>
    content === undefined ? undefined : (
      <AppLink className="plain-link" to={paths.usage(account)} search={search}>
        {content}
      </AppLink>
    )
  const period = window.budget?.period ?? 'month'
  const text = (value: number | undefined) =>
    value === undefined ? undefined : compactCount(value)
  return (
    <Figures
      figures={[
        {
          label: `Spent this ${period}`,
          value: link(spentNanos === undefined ? undefined : moneyFromNanos(spentNanos), {
            from: window.from,
            to: window.to,
          }),
          note: window.budget && `of ${moneyFromNanos(window.budget.amountNanos)}`,
        },
        { label: 'Requests today', value: link(text(today.data?.requests), { range: '1' }) },
        {
          label: 'Tokens today',
          value: link(text(sum((group) => group.inputTokens + group.outputTokens)), { range: '1' }),
        },
        {
          label: 'Failed today',
          value: link(text(failed), { range: '1', status: 'error' }),
        },
      ]}
    />
  )
}
