/** What a tenant admin does with an account: change, join, suspend, delete. */
import { Button } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, LogIn, Pencil, Trash2 } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { meQuery } from '../../api/session.ts'
import type { Confirmation } from '../../ui/confirm.tsx'
import { SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { paths } from '../../ui/paths.ts'
import { RowMenu } from '../../ui/row-menu.tsx'
import { AccountEditForm } from './account-edit-form.tsx'
import type { Account } from './account-values.ts'

const FORM_WIDTH_PX = 560

interface AccountActionsProps {
  one: Account
  ask: (confirmation: Confirmation) => void
}

export function AccountActions({ one, ask }: AccountActionsProps) {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const params = { account: one.name }
  const isActive = one.state === 'active'
  const { data: me } = useSuspenseQuery(meQuery)
  const isMember = me.accounts.some(({ id }) => id === one.id)
  const join = () =>
    ask({
      title: `Join ${one.displayName} as an admin?`,
      text: 'You can then act in it. Its audit log tells its admins that you joined.',
      verb: 'Join',
      done: `You are a member of ${one.displayName} now.`,
      isDestructive: false,
      preview: () => client.account.join(params, { dryRun: true }),
      act: () => client.account.join(params),
      onDone: () => navigate({ to: paths.overview(one.name) }),
    })
  const suspend = () =>
    ask({
      title: `Suspend ${one.displayName}?`,
      text: 'Nothing acts in it until it is resumed: no calls, no tokens, no changes.',
      verb: 'Suspend',
      done: `${one.displayName} is suspended.`,
      preview: () => client.account.suspend(params, { dryRun: true }),
      act: () => client.account.suspend(params),
    })
  const resume = () =>
    ask({
      title: `Resume ${one.displayName}?`,
      text: 'Its people and programs can act in it again.',
      verb: 'Resume',
      done: `${one.displayName} is active again.`,
      isDestructive: false,
      preview: () => client.account.resume(params, { dryRun: true }),
      act: () => client.account.resume(params),
    })
  const remove = () =>
    ask({
      title: `Delete ${one.displayName}?`,
      text: 'All that it owns is deleted: teams, tokens, grants, resources. Its bills and its audit log are kept.',
      verb: 'Delete',
      done: `${one.displayName} is deleted.`,
      preview: () => client.account.delete(params, { dryRun: true }),
      act: () => client.account.delete(params),
      onDone: () => navigate({ to: paths.accounts(account) }),
    })
  return (
    <>
      {may('account:manage') && isActive && !isMember && (
        <Button leftSection={<LogIn size={14} aria-hidden />} onClick={join}>
          Join
        </Button>
      )}
      {may('account:update') && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Edit
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          may('account:update') &&
            isActive && {
              label: 'Suspend',
              icon: <CirclePause size={14} aria-hidden />,
              onClick: suspend,
            },
          may('account:update') &&
            !isActive && {
              label: 'Resume',
              icon: <CirclePlay size={14} aria-hidden />,
              onClick: resume,
            },
          may('account:delete') && {
            label: 'Delete',
            icon: <Trash2 size={14} aria-hidden />,
            onClick: remove,
            isDestructive: true,
          },
        ]}
      />
      <SideDrawer title="Edit account" opened={edit.opened} close={edit.close} size={FORM_WIDTH_PX}>
        <AccountEditForm one={one} close={edit.close} />
      </SideDrawer>
    </>
  )
}
