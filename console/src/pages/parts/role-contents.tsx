/**
 * What one hands out with a role: its permissions on the object, and which of them count inside the
 * boundary of this account. It stands where power is handed out, before it is.
 */
import { Skeleton, Text } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { sentence } from '../../api/sentence.ts'
import { counted, kindLabel } from '../../ui/format.ts'
import { concerning } from '../../ui/kinds.ts'
import { AppLink } from '../../ui/link.tsx'
import { paths } from '../../ui/paths.ts'
import { actionOf, groupByKind } from '../../ui/permissions.ts'
import classes from './role-contents.module.css'

interface RoleContentsProps {
  role: string
  /** Of the object; null for the whole account. */
  kind: string | null
}

export function RoleContents({ role, kind }: RoleContentsProps) {
  const { account, boundary } = useActing()
  const query = useOne('role', role, (account) => client.role.get({ account, role }), {
    enabled: role !== '',
  })
  if (role === '') return null
  if (query.error) return <Text c="dimmed">{sentence(query.error)}</Text>
  if (query.data === undefined) return <Skeleton height={92} />
  const { permissions, displayName, name } = query.data
  const concerned = kind === null ? permissions : concerning(kind, permissions)
  const inside = new Set<string>(boundary)
  const counting = concerned.filter((permission) => inside.has(permission))
  const idle = concerned.filter((permission) => !inside.has(permission))
  return (
    <section className={classes.box} aria-label="What this hands out">
      <div className={classes.head}>
        <strong>What this hands out</strong>
        <AppLink to={paths.role(account, name)}>{displayName || name}</AppLink>
      </div>
      {counting.length === 0 ? (
        <p className={classes.none}>
          Nothing: the role has no permission that can mean anything there.
        </p>
      ) : (
        <Lines permissions={counting} />
      )}
      {idle.length > 0 && (
        <div className={classes.idle}>
          <p>
            {counted(idle.length, 'permission')} of the role {idle.length === 1 ? 'is' : 'are'}{' '}
            outside the boundary of this account and stay idle:
          </p>
          <Lines permissions={idle} />
        </div>
      )}
    </section>
  )
}

function Lines({ permissions }: { permissions: readonly string[] }) {
  return (
    <dl className={classes.lines}>
      {groupByKind(permissions).map(({ kind, permissions: own }) => (
        <div key={kind}>
          <dt>{kindLabel(kind)}</dt>
          <dd>{own.map(actionOf).join(', ')}</dd>
        </div>
      ))}
    </dl>
  )
}
