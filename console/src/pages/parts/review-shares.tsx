/** The shares of a review: in root those that it made, elsewhere those made to the account. */
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { useListState } from '../../ui/list-state.ts'
import { pathOfKind } from '../../ui/paths.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './review.module.css'
import { FindingFilter, Findings } from './review-findings.tsx'
import { SelectionBar, selectColumn, useSelection } from './review-selection.tsx'
import { asAsked, type Review, ReviewToolbar, reviewFilters } from './review-toolbar.tsx'

type Reviewed = Awaited<ReturnType<typeof client.accessReview.shares>>['items'][number]

const columns: readonly Column<Reviewed>[] = [
  { id: 'share', header: 'Share', cell: (share) => <Shared share={share} /> },
  {
    id: 'findings',
    header: 'Found',
    width: 170,
    from: 'md',
    cell: (share) => <Findings findings={share.findings} />,
  },
  {
    id: 'used',
    header: 'Last used',
    sort: 'lastUsedAt',
    width: 110,
    cell: (share) => <Time at={share.lastUsedAt} absent="never" />,
  },
]

function Shared({ share }: { share: Reviewed }) {
  const { account } = useActing()
  const { kind, id, name } = share.resource
  const to = pathOfKind(kind, account, id)
  return (
    <>
      <span className={classes.what}>
        {to === null ? name : <AppLink to={to}>{name}</AppLink>} <Tag>{kindLabel(kind)}</Tag> with{' '}
        {share.to.name}
      </span>
      <span className={classes.sentence}>{share.sentence}</span>
    </>
  )
}

export function ReviewShares({ review }: { review: Review | undefined }) {
  const { account, isRoot, may } = useActing()
  const list = useListState('lastUsedAt', reviewFilters)
  const shares = useList('access-review-shares', list.query, (query) =>
    client.accessReview.shares(asAsked(query)),
  )
  const selection = useSelection(list.query)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const mayRevoke = isRoot && may('share:delete')
  const take = () => {
    const body = { shares: [...selection.ids] }
    const number = selection.ids.length
    setAsked({
      title: number === 1 ? 'Stop sharing this?' : `Stop ${number} shares?`,
      text: 'The accounts can no longer reach what was shared, with the next request, and every grant that they made on it goes as well: of all of them or of none.',
      verb: 'Stop sharing',
      done: 'No longer shared.',
      preview: () => client.accessReview.revokeShares({ account }, body, { dryRun: true }),
      act: () => client.accessReview.revokeShares({ account }, body),
      onDone: () => selection.set([]),
    })
  }
  const choose = selectColumn<Reviewed>(
    selection,
    ({ resource, to }) => `${resource.name} with ${to.name}`,
  )
  return (
    <>
      <FindingFilter list={list} counted={review?.shares ?? null} />
      <ReviewToolbar list={list} of="shares" />
      {mayRevoke && (
        <SelectionBar
          selection={selection}
          rows={shares.data?.items ?? []}
          verb="Stop sharing"
          act={take}
        />
      )}
      <DataTable
        label="Shares to review"
        list={list}
        query={shares}
        columns={mayRevoke ? [choose, ...columns] : columns}
        rowKey={(share) => share.id}
        empty={<EmptyState title="No shares">There is nothing to review here.</EmptyState>}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}
