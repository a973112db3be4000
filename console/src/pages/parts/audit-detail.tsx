/** One event: who, when, from where, on what; and the fields before and after. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { BeforeAfter } from '../../ui/before-after.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../../ui/details.tsx'
import { ErrorState } from '../../ui/empty-state.tsx'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { Section } from '../../ui/page.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

export type AuditEvent = Awaited<ReturnType<typeof client.auditEvent.get>>

export function AuditDetail({ id }: { id: string }) {
  const event = useOne(
    'audit-event',
    id,
    (account) => client.auditEvent.get({ account, auditEvent: id }),
    { enabled: id !== '' },
  )
  if (event.error) return <ErrorState error={event.error} retry={event.refetch} />
  if (event.data === undefined) return <DetailsSkeleton />
  return (
    <>
      <EventFacts event={event.data} />
      <Section title="What changed">
        <BeforeAfter before={event.data.before} after={event.data.after} />
      </Section>
    </>
  )
}

function EventFacts({ event }: { event: AuditEvent }) {
  const { account } = useActing()
  const via = event.token === null ? (event.session === null ? '–' : 'a session') : event.token
  return (
    <Details
      facts={[
        [
          'What',
          <span key="what" className="mono">
            {event.operation}
          </span>,
        ],
        ['On', <Target key="on" event={event} />],
        [
          'Who',
          <AppLink key="who" to={paths.audit(account)} search={{ actor: event.actor.id }}>
            {event.actor.name}
          </AppLink>,
        ],
        ['When', <Time key="when" at={event.at} as="clock" />],
        [
          'With',
          <span key="with" className="mono">
            {via}
          </span>,
        ],
        ['From', event.address ?? '–'],
        ['Request', <Copyable key="request" value={event.requestId} label="Copy the request id" />],
        ['Number', event.sequence],
        ['Hash', <Copyable key="hash" value={event.hash} label="Copy the hash" />],
      ]}
    />
  )
}

function Target({ event: { target } }: { event: AuditEvent }) {
  const { account } = useActing()
  const to = pathOfKind(target.kind, account, target.id)
  return (
    <>
      {to === null ? target.name : <AppLink to={to}>{target.name}</AppLink>}{' '}
      <Tag>{kindLabel(target.kind)}</Tag>{' '}
      <AppLink to={paths.audit(account)} search={{ target: target.id }}>
        All events
      </AppLink>
    </>
  )
}
