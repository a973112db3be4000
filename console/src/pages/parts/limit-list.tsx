/** The usage limits of the account: requests and tokens per time, calls at once. */
import { Pencil, Trash2, TrendingUp } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { LimitForm, limitText, type UsageLimit } from './limit-form.tsx'
import { LimitRaises } from './limit-raises.tsx'
import { NameOfLimit, SubjectOfLimit, useLevelOptions } from './limit-subject.tsx'

export function LimitList() {
  const { may } = useActing()
  const levelOptions = useLevelOptions()
  const list = useListState('name', ['level'])
  const limits = useList('usage-limit', list.query, client.usageLimit.list)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const edit = useDrawer('edit')
  const raise = useDrawer('raise')
  const raised = limits.data?.items.find(({ id }) => id === raise.value)
  const edited = limits.data?.items.find((limit) => limit.id === edit.value)
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search limits"
        actions={
          may('usage-limit:create') && (
            <NewButton label="New usage limit">{(close) => <LimitForm close={close} />}</NewButton>
          )
        }
      >
        <FilterSelect list={list} name="level" label="Level" options={levelOptions} />
      </ListToolbar>
      <DataTable
        label="Usage limits"
        list={list}
        query={limits}
        columns={columns}
        rowKey={(limit) => limit.id}
        rowActions={(limit) => (
          <LimitMenu limit={limit} edit={edit.open} raise={raise.open} ask={setAsked} />
        )}
        empty={
          <EmptyState title="No usage limits">
            Limit how many requests or tokens go through per minute, or how many calls run at once,
            for the account or for one team, program, token or model.
          </EmptyState>
        }
      />
      <SideDrawer title="Edit usage limit" opened={edited !== undefined} close={edit.close}>
        {edited && <LimitForm limit={edited} close={edit.close} />}
      </SideDrawer>
      <SideDrawer title="Raise for a time" opened={raised !== undefined} close={raise.close}>
        {raised && <LimitRaises limit={raised} close={raise.close} />}
      </SideDrawer>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

const columns: readonly Column<UsageLimit>[] = [
  { id: 'name', header: 'Limit', sort: 'name', cell: (limit) => <NameOfLimit limit={limit} /> },
  {
    id: 'of',
    header: 'For',
    width: 240,
    from: 'sm',
    cell: (limit) => <SubjectOfLimit limit={limit} />,
  },
  {
    id: 'amount',
    header: 'At most',
    width: 220,
    cell: (limit) => (
      <>
        {limitText({ ...limit, amount: limit.amount + limit.raised })}{' '}
        {limit.raised > 0 && <Tag>Raised</Tag>} {limit.mode === 'audit' && <Tag>Only counts</Tag>}
      </>
    ),
  },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 130,
    from: 'md',
    cell: (limit) => <Time at={limit.createdAt} />,
  },
]

interface LimitMenuProps {
  limit: UsageLimit
  edit: (id: string) => void
  raise: (id: string) => void
  ask: (confirmation: Confirmation) => void
}

function LimitMenu({ limit, edit, raise, ask }: LimitMenuProps) {
  const { account, may } = useActing()
  const params = { account, usageLimit: limit.id }
  const imposed = limit.imposed
    ? 'The tenant has set it; only its admins can change it.'
    : undefined
  const remove = () =>
    ask({
      title: `Delete the limit ${limit.displayName || limit.name}?`,
      text: 'What it limited is then unlimited by it, from the next call on.',
      verb: 'Delete',
      done: 'Usage limit deleted.',
      preview: () => client.usageLimit.delete(params, { dryRun: true }),
      act: () => client.usageLimit.delete(params, { ifMatch: limit.revision }),
    })
  return (
    <RowMenu
      label={`Actions for the limit ${limit.name}`}
      actions={[
        may('usage-limit:update') && {
          label: 'Edit',
          icon: <Pencil size={14} aria-hidden />,
          onClick: () => edit(limit.id),
          disabledBecause: imposed,
        },
        may('usage-limit:update') && {
          label: 'Raise for a time',
          icon: <TrendingUp size={14} aria-hidden />,
          onClick: () => raise(limit.id),
          disabledBecause: imposed,
        },
        may('usage-limit:delete') && {
          label: 'Delete',
          icon: <Trash2 size={14} aria-hidden />,
          onClick: remove,
          isDestructive: true,
          disabledBecause: imposed,
        },
      ]}
    />
  )
}
