/** The tokens of a virtual account, or one's own: what they are limited to, when they were used. */
import { Group } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Compass, Pencil, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { counted } from '../../ui/format.ts'
import { useListState } from '../../ui/list-state.ts'
import { ListToolbar } from '../../ui/list-toolbar.tsx'
import { NamePair } from '../../ui/name-pair.tsx'
import { paths } from '../../ui/paths.ts'
import { RowMenu } from '../../ui/row-menu.tsx'
import { State, Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { RotateForm } from './rotate-form.tsx'
import { type Token, type TokenApi, virtualAccountTokens } from './token-api.ts'
import { TokenForm } from './token-form.tsx'
import { TokenSecret } from './token-secret.tsx'

export function Tokens({ virtualAccount }: { virtualAccount: string }) {
  const { may } = useActing()
  return (
    <TokenList
      api={virtualAccountTokens(virtualAccount)}
      may={(action) => may(`token:${action}`)}
      emptyText="A program signs in with a token. Give each place where it runs one of its own, so that one can be replaced without the others."
    />
  )
}

interface TokenListProps {
  api: TokenApi
  may: (action: 'create' | 'update' | 'delete') => boolean
  emptyText: string
}

type Drawer = { show: 'edit' | 'rotate'; token: Token } | null

export function TokenList({ api, may, emptyText }: TokenListProps) {
  const { account } = useActing()
  const list = useListState('name')
  const tokens = useList(api.noun, list.query, api.list, { params: api.params })
  const [secret, setSecret] = useState<string | null>(null)
  const [drawer, setDrawer] = useState<Drawer>(null)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const close = () => setDrawer(null)
  const showReach = useShowReach()
  const revoke = (token: Token) => setAsked(revocationOf(api, account, token))
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search tokens"
        actions={
          may('create') && (
            <NewButton label="New token">
              {(done) => <TokenForm api={api} close={done} onSecret={setSecret} />}
            </NewButton>
          )
        }
      />
      <DataTable
        label="Tokens"
        list={list}
        query={tokens}
        columns={columns}
        rowKey={(token) => token.id}
        rowActions={(token) => (
          <RowMenu
            label={`Actions for ${token.name}`}
            actions={[
              {
                label: 'What can it reach?',
                icon: <Compass size={14} aria-hidden />,
                onClick: () => showReach(token),
              },
              may('update') && {
                label: 'Change limits',
                icon: <Pencil size={14} aria-hidden />,
                onClick: () => setDrawer({ show: 'edit', token }),
              },
              may('update') && {
                label: 'Rotate',
                icon: <RefreshCw size={14} aria-hidden />,
                onClick: () => setDrawer({ show: 'rotate', token }),
              },
              may('delete') && {
                label: 'Revoke',
                icon: <Trash2 size={14} aria-hidden />,
                onClick: () => revoke(token),
                isDestructive: true,
              },
            ]}
          />
        )}
        empty={<EmptyState title="No tokens yet">{emptyText}</EmptyState>}
      />
      <SideDrawer title="Change limits" opened={drawer?.show === 'edit'} close={close}>
        {drawer && <TokenForm api={api} token={drawer.token} close={close} onSecret={setSecret} />}
      </SideDrawer>
      <SideDrawer title="Rotate token" opened={drawer?.show === 'rotate'} close={close}>
        {drawer && <RotateForm api={api} token={drawer.token} close={close} onSecret={setSecret} />}
      </SideDrawer>
      <TokenSecret secret={secret} close={() => setSecret(null)} />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

/** Opens Explain for a token: a program's by its owner and id, one's own by its id alone. */
function useShowReach() {
  const { account } = useActing()
  const navigate = useNavigate()
  return ({ id, principal }: Token) => {
    const search = { tab: 'what', token: id, principal }
    void navigate({ to: paths.explain(account), search })
  }
}

function revocationOf(api: TokenApi, account: string, token: Token): Confirmation {
  return {
    title: `Revoke ${token.displayName}?`,
    text: 'Whatever uses it stops at once, open streams included. A revoked token never comes back.',
    verb: 'Revoke',
    done: 'Token revoked.',
    preview: () => api.previewRevoke(account, token),
    act: () => api.revoke(account, token),
  }
}

const columns: readonly Column<Token>[] = [
  { id: 'name', header: 'Token', sort: 'name', cell: (token) => <TokenName token={token} /> },
  { id: 'limits', header: 'Limited to', from: 'md', cell: (token) => limitsText(token) },
  {
    id: 'used',
    header: 'Last used',
    width: 130,
    cell: (token) => <Time at={token.lastUsedAt} absent="never" />,
  },
  {
    id: 'expires',
    header: 'Expires',
    width: 130,
    from: 'sm',
    cell: (token) => <Time at={token.expiresAt} absent="never" />,
  },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (token) => <Time at={token.createdAt} />,
  },
]

function TokenName({ token }: { token: Token }) {
  return (
    <Group gap={8} wrap="nowrap">
      <NamePair of={token} />
      {token.state === 'expired' && <State state="expired" />}
      {token.secrets > 1 && <Tag>Old secret still works</Tag>}
    </Group>
  )
}

function limitsText(token: Token): string {
  const { scopes, ipAllowlist } = token
  const limits = [
    scopes === null
      ? null
      : scopes.length > 3
        ? counted(scopes.length, 'permission')
        : scopes.join(', ') || 'nothing',
    ipAllowlist === null ? null : counted(ipAllowlist.length, 'address', 'addresses'),
  ]
  return limits.filter((limit) => limit !== null).join(' · ') || '–'
}
