/**
 * Explain: who may do what on what, and why. One sentence first, then the chain of the decision as a
 * path, then every condition of the rule. The question is in the address, so an answer can be sent.
 */
import { CircleCheck, CircleX } from 'lucide-react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { EmptyState, ErrorState } from '../ui/empty-state.tsx'
import { Page, Section } from '../ui/page.tsx'
import { useSearchState } from '../ui/search.ts'
import { AccessPath } from './parts/access-path.tsx'
import { Conditions } from './parts/conditions.tsx'
import classes from './parts/explain.module.css'
import { ExplainForm } from './parts/explain-form.tsx'
import { type Asked, askedIn, type Explanation, isComplete } from './parts/explain-question.ts'
import { Remedy } from './parts/remedy.tsx'

export function ExplainPage() {
  const [search] = useSearchState()
  const asked = askedIn(search)
  return (
    <Page
      title="Explain"
      description="Ask the access rule itself: the answer is the one that a request would get now."
    >
      <ExplainForm asked={asked} />
      {isComplete(asked) ? (
        <Answer asked={asked} />
      ) : (
        <EmptyState title="Ask who may do what">
          Choose a person or a program, an action, and what it is done on.
        </EmptyState>
      )}
    </Page>
  )
}

function Answer({ asked }: { asked: Asked }) {
  const { displayName } = useActing()
  const key = [asked.principal, asked.permission, asked.kind, asked.resource].join(' ')
  const answer = useOne('access-explain', key, (account) =>
    client.access.explain({ account }, questionOf(asked)),
  )
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />
  if (answer.data === undefined) return <div className={classes.waiting} aria-busy="true" />
  const told = answer.data
  return (
    <div aria-live="polite">
      <Sentence told={told} />
      <Section title="The path">
        <AccessPath asked={asked} told={told} accountName={displayName} />
      </Section>
      {!told.allowed && <Remedy asked={asked} told={told} />}
      <Section
        title="Every condition"
        description="All of them have to hold. The first that does not is the reason."
      >
        <Conditions told={told} />
      </Section>
    </div>
  )
}

function Sentence({ told }: { told: Explanation }) {
  return (
    <div className={classes.sentence} data-allowed={told.allowed}>
      {told.allowed ? (
        <CircleCheck size={20} role="img" aria-label="Allowed" />
      ) : (
        <CircleX size={20} role="img" aria-label="Not allowed" />
      )}
      <p>{told.sentence}</p>
    </div>
  )
}

type Question = Parameters<typeof client.access.explain>[1]

function questionOf({ principal, permission, kind, resource }: Asked): Question {
  return {
    permission: permission as Question['permission'],
    ...(principal === '' ? {} : { principal }),
    ...(resource === '' ? {} : { kind: kind as NonNullable<Question['kind']>, resource }),
  }
}
