/** The accounts at model vendors that this account has, or that are shared with it. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useListState } from '../ui/list-state.ts'
import { ListToolbar } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { createdColumn, nameColumn, referenceTo } from '../ui/resource-columns.tsx'
import { SharedFilter } from '../ui/shared-filter.tsx'
import { ConnectSandbox } from './parts/connect-sandbox.tsx'
import { type Provider, ProviderForm } from './parts/provider-form.tsx'
import { providerKinds } from './parts/provider-kinds.ts'

const columns: readonly Column<Provider>[] = [
  nameColumn('Provider'),
  { id: 'type', header: 'Type', width: 220, cell: ({ provider }) => providerKinds[provider].label },
  {
    id: 'baseUrl',
    header: 'Base URL',
    from: 'md',
    cell: ({ baseUrl }) => <span className="mono">{baseUrl ?? '–'}</span>,
  },
  createdColumn(),
]

export function ProvidersPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['shared'])
  const providers = useList('provider-account', list.query, client.providerAccount.list)
  const create = may('provider-account:create') && (
    <NewButton label="Connect provider">
      {(close) => (
        <ProviderForm
          close={close}
          onSaved={({ name }) =>
            navigate({ to: paths.provider(account, name), search: { tab: 'models', new: 'true' } })
          }
        />
      )}
    </NewButton>
  )
  return (
    <Page title="Providers" actions={create}>
      <ListToolbar list={list} searchLabel="Search providers">
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Providers"
        list={list}
        query={providers}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={(provider) => paths.provider(account, referenceTo(provider))}
        empty={
          <EmptyState
            title="No providers yet"
            action={may('provider-account:create') && <ConnectSandbox />}
          >
            A provider is an account at a model vendor, or a server of your own that speaks OpenAI’s
            format. To try things out without a key, connect the sandbox that is built in.
          </EmptyState>
        }
      />
    </Page>
  )
}
