/** What is left of each budget: settled, held for calls in flight, remaining. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { AppLink } from '../../ui/link.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { paths } from '../../ui/paths.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

type Budget = Awaited<ReturnType<typeof client.budget.get>>

const BUDGETS_SHOWN = 6
const REFRESH_MS = 5_000

const columns: readonly Column<Budget>[] = [
  {
    id: 'name',
    header: 'Budget',
    cell: (budget) => (
      <>
        {budget.displayName || budget.name} {budget.imposed && <Tag>Set by the tenant</Tag>}
      </>
    ),
  },
  {
    id: 'meter',
    header: 'Used',
    width: '30%',
    from: 'sm',
    cell: ({ displayName, amountNanos, current }) => (
      <Meter
        label={displayName}
        amount={BigInt(amountNanos) + BigInt(current.raisedNanos)}
        settled={BigInt(current.settledNanos)}
        held={BigInt(current.heldNanos)}
      />
    ),
  },
  {
    id: 'settled',
    header: 'Settled',
    align: 'right',
    width: 100,
    from: 'sm',
    cell: ({ current }) => <Money nanos={current.settledNanos} />,
  },
  {
    id: 'held',
    header: 'Held',
    align: 'right',
    width: 90,
    from: 'md',
    cell: ({ current }) => <Money nanos={current.heldNanos} />,
  },
  {
    id: 'remaining',
    header: 'Remaining',
    align: 'right',
    width: 110,
    cell: ({ current }) => <Money nanos={current.remainingNanos} />,
  },
  {
    id: 'resets',
    header: 'Resets',
    align: 'right',
    width: 110,
    from: 'sm',
    cell: ({ current }) => <Time at={current.resetsAt} absent="never" />,
  },
]

export function BudgetBurnDown() {
  const { account, may } = useActing()
  const budgets = useList('budget', { limit: BUDGETS_SHOWN }, client.budget.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  if (budgets.data?.items.length === 0 && !may('budget:create')) return null
  return (
    <Section
      title="Budgets"
      actions={<AppLink to={paths.budgets(account)}>All budgets and limits</AppLink>}
    >
      <DataTable
        label="Budgets"
        query={budgets}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={() => paths.budgets(account)}
        empty={
          <EmptyState
            title="No budget yet"
            action={
              <AppLink to={paths.budgets(account)} search={{ new: 'true' }}>
                Set a budget
              </AppLink>
            }
          >
            A budget is never overspent: each call first sets its worst case aside, and is refused
            when that does not fit.
          </EmptyState>
        }
      />
    </Section>
  )
}
