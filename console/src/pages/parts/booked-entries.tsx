/** What people booked on the account in a month: credits and adjustments, each with its reason. */
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Author } from '../../ui/author.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'

type Entry = Awaited<ReturnType<typeof client.ledgerEntry.list>>['items'][number]

const ENTRIES_SHOWN = 100

const columns: readonly Column<Entry>[] = [
  { id: 'at', header: 'Booked', width: 150, cell: ({ at }) => <Time at={at} as="clock" /> },
  { id: 'note', header: 'Reason', cell: (entry) => entry.note },
  {
    id: 'of',
    header: 'Corrects',
    from: 'md',
    width: 130,
    cell: ({ usageRecord }) => (usageRecord === null ? 'no charge' : 'a charge'),
  },
  {
    id: 'by',
    header: 'By',
    from: 'sm',
    width: 200,
    cell: ({ createdBy }) => (createdBy === null ? '–' : <Author id={createdBy} />),
  },
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    width: 130,
    cell: ({ amountNanos }) => <Money nanos={amountNanos} />,
  },
]

/** Says nothing where nothing was booked. */
export function BookedEntries({ from, to }: { from: string; to: string }) {
  const query = {
    limit: ENTRIES_SHOWN,
    'filter[kind]': 'correction',
    'filter[from]': from,
    'filter[to]': to,
  } as const
  const entries = useList('ledger-entry', query, client.ledgerEntry.list)
  if (!entries.data || entries.data.items.length === 0) return null
  const isCut = entries.data.nextCursor !== null
  return (
    <Section
      title="Credits and adjustments"
      {...(isCut ? { description: `The last ${ENTRIES_SHOWN}; the command line lists all.` } : {})}
    >
      <DataTable
        label="Credits and adjustments"
        query={{ ...entries, data: { items: entries.data.items, nextCursor: null } }}
        columns={columns}
        rowKey={({ id }) => id}
        empty={null}
      />
    </Section>
  )
}
