/** One invoice with its lines: a line per model and price. Each leads to the calls that it sums up. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState, ErrorState } from '../ui/empty-state.tsx'
import { type Figure, Figures } from '../ui/figures.tsx'
import { count } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { Money } from '../ui/money.tsx'
import { monthText } from '../ui/month.ts'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { BookedEntries } from './parts/booked-entries.tsx'

type Invoice = Awaited<ReturnType<typeof client.invoice.get>>
type Line = Invoice['lines'][number]

const REFRESH_MS = 10_000

export function InvoicePage() {
  const period = useParam('period')
  const { account } = useActing()
  const invoice = useOne('invoice', period, (account) => client.invoice.get({ account, period }), {
    refetchIntervalMs: REFRESH_MS,
  })
  const parent = { label: 'Invoices', to: paths.invoices(account) }
  const one = invoice.data
  if (invoice.error && one === undefined) {
    return (
      <Page title={monthText(period)} parent={parent}>
        <ErrorState error={invoice.error} retry={invoice.refetch} />
      </Page>
    )
  }
  const isOpen = one?.state === 'open'
  return (
    <Page
      title={monthText(period)}
      parent={parent}
      badge={one && <State state={one.state} label={isOpen ? 'running' : 'closed'} />}
    >
      <Figures
        figures={[
          { label: 'Total', value: one && <Money nanos={one.totalNanos} /> },
          ...bookedBeside(one),
          ...(isOpen ? [{ label: 'At this pace', value: <Pace invoice={one} /> }] : []),
          { label: 'From', value: one && <Time at={one.from} as="day" /> },
          { label: isOpen ? 'Closes' : 'To', value: one && <Time at={one.to} as="day" /> },
        ]}
      />
      <DataTable
        label="Lines"
        query={{
          data: one && { items: one.lines, nextCursor: null },
          error: null,
          refetch: invoice.refetch,
        }}
        columns={columnsFor(one)}
        rowKey={(line) => `${line.model} ${line.priceVersion ?? ''}`}
        empty={<EmptyState title="Nothing to pay">Nothing was used in this month.</EmptyState>}
      />
      {one && <BookedEntries from={one.from} to={one.to} />}
    </Page>
  )
}

/** What the total has besides the lines; what is zero is not mentioned. */
function bookedBeside(invoice: Invoice | undefined): Figure[] {
  if (invoice === undefined) return []
  const booked = [
    { label: 'Credited', nanos: invoice.creditedNanos },
    { label: 'Adjusted', nanos: invoice.adjustedNanos },
    { label: 'Carried over', nanos: invoice.carriedOverNanos },
  ]
  return booked
    .filter(({ nanos }) => BigInt(nanos) !== 0n)
    .map(({ label, nanos }) => ({ label, value: <Money nanos={nanos} /> }))
}

function columnsFor(invoice: Invoice | undefined): readonly Column<Line>[] {
  return [
    {
      id: 'model',
      header: 'Model',
      cell: (line) => invoice && <LineModel line={line} invoice={invoice} />,
    },
    {
      id: 'price',
      header: 'Price version',
      align: 'right',
      width: 120,
      from: 'sm',
      cell: (line) => line.priceVersion ?? '–',
    },
    {
      id: 'requests',
      header: 'Requests',
      align: 'right',
      width: 110,
      cell: (line) => count(line.requests),
    },
    {
      id: 'input',
      header: 'Tokens in',
      align: 'right',
      width: 130,
      from: 'sm',
      cell: (line) => count(line.inputTokens),
    },
    {
      id: 'output',
      header: 'Tokens out',
      align: 'right',
      width: 130,
      from: 'sm',
      cell: (line) => count(line.outputTokens),
    },
    {
      id: 'amount',
      header: 'Amount',
      align: 'right',
      width: 130,
      cell: (line) => <Money nanos={line.amountNanos} />,
    },
  ]
}

function LineModel({ line, invoice }: { line: Line; invoice: Invoice }) {
  const { account, may } = useActing()
  if (!may('usage:read')) return line.model
  const search = { from: invoice.from, to: invoice.to, model: line.model }
  return (
    <AppLink to={paths.usage(account)} search={search}>
      {line.model}
    </AppLink>
  )
}

/** What the month comes to if it goes on as it has. */
function Pace({ invoice }: { invoice: Invoice }) {
  const from = Date.parse(invoice.from)
  const passedMs = Math.max(1, Math.round(Date.now() - from))
  const lengthMs = Date.parse(invoice.to) - from
  const nanos = (BigInt(invoice.totalNanos) * BigInt(lengthMs)) / BigInt(passedMs)
  return <Money nanos={nanos.toString()} />
}
