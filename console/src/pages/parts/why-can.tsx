/** Why somebody can do something, or can't: one sentence, the chain, what would change it, every condition. */
import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { CircleCheck, CircleX, Link2 } from 'lucide-react'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { EmptyState, ErrorState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search.ts'
import { Chain } from './chain.tsx'
import { Conditions } from './conditions.tsx'
import classes from './explain.module.css'
import { ExplainForm } from './explain-form.tsx'
import {
  type Asked,
  askedIn,
  type Explanation,
  isComplete,
  questionOf,
} from './explain-question.ts'
import { Remedies } from './remedies.tsx'

export function WhyCan() {
  const [search] = useSearchState()
  const asked = askedIn(search)
  return (
    <>
      <ExplainForm asked={asked} />
      {isComplete(asked) ? (
        <Answer asked={asked} />
      ) : (
        <EmptyState title="Ask who may do what">
          Choose a person or a program, an action, and what it is done on.
        </EmptyState>
      )}
    </>
  )
}

function Answer({ asked }: { asked: Asked }) {
  const question = questionOf(asked)
  const answer = useOne('access-explain', JSON.stringify(question), (account) =>
    client.access.explain({ account }, question),
  )
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />
  if (answer.data === undefined) return <div className={classes.waiting} aria-busy="true" />
  const told = answer.data
  return (
    <div aria-live="polite">
      <Sentence told={told} />
      <Section title="The chain" actions={<CopyLink />}>
        <Chain key={told.sentence} told={told} />
      </Section>
      {!told.allowed && <Remedies told={told} />}
      <Section
        title="Every condition"
        description="All of them have to hold. The first that does not is the reason."
      >
        <Conditions told={told} />
      </Section>
    </div>
  )
}

const COPIED_MS = 1_500

/** Whoever opens it asks the same, with his own eyes. */
function CopyLink() {
  const clipboard = useClipboard({ timeout: COPIED_MS })
  return (
    <Button
      variant="subtle"
      leftSection={<Link2 size={13} aria-hidden />}
      onClick={() => clipboard.copy(window.location.href)}
    >
      {clipboard.copied ? 'Copied' : 'Copy a link to this'}
    </Button>
  )
}

function Sentence({ told }: { told: Explanation }) {
  return (
    <div className={classes.sentence} data-allowed={told.allowed}>
      {told.allowed ? (
        <CircleCheck size={22} role="img" aria-label="Allowed" />
      ) : (
        <CircleX size={22} role="img" aria-label="Not allowed" />
      )}
      <p>{told.sentence}</p>
    </div>
  )
}
