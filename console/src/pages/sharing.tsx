/**
 * Sharing. At the tenant level: what is shared with which account, as a table and as a small map. In
 * any other account: what the tenant shares with it.
 */
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { accounts } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { named } from '../api/filter-choices.ts'
import { useList } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { kindLabel } from '../ui/format.ts'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { ReferenceFilter } from '../ui/reference-filter.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { receivedColumns, type Share, sharedColumns } from './parts/share-columns.tsx'
import { SHARE_DRAWER_PX, ShareForm, shareableKinds } from './parts/share-form.tsx'
import { ShareMap } from './parts/share-map.tsx'

export function SharingPage() {
  const { isRoot } = useActing()
  return isRoot ? <SharedByUs /> : <SharedWithUs />
}

function SharedByUs() {
  const { may } = useActing()
  const list = useListState('-createdAt', ['to', 'kind', 'resource'])
  const shares = useList('share', list.query, client.share.list)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const edit = useDrawer('edit')
  const edited = shares.data?.items.find((share) => share.id === edit.value)
  const create = may('share:create') && (
    <NewButton label="New share" size={SHARE_DRAWER_PX}>
      {(close) => <ShareForm close={close} />}
    </NewButton>
  )
  return (
    <Page
      title="Shared by us"
      description="What the tenant allots to its accounts, and the most that each may do with it. Who in an account gets it is then up to the account."
      actions={create}
    >
      <ShareMap />
      <Filters list={list} />
      <DataTable
        label="Shares"
        list={list}
        query={shares}
        columns={sharedColumns}
        rowKey={(share) => share.id}
        rowActions={(share) => <ShareMenu share={share} edit={edit.open} ask={setAsked} />}
        empty={
          <EmptyState title="Nothing is shared yet">
            Connect a provider or a cluster once at the tenant level, then share it with the
            accounts that need it: each pays for what it uses.
          </EmptyState>
        }
      />
      <SideDrawer
        title="Change share"
        size={SHARE_DRAWER_PX}
        opened={edited !== undefined}
        close={edit.close}
      >
        {edited && <ShareForm share={edited} close={edit.close} />}
      </SideDrawer>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

const kinds = shareableKinds.map((value) => ({ value, label: kindLabel(value) }))

const accountFilter = named(accounts)

function Filters({ list }: { list: ReturnType<typeof useListState> }) {
  return (
    <FilterBar>
      <ReferenceFilter
        source={accountFilter}
        label="With account"
        value={list.filter('to')}
        onChange={(to) => list.filterBy('to', to ?? null)}
      />
      <FilterSelect list={list} name="kind" label="Kind" options={kinds} />
    </FilterBar>
  )
}

interface ShareMenuProps {
  share: Share
  edit: (id: string) => void
  ask: (confirmation: Confirmation) => void
}

function ShareMenu({ share, edit, ask }: ShareMenuProps) {
  const { account, may } = useActing()
  const params = { account, share: share.id }
  const unshare = () =>
    ask({
      title: `Stop sharing ${share.resource.name} with ${share.to.name}?`,
      text: 'The account can no longer reach it, with the next request; every grant that it made on it goes as well.',
      verb: 'Stop sharing',
      done: 'No longer shared.',
      preview: () => client.share.delete(params, { dryRun: true }),
      act: () => client.share.delete(params, { ifMatch: share.revision }),
    })
  return (
    <RowMenu
      label={`Actions for the share of ${share.resource.name} with ${share.to.name}`}
      actions={[
        may('share:update') && {
          label: 'Change',
          icon: <Pencil size={14} aria-hidden />,
          onClick: () => edit(share.id),
        },
        may('share:delete') && {
          label: 'Stop sharing',
          icon: <Trash2 size={14} aria-hidden />,
          onClick: unshare,
          isDestructive: true,
        },
      ]}
    />
  )
}

function SharedWithUs() {
  const list = useListState('-createdAt', ['kind'])
  const shares = useList('share', list.query, client.share.list)
  return (
    <Page
      title="Shared with us"
      description="What the tenant shares with this account, and the most that anyone here may do with it. What is used is billed to this account."
    >
      <FilterBar>
        <FilterSelect list={list} name="kind" label="Kind" options={kinds} />
      </FilterBar>
      <DataTable
        label="Shares"
        list={list}
        query={shares}
        columns={receivedColumns}
        rowKey={(share) => share.id}
        empty={
          <EmptyState title="Nothing is shared with this account">
            An admin of the tenant can share models, clusters and prompts with it. What the account
            makes itself needs no share.
          </EmptyState>
        }
      />
    </Page>
  )
}
