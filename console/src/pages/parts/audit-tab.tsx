/** What happened to one object, newest first. */
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { Time } from '../../ui/time.tsx'

type AuditEvent = Awaited<ReturnType<typeof client.auditEvent.get>>

const columns: readonly Column<AuditEvent>[] = [
  { id: 'at', header: 'When', width: 170, cell: (event) => <Time at={event.at} as="clock" /> },
  {
    id: 'operation',
    header: 'What',
    cell: (event) => <span className="mono">{event.operation}</span>,
  },
  { id: 'actor', header: 'Who', cell: (event) => event.actor.name },
  {
    id: 'fields',
    header: 'Fields',
    from: 'sm',
    cell: (event) => Object.keys(event.after ?? event.before ?? {}).join(', ') || '–',
  },
]

export function AuditTab({ id }: { id: string }) {
  const list = useListState('-sequence')
  const query = { ...list.query, 'filter[target]': id }
  const events = useList('audit-event', query, client.auditEvent.list)
  return (
    <DataTable
      label="Audit events"
      list={list}
      query={events}
      columns={columns}
      rowKey={(event) => event.id}
      empty={<EmptyState title="No events">Every change to it will be told here.</EmptyState>}
    />
  )
}
