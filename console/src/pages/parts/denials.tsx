/** Refused requests, a limited sample: who was held back from what, and why. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { AppLink } from '../../ui/link.tsx'
import { useListState } from '../../ui/list-state.ts'
import { OperationName } from '../../ui/operation-name.tsx'
import { pathOfKind } from '../../ui/paths.ts'
import { Time } from '../../ui/time.tsx'

type Denial = Awaited<ReturnType<typeof client.auditEvent.denials>>['items'][number]

const columns: readonly Column<Denial>[] = [
  { id: 'at', header: 'When', width: 160, cell: (denial) => <Time at={denial.at} as="clock" /> },
  {
    id: 'actor',
    header: 'Who',
    width: 200,
    cell: (denial) => <DeniedActor denial={denial} />,
  },
  {
    id: 'operation',
    header: 'Tried',
    width: 210,
    from: 'sm',
    cell: (denial) => <OperationName name={denial.operation} />,
  },
  { id: 'reason', header: 'Refused because', cell: (denial) => denial.reason },
  {
    id: 'address',
    header: 'From',
    width: 130,
    from: 'md',
    cell: (denial) => denial.address ?? '–',
  },
]

export function Denials() {
  const list = useListState('-at')
  const denials = useList('audit-denial', list.query, client.auditEvent.denials)
  return (
    <DataTable
      label="Refused requests"
      list={list}
      query={denials}
      columns={columns}
      rowKey={(denial) => denial.id}
      empty={
        <EmptyState title="Nothing was refused">
          When somebody tries what no grant, share or boundary lets through, it is told here.
        </EmptyState>
      }
    />
  )
}

function DeniedActor({ denial: { actor } }: { denial: Denial }) {
  const { account } = useActing()
  const kind = actor.startsWith('va_') ? 'virtual-account' : 'user'
  const to = /^(va|user)_/.test(actor) ? pathOfKind(kind, account, actor) : null
  return to === null ? actor : <AppLink to={to}>{actor}</AppLink>
}
