/** A person: state, teams, what they reach and spend. */
import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { KeyRound, Link2, Pencil, UserCheck, UserMinus, UserX } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useChange, useOne } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../ui/details.tsx'
import { FormBody, SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { useForm } from '../ui/form.ts'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { SecretOnce } from '../ui/secret-once.tsx'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { ObjectTabs } from './parts/object-tabs.tsx'

type User = Awaited<ReturnType<typeof client.user.get>>

const sources: Record<NonNullable<User['source']>, string> = {
  manual: 'Added by hand',
  scim: 'Provisioned by SCIM',
  sso: 'Joined by single sign-on',
}

export function UserPage() {
  const reference = useParam('user')
  const { account } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const query = useOne('user', reference, (account) =>
    client.user.get({ account, user: reference }),
  )
  const user = query.data
  const parent = { label: 'Users', to: paths.users(account) }
  if (query.error) {
    return (
      <Page title="User" parent={parent}>
        <ErrorState error={query.error} retry={query.refetch} />
      </Page>
    )
  }
  const overview = () => (user === undefined ? <DetailsSkeleton /> : <Overview user={user} />)
  return (
    <Page
      title={user && (user.displayName || user.email)}
      parent={parent}
      badge={user && <State state={user.state} />}
      actions={user && <Actions user={user} ask={setAsked} />}
    >
      <ObjectTabs
        object={user}
        own={[{ id: 'overview', label: 'Overview', content: overview }]}
        accessBy="user"
        usageBy="user"
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

function Overview({ user }: { user: User }) {
  return (
    <Details
      facts={[
        ['E-mail', <Copyable key="email" value={user.email} label="Copy the e-mail" />],
        ['Member since', <Time key="since" at={user.memberSince} absent="not in this account" />],
        user.source !== null && ['How', sources[user.source]],
        ['Id', <Copyable key="id" value={user.id} label="Copy the id" />],
      ]}
    />
  )
}

interface ActionsProps {
  user: User
  ask: (confirmation: Confirmation) => void
}

function Actions({ user, ask }: ActionsProps) {
  const { account, may, principalId } = useActing()
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const self = user.id === principalId ? 'You can’t do this to yourself.' : undefined
  const [link, setLink] = useState<string | null>(null)
  const leave = () => navigate({ to: paths.users(account) })
  const questions = questionsOf(user, account, leave, setLink)
  return (
    <>
      {user.state === 'invited' && may('user:create') && <RenewInvitation user={user} />}
      {may('user:update') && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Rename
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          may('user:update') &&
            user.state === 'active' && {
              label: 'Reset password',
              icon: <KeyRound size={14} aria-hidden />,
              onClick: () => ask(questions.resetPassword),
              disabledBecause: self,
            },
          may('user:update') &&
            user.state !== 'deactivated' && {
              label: 'Deactivate',
              icon: <UserX size={14} aria-hidden />,
              onClick: () => ask(questions.deactivate),
              disabledBecause: self,
            },
          may('user:update') &&
            user.state === 'deactivated' && {
              label: 'Reactivate',
              icon: <UserCheck size={14} aria-hidden />,
              onClick: () => ask(questions.reactivate),
            },
          may('user:delete') && {
            label: 'Remove',
            icon: <UserMinus size={14} aria-hidden />,
            onClick: () => ask(questions.remove),
            isDestructive: true,
            disabledBecause: self,
          },
        ]}
      />
      <SecretOnce
        title="Link for a new password"
        secret={link}
        note="Send this link to the person, and to nobody else. It works once."
        closeLabel="Done"
        close={() => setLink(null)}
      />
      <SideDrawer title="Rename user" opened={edit.opened} close={edit.close}>
        <RenameForm user={user} close={edit.close} />
      </SideDrawer>
    </>
  )
}

function questionsOf(
  user: User,
  account: string,
  onRemoved: () => void,
  onLink: (link: string) => void,
) {
  const name = user.displayName || user.email
  const params = { account, user: user.id }
  const deactivate: Confirmation = {
    title: `Deactivate ${name}?`,
    text: 'Sessions, personal tokens and open streams stop at once, in every account. Virtual accounts that this person made go on.',
    verb: 'Deactivate',
    done: `${name} is deactivated.`,
    preview: () => client.user.deactivate(params, { dryRun: true }),
    act: () => client.user.deactivate(params),
  }
  const reactivate: Confirmation = {
    title: `Reactivate ${name}?`,
    text: 'The person can sign in again and has the memberships, teams and grants of before. Sessions, tokens and open invitations ended for good.',
    verb: 'Reactivate',
    done: `${name} is active again.`,
    isDestructive: false,
    preview: () => client.user.reactivate(params, { dryRun: true }),
    act: () => client.user.reactivate(params),
  }
  const resetPassword: Confirmation = {
    title: `Reset the password of ${name}?`,
    text: 'The password stops working at once, with every session. You get a link that sets a new one.',
    verb: 'Reset',
    done: `The password of ${name} is reset.`,
    preview: () => client.user.resetPassword(params, { dryRun: true }),
    act: async () => onLink((await client.user.resetPassword(params)).link),
  }
  const remove: Confirmation = {
    title: `Remove ${name}?`,
    text: 'The grants, teams and tokens held here go with it, and do not come back with a new invitation.',
    verb: 'Remove',
    done: `${name} is removed.`,
    preview: () => client.user.remove(params, { dryRun: true }),
    act: () => client.user.remove(params),
    onDone: onRemoved,
  }
  return { deactivate, reactivate, resetPassword, remove }
}

function RenameForm({ user, close }: { user: User; close: () => void }) {
  const form = useForm({
    initial: { displayName: user.displayName },
    submit: ({ displayName }, account) =>
      client.user.update({ account, user: user.id }, { displayName }, { ifMatch: user.revision }),
    done: 'Renamed.',
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel="Save" close={close} isReady={form.isDirty}>
      <TextInput label="Name" data-autofocus {...form.text('displayName')} />
    </FormBody>
  )
}

const INVITATIONS_READ = 200

/** A new link for somebody who has not come yet; the old one stops working. */
function RenewInvitation({ user }: { user: User }) {
  const [link, setLink] = useState<string | null>(null)
  const renew = useChange(
    async (_: undefined, account) => {
      const open = await client.invitation.list({ account, limit: INVITATIONS_READ })
      const own = open.items.find((invitation) => invitation.user === user.id)
      if (own === undefined) throw new Error('There is no invitation for this person any more.')
      return client.invitation.renew({ account, invitation: own.id })
    },
    { onDone: (invitation) => setLink(invitation.link) },
  )
  return (
    <>
      <Button
        leftSection={<Link2 size={14} aria-hidden />}
        loading={renew.isPending}
        onClick={() => renew.mutate(undefined)}
      >
        New link
      </Button>
      <SecretOnce
        title="Invitation link"
        secret={link}
        note="Send this link to the person, and to nobody else. The old one no longer works."
        closeLabel="Done"
        close={() => setLink(null)}
      />
    </>
  )
}
