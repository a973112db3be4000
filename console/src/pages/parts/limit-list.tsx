/** The usage limits of the account: requests and tokens per time, calls at once. */
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { BurnDown, passedPercent } from '../../ui/burn-down.tsx'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { count, counted } from '../../ui/format.ts'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { LimitForm, limitText, type UsageLimit } from './limit-form.tsx'
import { LimitMenu, removalOf } from './limit-menu.tsx'
import { LimitRaises } from './limit-raises.tsx'
import { NameOfLimit, SubjectOfLimit, useLevelOptions } from './limit-subject.tsx'

const REFRESH_MS = 5_000

export function LimitList() {
  const { account, may } = useActing()
  const levelOptions = useLevelOptions()
  const list = useListState('name', ['level'])
  const limits = useList('usage-limit', list.query, client.usageLimit.list, {
    refetchIntervalMs: REFRESH_MS,
  })
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
          <LimitMenu
            kind="usage-limit"
            limit={limit}
            edit={edit.open}
            raise={raise.open}
            remove={() => setAsked(removal(account, limit))}
          />
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
  {
    id: 'name',
    header: 'Limit',
    sort: 'name',
    width: 220,
    cell: (limit) => <NameOfLimit limit={limit} />,
  },
  {
    id: 'of',
    header: 'For',
    width: 170,
    from: 'sm',
    cell: (limit) => <SubjectOfLimit limit={limit} />,
  },
  { id: 'used', header: 'Now', cell: (limit) => <Used limit={limit} /> },
  {
    id: 'amount',
    header: 'At most',
    width: 200,
    from: 'sm',
    cell: (limit) => (
      <>
        {limitText({ ...limit, amount: inForce(limit) })} {limit.raised > 0 && <Tag>Raised</Tag>}{' '}
        {limit.mode === 'audit' && <Tag>Only counts</Tag>}
      </>
    ),
  },
  {
    id: 'resets',
    header: 'Resets',
    width: 110,
    from: 'md',
    cell: (limit) => <Time at={limit.current.resetsAt} absent="–" />,
  },
]

/** The amount with the raises that are in force. */
const inForce = ({ amount, raised }: UsageLimit) => amount + raised

function Used({ limit }: { limit: UsageLimit }) {
  const { current, displayName, name, mode } = limit
  const { calls } = current.wouldRefuse
  return (
    <BurnDown
      label={displayName || name}
      whose={current.of?.name}
      settled={BigInt(current.used)}
      held={BigInt(current.inFlight)}
      amount={BigInt(inForce(limit))}
      passedPercent={passedPercent(current.startsAt, current.resetsAt)}
      note={
        mode === 'audit' && calls > 0 ? `would have refused ${counted(calls, 'call')}` : undefined
      }
      format={(value) => count(Number(value))}
      verb="used"
    />
  )
}

const removal = (account: string, limit: UsageLimit) =>
  removalOf({
    noun: 'usage limit',
    limit,
    text: 'What it limited is then unlimited by it, from the next call on.',
    preview: () => client.usageLimit.delete({ account, usageLimit: limit.id }, { dryRun: true }),
    act: () =>
      client.usageLimit.delete({ account, usageLimit: limit.id }, { ifMatch: limit.revision }),
  })
