/** The two ends of a question by name, with the way to their pages. */
import { useActing } from '../../api/acting.ts'
import { resourcesOfKind } from '../../api/choices.ts'
import { named, principals } from '../../api/filter-choices.ts'
import { useOne } from '../../api/query.ts'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { pathOfKind } from '../../ui/paths.ts'
import { type Asked, WHOLE_ACCOUNT } from './explain-question.ts'

export function PrincipalName({ id }: { id: string }) {
  const { account } = useActing()
  const name = useName('principals', id)
  if (id === '') return <>You</>
  const kind = id.startsWith('va_') ? 'virtual-account' : 'user'
  const to = pathOfKind(kind, account, id)
  return to === null ? name : <AppLink to={to}>{name}</AppLink>
}

interface ObjectNameProps {
  asked: Asked
  accountName: string
}

export function ObjectName({ asked: { kind, resource }, accountName }: ObjectNameProps) {
  const { account } = useActing()
  const name = useName(kind, kind === WHOLE_ACCOUNT ? '' : resource)
  if (kind === WHOLE_ACCOUNT) return <>{accountName}</>
  const to = pathOfKind(kind, account, resource)
  return to === null ? name : <AppLink to={to}>{name}</AppLink>
}

/** The name of something whose id is known; until it is read, what kind of thing it is. */
function useName(of: string, id: string): string {
  const source = of === 'principals' ? principals : resourcesOfKind[of]
  const find = source === undefined ? undefined : named(source).find
  const { data } = useOne('name', id, async (account) => (await find?.(account, id)) ?? null, {
    enabled: id !== '' && find !== undefined,
  })
  return data?.label ?? (of === 'principals' ? '…' : kindLabel(of))
}
