/** The teams of the account. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../api/acting.ts'
import { members } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { FormBody, NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { given, useForm } from '../ui/form.ts'
import { count } from '../ui/format.ts'
import { useListState } from '../ui/list-state.ts'
import { ListToolbar } from '../ui/list-toolbar.tsx'
import { NameFields } from '../ui/name-fields.tsx'
import { NamePair } from '../ui/name-pair.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { ReferenceMultiSelect } from '../ui/reference-select.tsx'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'

type Team = Awaited<ReturnType<typeof client.team.get>>

const columns: readonly Column<Team>[] = [
  { id: 'name', header: 'Team', sort: 'name', cell: (team) => <NamePair of={team} /> },
  {
    id: 'members',
    header: 'Members',
    align: 'right',
    width: 100,
    cell: (team) => count(team.members),
  },
  { id: 'state', header: 'State', width: 130, cell: (team) => <State state={team.state} /> },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 140,
    from: 'sm',
    cell: (team) => <Time at={team.createdAt} />,
  },
]

export function TeamsPage() {
  const { account, may } = useActing()
  const list = useListState('name')
  const teams = useList('team', list.query, client.team.list)
  const create = may('team:create') && (
    <NewButton label="New team">{(close) => <TeamForm close={close} />}</NewButton>
  )
  return (
    <Page title="Teams" actions={create}>
      <ListToolbar list={list} searchLabel="Search teams" />
      <DataTable
        label="Teams"
        list={list}
        query={teams}
        columns={columns}
        rowKey={(team) => team.id}
        rowTo={(team) => paths.team(account, team.name)}
        empty={
          <EmptyState title="No teams yet">
            A team carries access for whoever is in it now: grant a model to a team once, then add
            and remove people as they come and go.
          </EmptyState>
        }
      />
    </Page>
  )
}

function TeamForm({ close }: { close: () => void }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: { displayName: '', name: '', members: [] as string[] },
    submit: ({ displayName, name, members }, account) =>
      client.team.create({ account }, { name, displayName: given(displayName), members }),
    done: (team) => `Team ${team.displayName} created.`,
    onDone: (team) => navigate({ to: paths.team(account, team.name) }),
  })
  return (
    <FormBody form={form} submitLabel="Create team" close={close}>
      <NameFields form={form} placeholder="Research" />
      <ReferenceMultiSelect
        source={members}
        label="Members"
        description="People and virtual accounts. They can be changed at any time."
        {...form.value('members')}
      />
    </FormBody>
  )
}
