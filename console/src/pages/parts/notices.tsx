/** What the people of an account should not have to look for: who joined it from above, what it is offered. */
import { Alert, Stack } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { meQuery } from '../../api/session.ts'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { paths } from '../../ui/paths.ts'
import { Time } from '../../ui/time.tsx'

/** A joining is told of for this long. */
const JOINED_SHOWN_MS = 30 * 24 * 60 * 60 * 1_000
const OFFERS_SHOWN_MAX = 3
const JOINED_SHOWN_MAX = 3

export function Notices() {
  const { may, isRoot, knowsAccounts } = useActing()
  if (!knowsAccounts) return null
  return (
    <Stack gap="xs" mb="md">
      {!isRoot && may('audit-event:read') && <Joined />}
      <Offers />
    </Stack>
  )
}

/** An admin of the tenant who joins can read and use all of the account: its people are told. */
function Joined() {
  const { account, principalId } = useActing()
  const query = { limit: JOINED_SHOWN_MAX, 'filter[operation]': 'account.join' } as const
  const { data } = useList('audit-event', query, client.auditEvent.list)
  const recent = (data?.items ?? []).filter(
    ({ at, actor }) => Date.parse(at) > Date.now() - JOINED_SHOWN_MS && actor.id !== principalId,
  )
  return recent.map(({ id, at, actor }) => (
    <Alert key={id} color="yellow" variant="light">
      {actor.name}, an admin of the tenant, joined this account <Time at={at} />.{' '}
      <AppLink to={paths.audit(account)}>See the audit log</AppLink>
    </Alert>
  ))
}

function Offers() {
  const { account } = useActing()
  const { data: me } = useSuspenseQuery(meQuery)
  const query = { limit: OFFERS_SHOWN_MAX, 'filter[direction]': 'in' } as const
  const { data } = useList('transfer', query, client.transfer.list)
  return (data?.items ?? []).map(({ id, from, resource }) => (
    <Alert key={id} color="petrol" variant="light">
      {from.name === 'root' ? me.tenant.displayName : from.name} offers this account the{' '}
      {kindLabel(resource.kind).toLowerCase()} {resource.name}.{' '}
      <AppLink to={paths.transfers(account)}>Accept or decline it</AppLink>
    </Alert>
  ))
}
