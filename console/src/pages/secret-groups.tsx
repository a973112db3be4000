/** Secret groups: what access to secrets is granted on. */
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
import { type SecretGroup, SecretGroupForm } from './parts/secret-group-form.tsx'

const columns: readonly Column<SecretGroup>[] = [
  nameColumn('Secret group'),
  { id: 'description', header: 'Description', from: 'sm', cell: (group) => group.description },
  createdColumn(),
]

export function SecretGroupsPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['shared'])
  const groups = useList('secret-group', list.query, client.secretGroup.list)
  const create = may('secret-group:create') && (
    <NewButton label="New secret group">
      {(close) => (
        <SecretGroupForm
          close={close}
          onSaved={({ name }) => navigate({ to: paths.secretGroup(account, name) })}
        />
      )}
    </NewButton>
  )
  return (
    <Page title="Secrets" actions={create}>
      <ListToolbar list={list} searchLabel="Search secret groups">
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Secret groups"
        list={list}
        query={groups}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={(group) => paths.secretGroup(account, referenceTo(group))}
        empty={
          <EmptyState title="No secrets yet">
            Secrets live in groups, and access is granted on the group. Values are encrypted with
            the tenant’s own key; each time one is read is in the audit log.
          </EmptyState>
        }
      />
    </Page>
  )
}
