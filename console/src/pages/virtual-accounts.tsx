/** The virtual accounts of the account: principals for code. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../api/acting.ts'
import { teams } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { FormBody, NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { given, useForm } from '../ui/form.ts'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../ui/list-toolbar.tsx'
import { NameFields } from '../ui/name-fields.tsx'
import { NamePair } from '../ui/name-pair.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { ReferenceMultiSelect } from '../ui/reference-select.tsx'
import { State, Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'

type VirtualAccount = Awaited<ReturnType<typeof client.virtualAccount.get>>

const columns: readonly Column<VirtualAccount>[] = [
  { id: 'name', header: 'Virtual account', sort: 'name', cell: (one) => <NamePair of={one} /> },
  { id: 'state', header: 'State', width: 130, cell: (one) => <State state={one.state} /> },
  {
    id: 'creator',
    header: '',
    width: 150,
    from: 'sm',
    cell: (one) => (one.creatorActive ? '' : <Tag>Creator has left</Tag>),
  },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 140,
    from: 'sm',
    cell: (one) => <Time at={one.createdAt} />,
  },
]

const states = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
]

export function VirtualAccountsPage() {
  const { account, may } = useActing()
  const list = useListState('name', ['state'])
  const query = useList('virtual-account', list.query, client.virtualAccount.list)
  const create = may('virtual-account:create') && (
    <NewButton label="New virtual account">{(close) => <CreateForm close={close} />}</NewButton>
  )
  return (
    <Page title="Virtual accounts" actions={create}>
      <ListToolbar list={list} searchLabel="Search virtual accounts">
        <FilterSelect list={list} name="state" label="State" options={states} />
      </ListToolbar>
      <DataTable
        label="Virtual accounts"
        list={list}
        query={query}
        columns={columns}
        rowKey={(one) => one.id}
        rowTo={(one) => paths.virtualAccount(account, one.name)}
        empty={
          <EmptyState title="No virtual accounts yet">
            Give each program one of its own. It holds the tokens, is granted what the program
            needs, and goes on when the person who made it leaves.
          </EmptyState>
        }
      />
    </Page>
  )
}

function CreateForm({ close }: { close: () => void }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: { displayName: '', name: '', teams: [] as string[] },
    submit: ({ displayName, name, teams }, account) =>
      client.virtualAccount.create({ account }, { name, displayName: given(displayName), teams }),
    done: (one) => `Virtual account ${one.displayName} created. Give it a token next.`,
    onDone: (one) => navigate({ to: paths.virtualAccount(account, one.name) }),
  })
  return (
    <FormBody form={form} submitLabel="Create virtual account" close={close}>
      <NameFields form={form} placeholder="Support chatbot" />
      <ReferenceMultiSelect
        source={teams}
        label="Teams"
        description="It has what is granted to these teams."
        {...form.value('teams')}
      />
    </FormBody>
  )
}
