/** The budgets of the account, each with what is left of it; they move without a reload. */
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { BurnDown, passedPercent } from '../../ui/burn-down.tsx'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { counted, moneyFromNanos } from '../../ui/format.ts'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { Money } from '../../ui/money.tsx'
import { paths } from '../../ui/paths.ts'
import type { Search } from '../../ui/search.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { type Budget, BudgetForm } from './budget-form.tsx'
import { LimitMenu, removalOf } from './limit-menu.tsx'
import { BudgetRaises } from './limit-raises.tsx'
import { NameOfLimit, SubjectOfLimit, useLevelOptions } from './limit-subject.tsx'

const REFRESH_MS = 5_000

export function BudgetList() {
  const { account, may } = useActing()
  const levelOptions = useLevelOptions()
  const list = useListState('name', ['level'])
  const budgets = useList('budget', list.query, client.budget.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const edit = useDrawer('edit')
  const raise = useDrawer('raise')
  const raised = budgets.data?.items.find(({ id }) => id === raise.value)
  const edited = budgets.data?.items.find((budget) => budget.id === edit.value)
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search budgets"
        actions={
          may('budget:create') && (
            <NewButton label="New budget">{(close) => <BudgetForm close={close} />}</NewButton>
          )
        }
      >
        <FilterSelect list={list} name="level" label="Level" options={levelOptions} />
      </ListToolbar>
      <DataTable
        label="Budgets"
        list={list}
        query={budgets}
        columns={columns}
        rowKey={(budget) => budget.id}
        rowActions={(budget) => (
          <LimitMenu
            kind="budget"
            limit={budget}
            edit={edit.open}
            raise={raise.open}
            remove={() => setAsked(removal(account, budget))}
          />
        )}
        empty={
          <EmptyState title="No budgets: spending is unlimited">
            Give the account, a team or a program an amount per period. What is in flight is held
            back, so that it is never overrun.
          </EmptyState>
        }
      />
      <SideDrawer title="Edit budget" opened={edited !== undefined} close={edit.close}>
        {edited && <BudgetForm budget={edited} close={edit.close} />}
      </SideDrawer>
      <SideDrawer title="Raise for a time" opened={raised !== undefined} close={raise.close}>
        {raised && <BudgetRaises budget={raised} close={raise.close} />}
      </SideDrawer>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

const columns: readonly Column<Budget>[] = [
  {
    id: 'name',
    header: 'Budget',
    sort: 'name',
    width: 220,
    cell: (budget) => <NameOfLimit limit={budget} />,
  },
  {
    id: 'of',
    header: 'For',
    width: 170,
    from: 'sm',
    cell: (budget) => <SubjectOfLimit limit={budget} />,
  },
  { id: 'burn', header: 'This period', cell: (budget) => <Burn budget={budget} /> },
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    width: 170,
    from: 'sm',
    cell: (budget) => (
      <>
        <Money nanos={String(inForce(budget))} /> {perText(budget)}{' '}
        {budget.current.raisedNanos !== '0' && <Tag>Raised</Tag>}{' '}
        {budget.mode === 'audit' && <Tag>Only counts</Tag>}
      </>
    ),
  },
  {
    id: 'resets',
    header: 'Resets',
    width: 110,
    from: 'md',
    cell: (budget) => <Time at={budget.current.resetsAt} absent="never" />,
  },
]

/** What one that only counts would have refused. */
function noteOf({ mode, current: { wouldRefuse } }: Budget): string | undefined {
  if (mode !== 'audit' || wouldRefuse.calls === 0) return undefined
  const calls = counted(wouldRefuse.calls, 'call')
  return `would have refused ${calls}, ${moneyFromNanos(wouldRefuse.nanos)}`
}

/** The amount with the raises that are in force. */
const inForce = ({ amountNanos, current }: Budget) =>
  BigInt(amountNanos) + BigInt(current.raisedNanos)

const perText = ({ period }: Budget) => (period === 'lifetime' ? 'once' : `a ${period}`)

function Burn({ budget }: { budget: Budget }) {
  const { account, may } = useActing()
  const { current, displayName, name } = budget
  const search = { from: current.startsAt, ...filterOf(budget) }
  return (
    <BurnDown
      label={displayName || name}
      whose={current.of?.name}
      settled={BigInt(current.settledNanos)}
      held={BigInt(current.heldNanos)}
      amount={inForce(budget)}
      passedPercent={passedPercent(current.startsAt, current.resetsAt)}
      note={noteOf(budget)}
      spentIn={may('usage:read') ? { to: paths.usage(account), search } : null}
    />
  )
}

/** How usage is filtered to what a budget counts. */
function filterOf({ level, of }: Budget): Search {
  if (of === null || level === 'account' || level === 'share') return {}
  return { [level === 'virtual-account' ? 'virtualAccount' : level]: of.id }
}

const removal = (account: string, budget: Budget) =>
  removalOf({
    noun: 'budget',
    limit: budget,
    text: 'What it limited is then unlimited by it. What was spent stays on record.',
    preview: () => client.budget.delete({ account, budget: budget.id }, { dryRun: true }),
    act: () => client.budget.delete({ account, budget: budget.id }, { ifMatch: budget.revision }),
  })
