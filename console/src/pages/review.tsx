/**
 * The access review: what of the account's power deserves a second look, list by list, and the record
 * that somebody looked.
 */
import { Text, Textarea } from '@mantine/core'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { FormBody, NewButton } from '../ui/drawer.tsx'
import { given, useForm } from '../ui/form.ts'
import { AppLink } from '../ui/link.tsx'
import { Page } from '../ui/page.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { paths } from '../ui/paths.ts'
import { useSearchState } from '../ui/search.ts'
import { Time } from '../ui/time.tsx'
import { ReviewGrants } from './parts/review-grants.tsx'
import { ReviewShares } from './parts/review-shares.tsx'
import type { Review } from './parts/review-toolbar.tsx'
import { ReviewVirtualAccounts } from './parts/review-virtual-accounts.tsx'

export function ReviewPage() {
  const { knowsAccounts, may } = useActing()
  const [search] = useSearchState()
  const days = search.unusedDays
  const window = days === undefined ? {} : { unusedDays: Number(days) }
  const { data: review } = useOne('access-review', `counts ${days ?? ''}`, (account) =>
    client.accessReview.get({ account, ...window }),
  )
  const complete = may('grant:delete') && (
    <NewButton label="Complete review">
      {(close) => <CompleteForm review={review} close={close} />}
    </NewButton>
  )
  return (
    <Page title="Access review" description={<Standing review={review} />} actions={complete}>
      <PageTabs
        tabs={[
          { id: 'grants', label: 'Grants', content: () => <ReviewGrants review={review} /> },
          knowsAccounts &&
            may('share:read') && {
              id: 'shares',
              label: 'Shares',
              content: () => <ReviewShares review={review} />,
            },
          may('virtual-account:read') && {
            id: 'virtual-accounts',
            label: 'Virtual accounts',
            content: () => <ReviewVirtualAccounts review={review} />,
          },
        ]}
      />
    </Page>
  )
}

/** When the last one was, and since when uses are known. */
function Standing({ review }: { review: Review | undefined }) {
  const { account } = useActing()
  if (review === undefined) return 'Who has which power, when it was last used, and what is odd.'
  const { lastReview, usesKnownSince } = review
  return (
    <>
      {lastReview === null ? (
        'Nobody has put a review on record yet. '
      ) : (
        <>
          Last reviewed <Time at={lastReview.at} /> by {lastReview.by.name}.{' '}
        </>
      )}
      Uses are known since <Time at={usesKnownSince} as="day" />; a use that several grants allow
      counts for each. <AppLink to={paths.explain(account)}>Explain</AppLink> tells what a grant
      gives.
    </>
  )
}

function CompleteForm({ review, close }: { review: Review | undefined; close: () => void }) {
  const form = useForm({
    initial: { note: '' },
    submit: ({ note }, account) => client.accessReview.complete({ account }, { note: given(note) }),
    done: 'Review put on record.',
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel="Put on record" close={close}>
      <Text>
        The audit log keeps that you have reviewed the access of this account now
        {review === undefined ? '' : `: ${review.grants.total} grants`}, what was found, and how
        many were taken back from these lists since the review before.
      </Text>
      <Textarea
        label="Note"
        description="What was decided, and why, for who reads it later."
        autosize
        minRows={3}
        maxLength={2_000}
        {...form.text('note')}
      />
    </FormBody>
  )
}
