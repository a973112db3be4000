/** One message of the conversation; under an answer, its tokens, its time and its cost. */
import { Loader } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { count, durationText } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { Money } from '../../ui/money.tsx'
import { paths } from '../../ui/paths.ts'
import classes from './playground.module.css'
import type { Turn } from './use-chat.ts'

export function ChatTurn({ turn }: { turn: Turn }) {
  const isAnswer = turn.role === 'assistant'
  return (
    <article
      className={classes.turn}
      data-role={turn.role}
      aria-label={isAnswer ? 'Answer' : 'You'}
    >
      <div className={classes.text}>
        {turn.content}
        {turn.state === 'streaming' && turn.content === '' && <Loader size={14} type="dots" />}
      </div>
      {turn.problem !== undefined && (
        <p className={classes.problem} role="alert">
          {turn.problem}
        </p>
      )}
      {turn.state === 'stopped' && <p className={classes.facts}>Stopped</p>}
      {turn.result && <Facts result={turn.result} />}
    </article>
  )
}

function Facts({ result }: { result: NonNullable<Turn['result']> }) {
  const { inputTokens, outputTokens, firstTokenMs, durationMs } = result
  return (
    <p className={classes.facts}>
      {inputTokens !== null && outputTokens !== null && (
        <span>
          {count(inputTokens)} in, {count(outputTokens)} out
        </span>
      )}
      {firstTokenMs !== null && <span>{durationText(firstTokenMs)} to the first word</span>}
      <span>{durationText(durationMs)} in all</span>
      {result.requestId !== null && <Cost requestId={result.requestId} />}
    </p>
  )
}

const RECENT_READ = 20
const POLL_MS = 1_000

/** The usage record comes a moment after the answer; until then there is a dash. */
function Cost({ requestId }: { requestId: string }) {
  const { account, may } = useActing()
  const mayRead = may('usage:read')
  const find = async () => {
    const { items } = await client.usage.list({ account, sort: '-at', limit: RECENT_READ })
    return items.find((use) => use.requestId === requestId) ?? null
  }
  const { data } = useOne('usage', `of ${requestId}`, find, { enabled: mayRead })
  const again = useOne('usage', `of ${requestId}, again`, find, {
    enabled: mayRead && data === null,
    refetchIntervalMs: POLL_MS,
  })
  const use = data ?? again.data
  if (!use) return null
  return (
    <AppLink className="plain-link" to={paths.usage(account)}>
      <Money nanos={use.costNanos} />
    </AppLink>
  )
}
