/** A team: who is in it, what it reaches, what it spends. */
import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, Pencil, Trash2, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { members } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { useChange, useList, useOne } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useDrawer } from '../ui/drawer.tsx'
import { EmptyState, ErrorState } from '../ui/empty-state.tsx'
import { kindLabel } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { useListState } from '../ui/list-state.ts'
import { ListToolbar } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { pathOfKind, paths } from '../ui/paths.ts'
import { ReferenceSelect } from '../ui/reference-select.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { State, Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { ObjectTabs } from './parts/object-tabs.tsx'
import { RenameDrawer } from './parts/rename-drawer.tsx'

type Team = Awaited<ReturnType<typeof client.team.get>>
type Member = Awaited<ReturnType<typeof client.teamMember.add>>

export function TeamPage() {
  const reference = useParam('team')
  const { account } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const team = useOne('team', reference, (account) => client.team.get({ account, team: reference }))
  const parent = { label: 'Teams', to: paths.teams(account) }
  if (team.error) {
    return (
      <Page title="Team" parent={parent}>
        <ErrorState error={team.error} retry={team.refetch} />
      </Page>
    )
  }
  return (
    <Page
      title={team.data?.displayName}
      parent={parent}
      badge={team.data && <State state={team.data.state} />}
      actions={team.data && <TeamActions team={team.data} ask={setAsked} />}
    >
      <ObjectTabs
        object={team.data}
        own={[
          {
            id: 'members',
            label: 'Members',
            content: () => <Members team={reference} ask={setAsked} />,
          },
        ]}
        accessBy="team"
        usageBy="team"
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

interface Asking {
  ask: (confirmation: Confirmation) => void
}

function TeamActions({ team, ask }: Asking & { team: Team }) {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const isActive = team.state === 'active'
  const params = { account, team: team.id }
  const state = isActive ? 'suspended' : 'active'
  const toggle = () =>
    ask({
      title: isActive ? `Suspend ${team.displayName}?` : `Resume ${team.displayName}?`,
      text: isActive
        ? 'A suspended team carries no grants: its members lose what they have through it until it is resumed.'
        : 'Its members have again what is granted to the team.',
      verb: isActive ? 'Suspend' : 'Resume',
      done: isActive ? 'Team suspended.' : 'Team resumed.',
      isDestructive: isActive,
      preview: () => client.team.update(params, { state }, { dryRun: true }),
      act: () => client.team.update(params, { state }, { ifMatch: team.revision }),
    })
  const remove = () =>
    ask({
      title: `Delete ${team.displayName}?`,
      text: 'The team goes, with what was granted to it. Its members stay.',
      verb: 'Delete',
      done: 'Team deleted.',
      preview: () => client.team.delete(params, { dryRun: true }),
      act: () => client.team.delete(params),
      onDone: () => navigate({ to: paths.teams(account) }),
    })
  return (
    <>
      {may('team:update') && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Rename
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          may('team:update') && {
            label: isActive ? 'Suspend' : 'Resume',
            icon: isActive ? <CirclePause size={14} /> : <CirclePlay size={14} />,
            onClick: toggle,
          },
          may('team:delete') && {
            label: 'Delete',
            icon: <Trash2 size={14} />,
            onClick: remove,
            isDestructive: true,
          },
        ]}
      />
      <RenameDrawer
        what="team"
        object={team}
        save={(names) => client.team.update(params, names, { ifMatch: team.revision })}
        to={(name) => paths.team(account, name)}
      />
    </>
  )
}

const columns: readonly Column<Member>[] = [
  { id: 'member', header: 'Member', cell: (member) => <MemberName member={member} /> },
  { id: 'added', header: 'Added', width: 150, cell: (member) => <Time at={member.addedAt} /> },
]

function MemberName({ member }: { member: Member }) {
  const { account } = useActing()
  const to = pathOfKind(member.kind, account, member.id) ?? paths.users(account)
  return (
    <>
      <AppLink to={to} className="plain-link">
        {member.displayName || member.name}
      </AppLink>{' '}
      {member.kind === 'virtual-account' && <Tag>{kindLabel(member.kind)}</Tag>}
    </>
  )
}

function Members({ team, ask }: Asking & { team: string }) {
  const { account, may } = useActing()
  const list = useListState('createdAt')
  const query = useList('team-member', list.query, client.teamMember.list, { params: { team } })
  const remove = (member: Member) => {
    const params = { account, team, member: member.id }
    ask({
      title: `Take ${member.displayName || member.name} out of the team?`,
      text: 'What was granted to the team no longer counts for this member, with the next request.',
      verb: 'Take out',
      done: 'Taken out of the team.',
      preview: () => client.teamMember.remove(params, { dryRun: true }),
      act: () => client.teamMember.remove(params),
    })
  }
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search members"
        actions={may('team:update') && <AddMember team={team} />}
      />
      <DataTable
        label="Members"
        list={list}
        query={query}
        columns={columns}
        rowKey={(member) => member.id}
        {...(may('team:update')
          ? {
              rowActions: (member: Member) => (
                <RowMenu
                  label={`Actions for ${member.name}`}
                  actions={[
                    {
                      label: 'Take out',
                      icon: <UserMinus size={14} aria-hidden />,
                      onClick: () => remove(member),
                      isDestructive: true,
                    },
                  ]}
                />
              ),
            }
          : {})}
        empty={
          <EmptyState title="Nobody is in this team">
            Members have what is granted to the team for as long as they are in it.
          </EmptyState>
        }
      />
    </>
  )
}

function AddMember({ team }: { team: string }) {
  const add = useChange(
    (member: string, account) => client.teamMember.add({ account, team }, { member }),
    { done: (member) => `${member.displayName || member.name} is in the team.` },
  )
  return (
    <ReferenceSelect
      source={members}
      label=""
      aria-label="Add a member"
      placeholder="Add a member …"
      size="xs"
      value=""
      onChange={(member) => member !== '' && add.mutate(member)}
    />
  )
}
