/** Every grant of the account: who has which role on what, since when and until when. */
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { roleNames } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { prefixOf, resources, subjects } from '../api/filter-choices.ts'
import { useList } from '../api/query.ts'
import { Author } from '../ui/author.tsx'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { AppLink } from '../ui/link.tsx'
import { useListState } from '../ui/list-state.ts'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { ReferenceFilter } from '../ui/reference-filter.tsx'
import { useSearchState } from '../ui/search.ts'
import { Time } from '../ui/time.tsx'
import { GrantObject, GrantRole, GrantSubject, RevokeMenu } from './parts/access-tab.tsx'
import { GrantForm } from './parts/grant-form.tsx'

type Grant = Awaited<ReturnType<typeof client.grant.get>>

const columns: readonly Column<Grant>[] = [
  { id: 'subject', header: 'Who', cell: (grant) => <GrantSubject grant={grant} /> },
  { id: 'role', header: 'Role', width: 140, cell: (grant) => <GrantRole grant={grant} /> },
  { id: 'object', header: 'On', cell: (grant) => <GrantObject grant={grant} /> },
  {
    id: 'created',
    header: 'Since',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (grant) => <Time at={grant.createdAt} />,
  },
  {
    id: 'by',
    header: 'By',
    width: 160,
    from: 'md',
    cell: (grant) => <Author id={grant.createdBy} />,
  },
  {
    id: 'expires',
    header: 'Until',
    width: 120,
    from: 'md',
    cell: (grant) => <Time at={grant.expiresAt} absent="no end" />,
  },
]

const filters = ['user', 'team', 'virtualAccount', 'role', 'resource']

export function GrantsPage() {
  const { account, may } = useActing()
  const list = useListState('-createdAt', filters)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const grants = useList('grant', list.query, client.grant.list)
  const create = may('grant:create') && (
    <NewButton label="New grant">{(close) => <GrantForm close={close} />}</NewButton>
  )
  return (
    <Page
      title="Grants"
      description={
        <>
          A grant gives a role to somebody on something.{' '}
          <AppLink to={paths.explain(account)}>Explain</AppLink> tells what follows from them.
        </>
      }
      actions={create}
    >
      <GrantFilters />
      <DataTable
        label="Grants"
        list={list}
        query={grants}
        columns={columns}
        rowKey={(grant) => grant.id}
        rowActions={(grant) => (
          <RevokeMenu grant={grant} mayRevoke={may('grant:delete')} ask={setAsked} />
        )}
        empty={
          <EmptyState title="No grants yet">
            Nobody may use a model, a workspace or a secret without one. Grant a role to a team, and
            whoever is in the team has it.
          </EmptyState>
        }
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

/** The field of the API that filters by whoever has an id with this prefix. */
const fieldOfSubject: Readonly<Record<string, string>> = {
  user: 'user',
  team: 'team',
  va: 'virtualAccount',
}

function GrantFilters() {
  const [search, change] = useSearchState()
  const who = search.user ?? search.team ?? search.virtualAccount
  const chooseWho = (id: string | undefined) => {
    const none = { user: undefined, team: undefined, virtualAccount: undefined, cursor: undefined }
    const field = id === undefined ? undefined : fieldOfSubject[prefixOf(id)]
    change(field === undefined ? none : { ...none, [field]: id })
  }
  return (
    <FilterBar>
      <ReferenceFilter source={subjects} label="Who" value={who} onChange={chooseWho} />
      <ReferenceFilter
        source={roleNames}
        label="Role"
        value={search.role}
        onChange={(role) => change({ role, cursor: undefined })}
      />
      <ReferenceFilter
        source={resources}
        label="On"
        value={search.resource}
        onChange={(resource) => change({ resource, cursor: undefined })}
      />
    </FilterBar>
  )
}
