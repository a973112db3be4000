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
  const isActive = one.state === 'active'
  const { data: me } = useSuspenseQuery(meQuery)
  const isMember = me.accounts.some(({ id }) => id === one.id)
  const questions = questionsOf(one, (to) => navigate({ to }), account)
  return (
    <>
      {may('account:manage') && isActive && !isMember && (
        <Button leftSection={<LogIn size={14} aria-hidden />} onClick={() => ask(questions.join)}>
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
              onClick: () => ask(questions.suspend),
            },
          may('account:update') &&
            !isActive && {
              label: 'Resume',
              icon: <CirclePlay size={14} aria-hidden />,
              onClick: () => ask(questions.resume),
            },
          may('account:delete') && {
            label: 'Delete',
            icon: <Trash2 size={14} aria-hidden />,
            onClick: () => ask(questions.remove),
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

function questionsOf(one: Account, go: (to: string) => void, account: string) {
  const params = { account: one.name }
  const name = one.displayName
  const join: Confirmation = {
    title: `Join ${name} as an admin?`,
    text: 'You can then act in it. Its audit log tells its admins that you joined.',
    verb: 'Join',
    done: `You are a member of ${name} now.`,
    isDestructive: false,
    preview: () => client.account.join(params, { dryRun: true }),
    act: () => client.account.join(params),
    onDone: () => go(paths.overview(one.name)),
  }
  const suspend: Confirmation = {
    title: `Suspend ${name}?`,
    text: 'Nothing acts in it until it is resumed: no calls, no tokens, no changes.',
    verb: 'Suspend',
    done: `${name} is suspended.`,
    preview: () => client.account.suspend(params, { dryRun: true }),
    act: () => client.account.suspend(params),
  }
  const resume: Confirmation = {
    title: `Resume ${name}?`,
    text: 'Its people and programs can act in it again.',
    verb: 'Resume',
    done: `${name} is active again.`,
    isDestructive: false,
    preview: () => client.account.resume(params, { dryRun: true }),
    act: () => client.account.resume(params),
  }
  // The list says what is owed and what is running: whoever has read it needs no second question.
  const forced = { ...params, force: true }
  const remove: Confirmation = {
    title: `Delete ${name}?`,
    text: 'All that it owns is deleted: teams, tokens, grants, resources. Its bills and its audit log are kept; what it owes is still billed.',
    verb: 'Delete',
    done: `${name} is deleted.`,
    preview: () => client.account.delete(forced, { dryRun: true }),
    act: () => client.account.delete(forced),
    onDone: () => go(paths.accounts(account)),
  }
  return { join, suspend, resume, remove }
}
