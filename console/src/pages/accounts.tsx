/** The accounts of the tenant: divisions that each run their own household inside a boundary. */
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { counted } from '../ui/format.ts'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../ui/list-toolbar.tsx'
import { NamePair } from '../ui/name-pair.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { SecretOnce } from '../ui/secret-once.tsx'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { AccountForm } from './parts/account-form.tsx'
import { type Account, budgetText } from './parts/account-values.ts'

const columns: readonly Column<Account>[] = [
  { id: 'name', header: 'Account', sort: 'name', cell: (one) => <NamePair of={one} /> },
  { id: 'state', header: 'State', width: 130, cell: (one) => <State state={one.state} /> },
  {
    id: 'boundary',
    header: 'Boundary',
    width: 150,
    from: 'md',
    cell: ({ boundary }) => counted(boundary.length, 'permission'),
  },
  { id: 'budget', header: 'Budget', align: 'right', width: 170, cell: (one) => budgetText(one) },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (one) => <Time at={one.createdAt} />,
  },
]

const states = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
]

export function AccountsPage() {
  const { account, may } = useActing()
  const list = useListState('name', ['state'])
  const [link, setLink] = useState<string | null>(null)
  const accounts = useList('account', list.query, ({ account: _, ...query }) =>
    client.account.list(query as Parameters<typeof client.account.list>[0]),
  )
  const items = accounts.data?.items.filter(({ isRoot }) => !isRoot)
  const data = accounts.data && items && { ...accounts.data, items }
  return (
    <Page
      title="Accounts"
      description="Each account is an isolated unit with its own users, teams, tokens, resources, budget and bill. You allot to it what it may use."
      actions={
        may('account:create') && (
          <NewButton label="New account" size={560}>
            {(close) => <AccountForm close={close} onLink={setLink} />}
          </NewButton>
        )
      }
    >
      <ListToolbar list={list} searchLabel="Search accounts">
        <FilterSelect list={list} name="state" label="State" options={states} />
      </ListToolbar>
      <DataTable
        label="Accounts"
        list={list}
        query={{ ...accounts, data }}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={({ name }) => paths.accountDetail(account, name)}
        empty={
          <EmptyState title="No accounts">
            You need none: without them everything belongs to the tenant. Make one for a division or
            a customer that should run by itself, with a budget and a boundary that you set.
          </EmptyState>
        }
      />
      <SecretOnce
        title="Link for the first admin"
        secret={link}
        note="Send this link to the account’s first admin, and to nobody else. It works once and is not shown again."
        closeLabel="Done"
        close={() => setLink(null)}
      />
    </Page>
  )
}
