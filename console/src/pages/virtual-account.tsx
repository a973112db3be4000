/** A virtual account: its tokens, what it reaches, what it spends. */
import { Alert, Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Author } from '../ui/author.tsx'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../ui/details.tsx'
import { SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { AppLink } from '../ui/link.tsx'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { ObjectTabs } from './parts/object-tabs.tsx'
import { Tokens } from './parts/tokens.tsx'
import { type VirtualAccount, VirtualAccountForm } from './parts/virtual-account-form.tsx'

export function VirtualAccountPage() {
  const reference = useParam('virtualAccount')
  const { account, may } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const one = useOne('virtual-account', reference, (account) =>
    client.virtualAccount.get({ account, virtualAccount: reference }),
  )
  const parent = { label: 'Virtual accounts', to: paths.virtualAccounts(account) }
  if (one.error) {
    return (
      <Page title="Virtual account" parent={parent}>
        <ErrorState error={one.error} retry={one.refetch} />
      </Page>
    )
  }
  return (
    <Page
      title={one.data?.displayName}
      parent={parent}
      badge={one.data && <State state={one.data.state} />}
      actions={one.data && <Actions one={one.data} ask={setAsked} />}
    >
      {one.data && <Orphaned one={one.data} />}
      <ObjectTabs
        object={one.data}
        own={[
          may('token:read') && {
            id: 'tokens',
            label: 'Tokens',
            content: () => <Tokens virtualAccount={reference} />,
          },
          { id: 'overview', label: 'Overview', content: () => <Overview one={one.data} /> },
        ]}
        accessBy="virtualAccount"
        usageBy="virtualAccount"
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

/** Nobody answers for it any more: it goes on, and somebody should take it over. */
function Orphaned({ one }: { one: VirtualAccount }) {
  if (one.ownerTeam !== null) return null
  const why =
    one.formerOwnerTeam === null
      ? !one.creatorActive && 'Whoever made this virtual account has left.'
      : `The team ${one.formerOwnerTeam}, which answered for it, was deleted.`
  if (why === false) return null
  return (
    <Alert color="yellow" variant="light" mb="md">
      {why} It goes on all the same; name a team as its owner, so that somebody looks after it.
    </Alert>
  )
}

function Overview({ one }: { one: VirtualAccount | undefined }) {
  const { account } = useActing()
  if (one === undefined) return <DetailsSkeleton />
  const { ownerTeam } = one
  return (
    <Details
      facts={[
        ['Name', <Copyable key="name" value={one.name} label="Copy the name" />],
        [
          'Owner',
          ownerTeam === null ? (
            'nobody'
          ) : (
            <AppLink key="owner" to={paths.team(account, ownerTeam.name)}>
              {ownerTeam.name}
            </AppLink>
          ),
        ],
        ['Created', <Time key="created" at={one.createdAt} />],
        ['By', <Author key="by" id={one.createdBy} />],
        ['Id', <Copyable key="id" value={one.id} label="Copy the id" />],
      ]}
    />
  )
}

interface ActionsProps {
  one: VirtualAccount
  ask: (confirmation: Confirmation) => void
}

function Actions({ one, ask }: ActionsProps) {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const isActive = one.state === 'active'
  const state = isActive ? 'suspended' : 'active'
  const params = { account, virtualAccount: one.id }
  const toggle = () =>
    ask({
      title: isActive ? `Suspend ${one.displayName}?` : `Resume ${one.displayName}?`,
      text: isActive
        ? 'Its tokens stop working at once, open streams included, until it is resumed.'
        : 'Its tokens work again.',
      verb: isActive ? 'Suspend' : 'Resume',
      done: isActive ? 'Virtual account suspended.' : 'Virtual account resumed.',
      isDestructive: isActive,
      preview: () => client.virtualAccount.update(params, { state }, { dryRun: true }),
      act: () => client.virtualAccount.update(params, { state }, { ifMatch: one.revision }),
    })
  const remove = () =>
    ask({
      title: `Delete ${one.displayName}?`,
      text: 'Every program that uses one of its tokens stops at once. What it has spent stays on record.',
      verb: 'Delete',
      done: 'Virtual account deleted.',
      preview: () => client.virtualAccount.delete(params, { dryRun: true }),
      act: () => client.virtualAccount.delete(params),
      onDone: () => navigate({ to: paths.virtualAccounts(account) }),
    })
  return (
    <>
      {may('virtual-account:update') && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Edit
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          may('virtual-account:update') && {
            label: isActive ? 'Suspend' : 'Resume',
            icon: isActive ? <CirclePause size={14} /> : <CirclePlay size={14} />,
            onClick: toggle,
          },
          may('virtual-account:delete') && {
            label: 'Delete',
            icon: <Trash2 size={14} />,
            onClick: remove,
            isDestructive: true,
          },
        ]}
      />
      <SideDrawer title="Edit virtual account" opened={edit.opened} close={edit.close}>
        <VirtualAccountForm one={one} close={edit.close} />
      </SideDrawer>
    </>
  )
}
