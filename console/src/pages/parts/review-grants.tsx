/** The grants of a review: what is odd about each, when it was last used, and taking several back. */
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { Time } from '../../ui/time.tsx'
import { GrantObject, GrantRole, GrantSubject } from './access-tab.tsx'
import classes from './review.module.css'
import { FindingFilter, Findings } from './review-findings.tsx'
import { SelectionBar, selectColumn, useSelection } from './review-selection.tsx'
import { asAsked, type Review, ReviewToolbar, reviewFilters } from './review-toolbar.tsx'

type Reviewed = Awaited<ReturnType<typeof client.accessReview.grants>>['items'][number]

const columns: readonly Column<Reviewed>[] = [
  {
    id: 'grant',
    header: 'Grant',
    cell: (grant) => (
      <>
        <span className={classes.what}>
          <GrantSubject grant={grant} /> has <GrantRole grant={grant} /> on{' '}
          {grant.object.type === 'account' ? 'the whole account' : <GrantObject grant={grant} />}
        </span>
        <span className={classes.sentence}>{grant.sentence}</span>
      </>
    ),
  },
  {
    id: 'findings',
    header: 'Found',
    width: 170,
    from: 'md',
    cell: (grant) => <Findings findings={grant.findings} />,
  },
  {
    id: 'used',
    header: 'Last used',
    sort: 'lastUsedAt',
    width: 110,
    cell: (grant) => <Time at={grant.lastUsedAt} absent="never" />,
  },
  {
    id: 'ends',
    header: 'Until',
    sort: 'expiresAt',
    width: 110,
    from: 'md',
    cell: (grant) => <Time at={grant.expiresAt} absent="no end" />,
  },
]

export function ReviewGrants({ review }: { review: Review | undefined }) {
  const { account, may } = useActing()
  const list = useListState('lastUsedAt', reviewFilters)
  const grants = useList('access-review-grants', list.query, (query) =>
    client.accessReview.grants(asAsked(query)),
  )
  const selection = useSelection(list.query)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const mayRevoke = may('grant:delete')
  const take = () => {
    const body = { grants: [...selection.ids] }
    const number = selection.ids.length
    setAsked({
      title: number === 1 ? 'Take this grant back?' : `Take ${number} grants back?`,
      text: 'They stop counting with the next request, all of them or none. What else gives the same stays.',
      verb: 'Take back',
      done: number === 1 ? 'Grant taken back.' : `${number} grants taken back.`,
      preview: () => client.accessReview.revokeGrants({ account }, body, { dryRun: true }),
      act: () => client.accessReview.revokeGrants({ account }, body),
      onDone: () => selection.set([]),
    })
  }
  const choose = selectColumn<Reviewed>(
    selection,
    ({ subject, role, object }) => `${subject.name}: ${role.name} on ${object.name}`,
  )
  return (
    <>
      <FindingFilter list={list} counted={review?.grants} />
      <ReviewToolbar list={list} of="grants" />
      {mayRevoke && (
        <SelectionBar
          selection={selection}
          rows={grants.data?.items ?? []}
          verb="Take back"
          act={take}
        />
      )}
      <DataTable
        label="Grants to review"
        list={list}
        query={grants}
        columns={mayRevoke ? [choose, ...columns] : columns}
        rowKey={(grant) => grant.id}
        empty={<EmptyState title="No grants">There is nothing to review here yet.</EmptyState>}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}
