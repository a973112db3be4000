/** How a share reads in a table: from the tenant's side, and from the account's. */
import { useActing } from '../../api/acting.ts'
import type { client } from '../../api/client.ts'
import { Author } from '../../ui/author.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { PermissionSummary } from '../../ui/permission-summary.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

export type Share = Awaited<ReturnType<typeof client.share.get>>

const resource: Column<Share> = {
  id: 'resource',
  header: 'Resource',
  cell: (share) => <SharedResource share={share} />,
}

const account: Column<Share> = {
  id: 'to',
  header: 'With',
  width: 170,
  cell: (share) => <SharedTo share={share} />,
}

const rest: readonly Column<Share>[] = [
  {
    id: 'permissions',
    header: 'At most',
    from: 'sm',
    cell: (share) => <PermissionSummary permissions={share.permissions} />,
  },
  {
    id: 'markup',
    header: 'Markup',
    align: 'right',
    width: 80,
    from: 'md',
    cell: (share) => markupText(share.markupPpm),
  },
  {
    id: 'created',
    header: 'Since',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (share) => <Time at={share.createdAt} />,
  },
  {
    id: 'by',
    header: 'By',
    width: 160,
    from: 'md',
    cell: (share) => <Author id={share.createdBy} />,
  },
]

export const sharedColumns = [resource, account, ...rest]
export const receivedColumns = [resource, ...rest]

function SharedResource({ share }: { share: Share }) {
  const { account } = useActing()
  const { kind, id, name } = share.resource
  const to = pathOfKind(kind, account, id)
  return (
    <>
      {to === null ? name : <AppLink to={to}>{name}</AppLink>} <Tag>{kindLabel(kind)}</Tag>
    </>
  )
}

function SharedTo({ share }: { share: Share }) {
  const { account, may } = useActing()
  if (!may('account:read')) return <>{share.to.name}</>
  return <AppLink to={paths.accountDetail(account, share.to.name)}>{share.to.name}</AppLink>
}

const PPM_PER_PERCENT = 10_000

export function markupText(ppm: number): string {
  return ppm === 0 ? '–' : `${ppm / PPM_PER_PERCENT} %`
}
