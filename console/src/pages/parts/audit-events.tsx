/** The events as a table with filters; one opens beside it, with what it changed. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { principals } from '../../api/filter-choices.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { kindLabel } from '../../ui/format.ts'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect } from '../../ui/list-toolbar.tsx'
import { OperationName } from '../../ui/operation-name.tsx'
import { paths } from '../../ui/paths.ts'
import { startOfDay } from '../../ui/range.ts'
import { ReferenceFilter } from '../../ui/reference-filter.tsx'
import { useSearchState } from '../../ui/search.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { AuditDetail, type AuditEvent } from './audit-detail.tsx'
import { auditedOperations } from './audited-operations.ts'
import { TargetFilter } from './target-filter.tsx'

const DETAIL_PX = 560

const columns: readonly Column<AuditEvent>[] = [
  { id: 'at', header: 'When', width: 160, cell: (event) => <Time at={event.at} as="clock" /> },
  { id: 'actor', header: 'Who', width: 190, from: 'sm', cell: (event) => event.actor.name },
  {
    id: 'operation',
    header: 'What',
    width: 210,
    cell: (event) => <OperationName name={event.operation} />,
  },
  {
    id: 'target',
    header: 'On',
    cell: (event) => (
      <>
        {event.target.name} <Tag>{kindLabel(event.target.kind)}</Tag>
      </>
    ),
  },
  {
    id: 'fields',
    header: 'Fields',
    from: 'md',
    cell: (event) => fieldsText(event),
  },
]

const FIELDS_SHOWN_MAX = 3

function fieldsText({ before, after }: AuditEvent): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const more = names.length - FIELDS_SHOWN_MAX
  const shown = names.slice(0, FIELDS_SHOWN_MAX).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown || '–'
}

const operationOptions = auditedOperations.map((value) => ({ value, label: value }))

/** Since when, in days: relative, so that a link keeps its meaning. */
const spans = [
  { value: '1', label: 'Today' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
]

export function AuditEvents() {
  const { account } = useActing()
  const [search] = useSearchState()
  const list = useListState('-sequence', ['operation', 'actor', 'target', 'since'])
  const { 'filter[since]': since, ...query } = list.query
  const from =
    since === undefined ? {} : { 'filter[from]': startOfDay(Number(since) - 1).toISOString() }
  const events = useList('audit-event', { ...query, ...from }, client.auditEvent.list)
  const detail = useDrawer('event')
  return (
    <>
      <Filters list={list} />
      <DataTable
        label="Audit events"
        list={list}
        query={events}
        columns={columns}
        rowKey={(event) => event.id}
        rowTo={() => paths.audit(account)}
        rowSearch={(event) => ({ ...search, event: event.id })}
        empty={<EmptyState title="No events yet">Every change will be told here.</EmptyState>}
      />
      <SideDrawer title="Event" size={DETAIL_PX} opened={detail.opened} close={detail.close}>
        <AuditDetail id={detail.value} />
      </SideDrawer>
    </>
  )
}

function Filters({ list }: { list: ReturnType<typeof useListState> }) {
  return (
    <FilterBar>
      <ReferenceFilter
        source={principals}
        label="Who"
        value={list.filter('actor')}
        onChange={(actor) => list.filterBy('actor', actor ?? null)}
      />
      <FilterSelect list={list} name="operation" label="What" options={operationOptions} />
      <TargetFilter list={list} />
      <FilterSelect list={list} name="since" label="Since" options={spans} />
    </FilterBar>
  )
}
