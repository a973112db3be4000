/** The requests of a span of time, filtered by the address; one opens beside the list. */
import { Button } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect } from '../../ui/list-toolbar.tsx'
import { paths } from '../../ui/paths.ts'
import type { Range } from '../../ui/range.ts'
import { useSearchState } from '../../ui/search.ts'
import { CallFilters, spanOf } from './call-filters.tsx'
import { requestColumns } from './request-columns.tsx'
import { RequestDetail } from './request-detail.tsx'

const REFRESH_MS = 5_000
const DETAIL_PX = 620

const outcomes = [
  { value: 'ok', label: 'OK' },
  { value: 'refused', label: 'Refused' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
]

const costs = [
  { value: '0.000000001', label: 'Cost anything' },
  { value: '0.01', label: '1 cent or more' },
  { value: '0.10', label: '10 cents or more' },
  { value: '1', label: '$1 or more' },
]

const ownFilters = ['model', 'outcome', 'code', 'costMin']
const filters = ['model', 'user', 'virtualAccount', 'token', 'outcome', 'code', 'costMin']

interface RequestListProps {
  range: Range
  isOff: boolean
  /** Absent where the caller may not change what is kept. */
  openSettings?: () => void
}

export function RequestList({ range, isOff, openSettings }: RequestListProps) {
  const { account } = useActing()
  const [search] = useSearchState()
  const list = useListState('-at', filters)
  const requests = useList(
    'request-log',
    { ...list.query, ...spanOf(range) },
    client.requestLog.list,
    {
      refetchIntervalMs: REFRESH_MS,
    },
  )
  const detail = useDrawer('request')
  return (
    <>
      <Filters list={list} />
      <DataTable
        label="Requests"
        list={list}
        query={requests}
        columns={requestColumns}
        rowKey={(request) => request.id}
        rowTo={() => paths.requests(account)}
        rowSearch={(request) => ({ ...search, request: request.id })}
        empty={<NoRequests isOff={isOff} {...(openSettings ? { openSettings } : {})} />}
      />
      <SideDrawer title="Request" size={DETAIL_PX} opened={detail.opened} close={detail.close}>
        <RequestDetail id={detail.value} />
      </SideDrawer>
    </>
  )
}

/** For those who may not read the log of the account: what became of their own calls. */
export function OwnRequests({ range }: { range: Range }) {
  const list = useListState('-at', ownFilters)
  const requests = useList(
    'own-requests',
    { ...list.query, ...spanOf(range) },
    client.requestLog.own,
    { refetchIntervalMs: REFRESH_MS },
  )
  return (
    <>
      <FilterBar>
        <OutcomeFilters list={list} />
      </FilterBar>
      <DataTable
        label="Your requests"
        list={list}
        query={requests}
        columns={requestColumns}
        rowKey={(request) => request.id}
        empty={
          <EmptyState title="No requests of yours in this time">
            Where the account keeps a log, each of your calls is listed here within a second.
          </EmptyState>
        }
      />
    </>
  )
}

function NoRequests({ isOff, openSettings }: Omit<RequestListProps, 'range'>) {
  if (!isOff) {
    return (
      <EmptyState title="No requests in this time">
        Each call of the gateway is listed here within a second, with its decision, its attempts and
        its cost.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No log is kept"
      action={openSettings && <Button onClick={openSettings}>Choose what to keep</Button>}
    >
      With a log you see who called which model, what was refused and why, and what each call cost.
      What people asked and were answered is kept only if you choose so.
    </EmptyState>
  )
}

function Filters({ list }: { list: ReturnType<typeof useListState> }) {
  return (
    <FilterBar>
      <CallFilters />
      <OutcomeFilters list={list} />
    </FilterBar>
  )
}

function OutcomeFilters({ list }: { list: ReturnType<typeof useListState> }) {
  return (
    <>
      <FilterSelect list={list} name="outcome" label="Outcome" options={outcomes} />
      <FilterSelect list={list} name="costMin" label="Cost" options={costs} />
    </>
  )
}
