/** The roles that can be granted here: the built-in ones, the tenant's, the account's own. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { count } from '../ui/format.ts'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../ui/list-toolbar.tsx'
import { NamePair } from '../ui/name-pair.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { ROLE_DRAWER_PX, RoleForm } from './parts/role-form.tsx'

type Role = Awaited<ReturnType<typeof client.role.get>>

const columns: readonly Column<Role>[] = [
  { id: 'name', header: 'Role', sort: 'name', width: 200, cell: (role) => <NamePair of={role} /> },
  {
    id: 'description',
    header: 'What it is for',
    from: 'sm',
    cell: (role) => role.description || '–',
  },
  {
    id: 'permissions',
    header: 'Permissions',
    align: 'right',
    width: 110,
    cell: (role) => count(role.permissions.length),
  },
  {
    id: 'kind',
    header: '',
    width: 100,
    from: 'sm',
    cell: (role) => (role.builtIn ? <Tag>Built-in</Tag> : ''),
  },
  {
    id: 'updated',
    header: 'Changed',
    width: 130,
    from: 'md',
    cell: (role) => (role.builtIn ? '–' : <Time at={role.updatedAt} />),
  },
]

const origins = [
  { value: 'true', label: 'Built-in' },
  { value: 'false', label: 'Custom' },
]

export function RolesPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['builtIn'])
  const roles = useList('role', list.query, client.role.list)
  const create = may('role:create') && (
    <NewButton label="New role" size={ROLE_DRAWER_PX}>
      {(close) => (
        <RoleForm
          close={close}
          saved={(role) => navigate({ to: paths.role(account, role.name) })}
        />
      )}
    </NewButton>
  )
  return (
    <Page
      title="Roles"
      description="A role is a named set of permissions. It gives nobody anything until it is granted."
      actions={create}
    >
      <ListToolbar list={list} searchLabel="Search roles">
        <FilterSelect list={list} name="builtIn" label="Origin" options={origins} />
      </ListToolbar>
      <DataTable
        label="Roles"
        list={list}
        query={roles}
        columns={columns}
        rowKey={(role) => role.id}
        rowTo={(role) => paths.role(account, role.name)}
        empty={
          <EmptyState title="No roles">
            The built-in roles are always there; custom ones are for what they do not fit.
          </EmptyState>
        }
      />
    </Page>
  )
}
