/** Who can reach a resource and through what, or what somebody can reach: grants, from either end. */
import { Group } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { useListState } from '../../ui/list-state.ts'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { RowMenu } from '../../ui/row-menu.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { GrantForm } from './grant-form.tsx'

type Grant = Awaited<ReturnType<typeof client.grant.get>>
/** What a grant is told by, wherever it is told: a review shows more of it. */
type Told = Pick<Grant, 'subject' | 'object' | 'role'>
type End = 'user' | 'team' | 'virtualAccount' | 'resource' | 'role'

interface AccessTabProps {
  /** From which end the grants are looked at. */
  by: End
  id: string
  /** Of the resource, where it is looked at from that end. */
  kind?: string | undefined
}

export function AccessTab({ by, id, kind }: AccessTabProps) {
  const list = useListState('-createdAt')
  const { may } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const grants = useList('grant', { ...list.query, [`filter[${by}]`]: id }, client.grant.list)
  const isResource = by === 'resource'
  return (
    <>
      <Group justify="flex-end" mb="sm">
        <ReverseLink by={by} id={id} kind={kind} />
        {may('grant:create') && (
          <NewButton label="Grant access">
            {(close) => <GrantForm close={close} {...endOf(by, id, kind)} />}
          </NewButton>
        )}
      </Group>
      <DataTable
        label="Grants"
        list={list}
        query={grants}
        columns={isResource ? [whoColumn, ...rest] : [whatColumn, ...rest]}
        rowKey={(grant) => grant.id}
        rowActions={(grant) => (
          <RevokeMenu grant={grant} mayRevoke={may('grant:delete')} ask={setAsked} />
        )}
        empty={
          <EmptyState title={isResource ? 'Nobody was granted this by itself' : 'No grants'}>
            {isResource
              ? 'Whoever has a role on the whole account, or on every resource of this kind, still reaches it.'
              : 'Access comes from grants: a role on one resource, on a kind, or on the account.'}
          </EmptyState>
        }
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

/** Grants are how access comes about; what it comes to, Explain tells. */
function ReverseLink({ by, id, kind }: AccessTabProps) {
  const { account } = useActing()
  const to = paths.explain(account)
  if (by === 'resource' && kind !== undefined) {
    const search = { tab: 'who', kind, resource: id, permission: `${kind}:use` }
    return (
      <AppLink to={to} search={search}>
        Who can reach this?
      </AppLink>
    )
  }
  if (by !== 'user' && by !== 'virtualAccount') return null
  return (
    <AppLink to={to} search={{ tab: 'what', principal: id }}>
      What can {by === 'user' ? 'they' : 'it'} reach?
    </AppLink>
  )
}

/** The end of a new grant that the page gives. */
function endOf(by: End, id: string, kind: string | undefined) {
  if (by === 'resource') return kind === undefined ? {} : { object: { kind, id } }
  if (by === 'role') return {}
  return { subject: { type: by === 'virtualAccount' ? 'virtual-account' : by, id } } as const
}

const whoColumn: Column<Grant> = {
  id: 'subject',
  header: 'Who',
  cell: (grant) => <GrantSubject grant={grant} />,
}

const whatColumn: Column<Grant> = {
  id: 'object',
  header: 'On',
  cell: (grant) => <GrantObject grant={grant} />,
}

const rest: readonly Column<Grant>[] = [
  { id: 'role', header: 'Role', width: 180, cell: (grant) => <GrantRole grant={grant} /> },
  {
    id: 'created',
    header: 'Since',
    width: 130,
    from: 'sm',
    cell: (grant) => <Time at={grant.createdAt} />,
  },
  {
    id: 'expires',
    header: 'Until',
    width: 130,
    from: 'md',
    cell: (grant) => <Time at={grant.expiresAt} absent="no end" />,
  },
]

export function GrantSubject({ grant }: { grant: Told }) {
  const { account } = useActing()
  const to = pathOfKind(grant.subject.type, account, grant.subject.id)
  return (
    <>
      {to === null ? grant.subject.name : <AppLink to={to}>{grant.subject.name}</AppLink>}{' '}
      <Tag>{kindLabel(grant.subject.type)}</Tag>
    </>
  )
}

export function GrantObject({ grant }: { grant: Told }) {
  const { account } = useActing()
  const { type, kind, id, name, shared } = grant.object
  if (type === 'account') return <>The whole account</>
  if (type === 'kind') return <>Every {kindLabel(kind ?? name).toLowerCase()}</>
  const to = kind !== null && id !== null ? pathOfKind(kind, account, id) : null
  return (
    <>
      {to === null ? name : <AppLink to={to}>{name}</AppLink>}{' '}
      <Tag>{kindLabel(kind ?? 'resource')}</Tag> {shared && <Tag>Shared</Tag>}
    </>
  )
}

export function GrantRole({ grant }: { grant: Told }) {
  const { account } = useActing()
  return <AppLink to={paths.role(account, grant.role.name)}>{grant.role.name}</AppLink>
}

interface RevokeMenuProps {
  grant: Grant
  mayRevoke: boolean
  ask: (confirmation: Confirmation) => void
}

export function RevokeMenu({ grant, mayRevoke, ask }: RevokeMenuProps) {
  const { account } = useActing()
  const params = { account, grant: grant.id }
  const revoke = () =>
    ask({
      title: 'Take this grant back?',
      text: 'It stops counting with the next request. What else gives the same stays.',
      verb: 'Take back',
      done: 'Grant taken back.',
      preview: () => client.grant.delete(params, { dryRun: true }),
      act: () => client.grant.delete(params),
    })
  return (
    <RowMenu
      label={`Actions for the grant to ${grant.subject.name}`}
      actions={[
        mayRevoke && {
          label: 'Take back',
          icon: <Trash2 size={14} aria-hidden />,
          onClick: revoke,
          isDestructive: true,
        },
      ]}
    />
  )
}
