/** The virtual accounts of a review: whether they are used, and whether anybody answers for them. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { paths } from '../../ui/paths.ts'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './review.module.css'
import { FindingFilter, Findings } from './review-findings.tsx'
import { asAsked, type Review, ReviewToolbar, reviewFilters } from './review-toolbar.tsx'

type Reviewed = Awaited<ReturnType<typeof client.accessReview.virtualAccounts>>['items'][number]

const columns: readonly Column<Reviewed>[] = [
  {
    id: 'name',
    header: 'Virtual account',
    sort: 'name',
    cell: (one) => (
      <>
        <span className={classes.what}>{one.displayName}</span>
        <span className={classes.sentence}>{one.sentence}</span>
      </>
    ),
  },
  {
    id: 'findings',
    header: 'Found',
    width: 170,
    from: 'md',
    cell: (one) => <Findings findings={one.findings} />,
  },
  {
    id: 'state',
    header: 'State',
    width: 110,
    from: 'sm',
    cell: (one) => <State state={one.state} />,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    width: 80,
    align: 'right',
    from: 'md',
    cell: (one) => one.tokens,
  },
  {
    id: 'used',
    header: 'Last used',
    sort: 'lastUsedAt',
    width: 110,
    cell: (one) => <Time at={one.lastUsedAt} absent="never" />,
  },
]

export function ReviewVirtualAccounts({ review }: { review: Review | undefined }) {
  const { account } = useActing()
  const list = useListState('lastUsedAt', reviewFilters)
  const virtualAccounts = useList('access-review-virtual-accounts', list.query, (query) =>
    client.accessReview.virtualAccounts(asAsked(query)),
  )
  return (
    <>
      <FindingFilter list={list} counted={review?.virtualAccounts ?? null} />
      <ReviewToolbar list={list} of="virtual-accounts" />
      <DataTable
        label="Virtual accounts to review"
        list={list}
        query={virtualAccounts}
        columns={columns}
        rowKey={(one) => one.id}
        rowTo={(one) => paths.virtualAccount(account, one.name)}
        empty={
          <EmptyState title="No virtual accounts">There is nothing to review here.</EmptyState>
        }
      />
    </>
  )
}
