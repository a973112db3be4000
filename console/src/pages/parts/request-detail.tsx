/** One request: what was decided, each attempt with what it held and cost, and its bodies. */
import { Alert } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../../ui/details.tsx'
import { ErrorState } from '../../ui/empty-state.tsx'
import { count, durationText } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { RequestBodies } from './request-bodies.tsx'
import classes from './request-detail.module.css'

type Whole = Awaited<ReturnType<typeof client.requestLog.get>>
type Attempt = Whole['attempts'][number]

const LIVE_MS = 3_000

export function RequestDetail({ id }: { id: string }) {
  const request = useOne(
    'request-log',
    id,
    (account) => client.requestLog.get({ account, request: id }),
    { enabled: id !== '', refetchIntervalMs: LIVE_MS },
  )
  if (request.error) return <ErrorState error={request.error} retry={request.refetch} />
  if (request.data === undefined) return <DetailsSkeleton />
  const one = request.data
  return (
    <>
      {one.message !== null && (
        <Alert color={one.outcome === 'failed' ? 'red' : 'yellow'} variant="light" mb="md">
          <span className="mono">{one.code}</span>
          <br />
          {one.message}
        </Alert>
      )}
      <Facts request={one} />
      <Section title="Attempts" description={attemptsText(one)}>
        {one.attempts.map((attempt) => (
          <AttemptFacts key={attempt.usageRecord} attempt={attempt} />
        ))}
      </Section>
      <RequestBodies request={one} />
    </>
  )
}

function attemptsText({ attempts, outcome }: Whole): string {
  if (attempts.length > 0) {
    return 'Before each, its worst case was held in every budget that applies; what it cost replaced that.'
  }
  return outcome === 'refused'
    ? 'None: it was refused before a provider was called, so nothing was held and nothing is billed.'
    : 'None yet: usage is applied within a second.'
}

function Facts({ request }: { request: Whole }) {
  const { account } = useActing()
  const { principal, modelAsked, modelServed, firstByteMs } = request
  const who = pathOfKind(principal.kind, account, principal.id)
  return (
    <Details
      facts={[
        ['Outcome', <State key="outcome" state={request.outcome} />],
        ['Model asked for', modelAsked === '' ? '–' : modelAsked],
        ['Served by', modelServed ?? '–'],
        [
          'By',
          who === null ? (
            principal.name
          ) : (
            <AppLink key="who" to={who}>
              {principal.name}
            </AppLink>
          ),
        ],
        ['Token', request.token.name],
        ['When', <Time key="when" at={request.at} as="clock" />],
        ['Route', request.streamed ? `${request.route}, streamed` : request.route],
        [
          'Took',
          firstByteMs === null
            ? durationText(request.durationMs)
            : `${durationText(request.durationMs)}, first byte after ${durationText(firstByteMs)}`,
        ],
        [
          'Size',
          `${count(request.requestBytes)} bytes in, ${count(request.answerBytes)} bytes out`,
        ],
        ['Cost', <Money key="cost" nanos={request.costNanos} />],
        ['Request', <Copyable key="id" value={request.id} label="Copy the request id" />],
      ]}
    />
  )
}

function AttemptFacts({ attempt }: { attempt: Attempt }) {
  const { account } = useActing()
  const cached = attempt.cachedInputTokens > 0 && ` (${count(attempt.cachedInputTokens)} cached)`
  return (
    <div className={classes.attempt}>
      <div className={classes.title}>
        <AppLink to={paths.model(account, attempt.model.id)}>{attempt.model.name}</AppLink>
        <State state={attempt.status} />
      </div>
      <Details
        facts={[
          ['Held', <Money key="held" nanos={attempt.heldNanos} />],
          ['Cost', <Money key="cost" nanos={attempt.costNanos} />],
          [
            'Tokens',
            <span key="tokens">
              {count(attempt.inputTokens)}
              {cached} in, {count(attempt.outputTokens)} out
            </span>,
          ],
          ['Numbers from', attempt.numbersFrom],
          attempt.priceVersion !== null && ['Price', `version ${attempt.priceVersion}`],
          attempt.shared && ['Reached by', 'a share of the tenant'],
          ['Took', durationText(attempt.durationMs)],
          attempt.why !== null && ['Why', attempt.why],
          attempt.overHold && ['Over its hold', 'yes: it cost more than its worst case'],
        ]}
      />
    </div>
  )
}
