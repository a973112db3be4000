/** The clusters of the account. */
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
import { type Cluster, ClusterForm } from './parts/cluster-form.tsx'

const columns: readonly Column<Cluster>[] = [
  nameColumn('Cluster'),
  { id: 'region', header: 'Region', width: 160, cell: ({ region }) => region ?? '–' },
  {
    id: 'apiServer',
    header: 'Kubernetes API',
    from: 'md',
    cell: ({ apiServer }) => <span className="mono">{apiServer ?? '–'}</span>,
  },
  createdColumn(),
]

export function ClustersPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['shared'])
  const clusters = useList('cluster', list.query, client.cluster.list)
  const create = may('cluster:create') && (
    <NewButton label="New cluster">
      {(close) => (
        <ClusterForm
          close={close}
          onSaved={({ name }) => navigate({ to: paths.cluster(account, name) })}
        />
      )}
    </NewButton>
  )
  return (
    <Page title="Clusters" actions={create}>
      <ListToolbar list={list} searchLabel="Search clusters">
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Clusters"
        list={list}
        query={clusters}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={(cluster) => paths.cluster(account, referenceTo(cluster))}
        empty={
          <EmptyState title="No clusters yet">
            A cluster is a Kubernetes cluster; workspaces are the namespaces in it that teams deploy
            to.
          </EmptyState>
        }
      />
    </Page>
  )
}
