/**
 * What a change would do, from the API's dry run: what goes with it, who loses and who gains which
 * access through what, and which calls that run now would end. One loss reads as a sentence; five
 * hundred are put together by what is lost, and unfold to names, grants and tokens.
 */
import type { DryRun, RunningCalls } from '@commonhold/sdk'
import { List, Text } from '@mantine/core'
import { AccessDifferences } from './access-differences.tsx'
import classes from './consequences.module.css'
import { count, counted } from './format.ts'

const SHOWN_MAX = 8

interface ConsequencesProps {
  plan: DryRun<unknown>
  /** Whether it is worth saying that nothing is lost. */
  isDestructive: boolean
}

export function Consequences({ plan, isDestructive }: ConsequencesProps) {
  const { access } = plan
  // Losses of access are shown below with who, through what and with which tokens.
  const besides = plan.lost.filter(({ what, id }) => access === null || what !== 'access' || !id)
  const isNothing =
    besides.length === 0 &&
    !access?.lost.length &&
    !access?.gained.length &&
    !access?.running?.calls
  if (isNothing) {
    if (!isDestructive) return null
    return (
      <Text c="dimmed">
        {access ? 'Nobody would lose or gain access.' : 'Nothing else is lost.'}
      </Text>
    )
  }
  return (
    <div className={classes.all}>
      {besides.length > 0 && <Besides sentences={besides.map(({ sentence }) => sentence)} />}
      {access?.running && <Running running={access.running} />}
      {access && (
        <>
          <AccessDifferences
            title={`${counted(access.total.losers, 'member')} would lose access`}
            tone="lost"
            differences={access.lost}
            total={access.total.lost}
          />
          <AccessDifferences
            title={`${counted(access.total.gainers, 'member')} would gain access`}
            tone="gained"
            differences={access.gained}
            total={access.total.gained}
          />
        </>
      )}
    </div>
  )
}

function Besides({ sentences }: { sentences: readonly string[] }) {
  const more = sentences.length - SHOWN_MAX
  return (
    <section>
      <h3 className={classes.title}>This takes with it</h3>
      <List size="sm" spacing={2}>
        {sentences.slice(0, SHOWN_MAX).map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
        {more > 0 && <List.Item>and {count(more)} more</List.Item>}
      </List>
    </section>
  )
}

function Running({ running }: { running: RunningCalls }) {
  const { calls, callers, silent, sentence } = running
  if (calls === 0 && silent === 0) return null
  return (
    <section>
      <h3 className={classes.title}>{sentence}</h3>
      {callers.length > 0 && (
        <ul className={classes.callers}>
          {callers.map(({ name, token, model, calls: of }) => (
            <li key={`${name} ${token} ${model}`}>
              <span className={classes.number}>{count(of)}</span>
              <span>
                {name ?? 'somebody'}
                {token !== null && <span className={classes.dim}> with the token {token}</span>}
                {model !== null && <span className={classes.dim}> on {model}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
