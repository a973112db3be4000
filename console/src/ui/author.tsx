/**
 * Who made something. The API says it by id; the name is looked up where the reader may see it, and
 * somebody outside this account is called what they are: one who acts for the tenant.
 */
import { useQuery } from '@tanstack/react-query'
import { useActing } from '../api/acting.ts'
import { nameById } from '../api/filter-choices.ts'
import { isStatus } from '../api/sentence.ts'

const NAME_STALE_MS = 300_000

const fixed: Readonly<Record<string, string>> = { system: 'Commonhold', operator: 'the operator' }

export function Author({ id }: { id: string }) {
  const { account, principalId } = useActing()
  const isLookedUp = fixed[id] === undefined && id !== principalId
  const { data, error } = useQuery({
    queryKey: ['account', account, 'author', id],
    queryFn: () => nameById(account, id),
    enabled: isLookedUp,
    staleTime: NAME_STALE_MS,
  })
  if (!isLookedUp) return fixed[id] ?? 'you'
  if (isStatus(error, 404)) return 'an admin of the tenant'
  return <span title={id}>{data ?? '…'}</span>
}
