/** The usage records of a span of time, filtered by the address. */
import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import { teams } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { named } from '../../api/filter-choices.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect } from '../../ui/list-toolbar.tsx'
import type { Range } from '../../ui/range.ts'
import { ReferenceFilter } from '../../ui/reference-filter.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'
import { useSearchState } from '../../ui/search.ts'
import { CallFilters, spanOf } from './call-filters.tsx'
import { CreditForm, leftNanos } from './credit-form.tsx'
import { type UsageRecord, usageColumns } from './usage-columns.tsx'

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
  const usage = useList('usage', { ...list.query, ...spanOf(range) }, client.usage.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  const drawer = useDrawer('credit')
  const columns = useColumns(drawer.open)
  const charge = usage.data?.items.find(({ id }) => id === drawer.value)
  return (
    <>
      <Filters list={list} />
      <DataTable
        label="Usage records"
        list={list}
        query={usage}
        columns={columns}
        rowKey={(use) => use.id}
        empty={
          <EmptyState title="Nothing used in this time">
            Each call of a model is listed here within seconds, with its tokens and its cost.
          </EmptyState>
        }
      />
      <SideDrawer title="Credit a charge" opened={charge !== undefined} close={drawer.close}>
        {charge && <CreditForm charge={charge} close={drawer.close} />}
      </SideDrawer>
    </>
  )
}

/** In root, whose admins correct bills: a menu that credits the charge. */
function useColumns(credit: (id: string) => void): readonly Column<UsageRecord>[] {
  const { isRoot, may } = useActing()
  if (!isRoot || !may('account:manage')) return usageColumns
  const cell = (use: UsageRecord) => {
    if (leftNanos(use) === 0n) return null
    const action = { label: 'Credit…', onClick: () => credit(use.id) }
    return <RowMenu label={`Actions for the call of ${use.model.name}`} actions={[action]} />
  }
  return [...usageColumns, { id: 'actions', header: '', align: 'right', width: 50, cell }]
}

const teamFilter = named(teams)

function Filters({ list }: { list: ReturnType<typeof useListState> }) {
  const [search, change] = useSearchState()
  return (
    <FilterBar>
      <CallFilters />
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
