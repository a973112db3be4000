/** The people of the account: who is in, who is invited. */
import { Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { roleNames, teams } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { FormBody, NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { given, useForm } from '../ui/form.ts'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { ReferenceMultiSelect, ReferenceSelect } from '../ui/reference-select.tsx'
import { SecretOnce } from '../ui/secret-once.tsx'
import { State, Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'

type User = Awaited<ReturnType<typeof client.user.get>>

const columns: readonly Column<User>[] = [
  { id: 'name', header: 'User', cell: (user) => user.displayName || user.email },
  { id: 'email', header: 'E-mail', sort: 'email', from: 'sm', cell: (user) => user.email },
  {
    id: 'state',
    header: 'State',
    width: 190,
    cell: (user) => (
      <Group gap={8} wrap="nowrap">
        <State state={user.state} />
        {user.source !== null && user.source !== 'manual' && <Tag>{user.source.toUpperCase()}</Tag>}
      </Group>
    ),
  },
  {
    id: 'since',
    header: 'Member since',
    width: 140,
    from: 'sm',
    cell: (user) => <Time at={user.memberSince} absent="not a member" />,
  },
]

const states = [
  { value: 'active', label: 'Active' },
  { value: 'invited', label: 'Invited' },
  { value: 'deactivated', label: 'Deactivated' },
]

export function UsersPage() {
  const { account, may } = useActing()
  const list = useListState('email', ['state', 'team'])
  const users = useList('user', list.query, client.user.list)
  const [link, setLink] = useState<string | null>(null)
  const invite = may('user:create') && (
    <NewButton label="Invite a user">
      {(close) => <InviteForm close={close} onLink={setLink} />}
    </NewButton>
  )
  return (
    <Page title="Users" actions={invite}>
      <ListToolbar list={list} searchLabel="Search users">
        <FilterSelect list={list} name="state" label="State" options={states} />
      </ListToolbar>
      <DataTable
        label="Users"
        list={list}
        query={users}
        columns={columns}
        rowKey={(user) => user.id}
        rowTo={(user) => paths.user(account, user.id)}
        empty={<EmptyState title="No users">Invite the first person by e-mail.</EmptyState>}
      />
      <SecretOnce
        title="Invitation link"
        secret={link}
        note="Send this link to the person, and to nobody else: whoever opens it can set the password. It works once and is not shown again."
        closeLabel="Done"
        close={() => setLink(null)}
      />
    </Page>
  )
}

interface InviteFormProps {
  close: () => void
  onLink: (link: string) => void
}

function InviteForm({ close, onLink }: InviteFormProps) {
  const form = useForm({
    initial: { email: '', displayName: '', role: '', teams: [] as string[] },
    submit: ({ email, displayName, role, teams }, account) =>
      client.user.invite(
        { account },
        { email: email.trim(), displayName: given(displayName), role: given(role), teams },
      ),
    done: (user) =>
      user.invitation === null ? `${user.email} is a member now.` : `${user.email} is invited.`,
    onDone: (user) => {
      close()
      if (user.invitation !== null) onLink(user.invitation.link)
    },
  })
  return (
    <FormBody form={form} submitLabel="Invite" close={close}>
      <TextInput
        label="E-mail"
        type="email"
        required
        data-autofocus
        placeholder="ana@example.com"
        {...form.text('email')}
      />
      <TextInput label="Name" placeholder="Ana Silva" {...form.text('displayName')} />
      <ReferenceMultiSelect
        source={teams}
        label="Teams"
        description="What is granted to these teams."
        {...form.value('teams')}
      />
      <ReferenceSelect
        source={roleNames}
        label="Role on everything"
        description="On the whole account. Leave it empty to give access through teams and grants."
        clearable
        {...form.value('role')}
      />
    </FormBody>
  )
}
