/** A virtual account: its tokens, what it reaches, what it spends. */
import { Alert, Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { State } from '../ui/state.tsx'
import { ObjectTabs } from './parts/object-tabs.tsx'
import { RenameDrawer } from './parts/rename-drawer.tsx'
import { Tokens } from './parts/tokens.tsx'

type VirtualAccount = Awaited<ReturnType<typeof client.virtualAccount.get>>

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
      {one.data?.creatorActive === false && (
        <Alert color="yellow" variant="light" mb="md">
          Whoever made this virtual account has left. It goes on all the same; make sure that
          somebody looks after it.
        </Alert>
      )}
      <ObjectTabs
        object={one.data}
        own={[
          may('token:read') && {
            id: 'tokens',
            label: 'Tokens',
            content: () => <Tokens virtualAccount={reference} />,
          },
        ]}
        accessBy="virtualAccount"
        usageBy="virtualAccount"
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
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
          Rename
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
      <RenameDrawer
        what="virtual account"
        object={one}
        save={(names) => client.virtualAccount.update(params, names, { ifMatch: one.revision })}
        to={(name) => paths.virtualAccount(account, name)}
      />
    </>
  )
}
