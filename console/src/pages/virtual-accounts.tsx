/** The virtual accounts of the account: principals for code. */
import { useActing } from '../api/acting.ts'
import { teams } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { named } from '../api/filter-choices.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../ui/list-toolbar.tsx'
import { NamePair } from '../ui/name-pair.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { ReferenceFilter } from '../ui/reference-filter.tsx'
import { State, Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { type VirtualAccount, VirtualAccountForm } from './parts/virtual-account-form.tsx'

const columns: readonly Column<VirtualAccount>[] = [
  { id: 'name', header: 'Virtual account', sort: 'name', cell: (one) => <NamePair of={one} /> },
  { id: 'state', header: 'State', width: 130, cell: (one) => <State state={one.state} /> },
  {
    id: 'owner',
    header: 'Owner',
    width: 210,
    from: 'sm',
    cell: (one) => <Owner one={one} />,
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

/** Who answers for it; where nobody does any more, why. */
function Owner({ one }: { one: VirtualAccount }) {
  if (one.ownerTeam !== null) return <>{one.ownerTeam.name}</>
  if (one.formerOwnerTeam !== null) return <Tag>{`${one.formerOwnerTeam} is gone`}</Tag>
  return one.creatorActive ? <>–</> : <Tag>Creator has left</Tag>
}

const ownerTeams = named(teams)

const states = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
]

export function VirtualAccountsPage() {
  const { account, may } = useActing()
  const list = useListState('name', ['state', 'ownerTeam'])
  const query = useList('virtual-account', list.query, client.virtualAccount.list)
  const create = may('virtual-account:create') && (
    <NewButton label="New virtual account">
      {(close) => <VirtualAccountForm close={close} />}
    </NewButton>
  )
  return (
    <Page title="Virtual accounts" actions={create}>
      <ListToolbar list={list} searchLabel="Search virtual accounts">
        <FilterSelect list={list} name="state" label="State" options={states} />
        {may('team:read') && (
          <ReferenceFilter
            source={ownerTeams}
            label="Owner"
            value={list.filter('ownerTeam')}
            onChange={(team) => list.filterBy('ownerTeam', team ?? null)}
          />
        )}
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
