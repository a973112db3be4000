/** The usage records of a span of time, filtered by the address. */
import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import { modelIds, teams } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { named, prefixOf, principals } from '../../api/filter-choices.ts'
import { useList } from '../../api/query.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect } from '../../ui/list-toolbar.tsx'
import type { Range } from '../../ui/range.ts'
import { ReferenceFilter } from '../../ui/reference-filter.tsx'
import { useSearchState } from '../../ui/search.ts'
import { usageColumns } from './usage-columns.tsx'

const REFRESH_MS = 10_000

const statuses = [
  { value: 'ok', label: 'OK' },
  { value: 'error', label: 'Error' },
  { value: 'cancelled', label: 'Cancelled' },
  { value: 'unknown', label: 'Unknown' },
]

const filters = ['model', 'user', 'virtualAccount', 'team', 'token', 'status']

export function UsageRecords({ range }: { range: Range }) {
  const list = useListState('-at', filters)
  const span = {
    'filter[from]': range.from,
    ...(range.to === undefined ? {} : { 'filter[to]': range.to }),
  }
  const usage = useList('usage', { ...list.query, ...span }, client.usage.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  return (
    <>
      <Filters list={list} />
      <DataTable
        label="Usage records"
        list={list}
        query={usage}
        columns={usageColumns}
        rowKey={(use) => use.id}
        empty={
          <EmptyState title="Nothing used in this time">
            Each call of a model is listed here within seconds, with its tokens and its cost.
          </EmptyState>
        }
      />
    </>
  )
}

const modelFilter = named(modelIds)
const teamFilter = named(teams)

function Filters({ list }: { list: ReturnType<typeof useListState> }) {
  const [search, change] = useSearchState()
  const who = search.user ?? search.virtualAccount
  const chooseWho = (id: string | undefined) => {
    const none = { user: undefined, virtualAccount: undefined, cursor: undefined }
    if (id === undefined) change(none)
    else change({ ...none, [prefixOf(id) === 'va' ? 'virtualAccount' : 'user']: id })
  }
  return (
    <FilterBar>
      <ReferenceFilter
        source={modelFilter}
        label="Model"
        value={search.model}
        onChange={(model) => change({ model, cursor: undefined })}
      />
      <ReferenceFilter source={principals} label="By" value={who} onChange={chooseWho} />
      <ReferenceFilter
        source={teamFilter}
        label="Team"
        value={search.team}
        onChange={(team) => change({ team, cursor: undefined })}
      />
      <FilterSelect list={list} name="status" label="Status" options={statuses} />
      {search.token !== undefined && (
        <Button
          rightSection={<X size={13} aria-hidden />}
          onClick={() => change({ token: undefined, cursor: undefined })}
        >
          One token
        </Button>
      )}
    </FilterBar>
  )
}
