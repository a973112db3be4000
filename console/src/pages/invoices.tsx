/** The invoices of the account, month by month, the running one included. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { count } from '../ui/format.ts'
import { Money } from '../ui/money.tsx'
import { monthText } from '../ui/month.ts'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'

type Invoice = Awaited<ReturnType<typeof client.invoice.get>>

const columns: readonly Column<Invoice>[] = [
  { id: 'period', header: 'Month', cell: (invoice) => monthText(invoice.period) },
  {
    id: 'state',
    header: 'State',
    width: 170,
    cell: (invoice) => (
      <State state={invoice.state} label={invoice.state === 'open' ? 'running' : 'closed'} />
    ),
  },
  {
    id: 'to',
    header: 'Closes',
    width: 150,
    from: 'sm',
    cell: (invoice) => <Time at={invoice.to} as="day" />,
  },
  {
    id: 'requests',
    header: 'Requests',
    align: 'right',
    width: 120,
    from: 'sm',
    cell: (invoice) => count(invoice.lines.reduce((sum, { requests }) => sum + requests, 0)),
  },
  {
    id: 'total',
    header: 'Total',
    align: 'right',
    width: 140,
    cell: (invoice) => <Money nanos={invoice.totalNanos} />,
  },
]

export function InvoicesPage() {
  const { account } = useActing()
  const invoices = useOne('invoice', 'list', (account) => client.invoice.list({ account }))
  return (
    <Page
      title="Invoices"
      description="What this account pays for its usage: one invoice a month, made of the ledger."
    >
      <DataTable
        label="Invoices"
        query={invoices}
        columns={columns}
        rowKey={(invoice) => invoice.period}
        rowTo={(invoice) => paths.invoice(account, invoice.period)}
        empty={
          <EmptyState title="No invoices yet">
            The first one begins with the first call that costs something.
          </EmptyState>
        }
      />
    </Page>
  )
}
