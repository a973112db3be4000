/** Workspaces: all of the account, or those of one cluster. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useMayOn } from '../../api/may.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { ListToolbar } from '../../ui/list-toolbar.tsx'
import { paths } from '../../ui/paths.ts'
import { createdColumn, nameColumn } from '../../ui/resource-columns.tsx'
import { SharedFilter } from '../../ui/shared-filter.tsx'
import { type Workspace, WorkspaceForm } from './workspace-form.tsx'

const clusterColumn: Column<Workspace> = {
  id: 'cluster',
  header: 'Cluster',
  width: 200,
  cell: ({ cluster }) => cluster,
}

const namespaceColumn: Column<Workspace> = {
  id: 'namespace',
  header: 'Namespace',
  width: 200,
  from: 'sm',
  cell: ({ namespace }) => <span className="mono">{namespace ?? '–'}</span>,
}

interface WorkspaceListProps {
  /** Only those in this cluster. */
  cluster?: { id: string; shared: boolean }
}

export function WorkspaceList({ cluster }: WorkspaceListProps) {
  const { account } = useActing()
  const list = useListState('name', ['shared'])
  const query = {
    ...list.query,
    ...(cluster === undefined ? {} : { 'filter[cluster]': cluster.id }),
  }
  const workspaces = useList('workspace', query, client.workspace.list)
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search workspaces"
        actions={cluster && <NewWorkspace cluster={cluster} />}
      >
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Workspaces"
        list={list}
        query={workspaces}
        columns={[
          nameColumn<Workspace>('Workspace'),
          ...(cluster ? [] : [clusterColumn]),
          namespaceColumn,
          createdColumn<Workspace>(),
        ]}
        rowKey={({ id }) => id}
        rowTo={({ id }) => paths.workspace(account, id)}
        empty={
          <EmptyState title="No workspaces yet">
            A workspace is a namespace in a cluster. Teams are granted the workspaces that they
            deploy to.
          </EmptyState>
        }
      />
    </>
  )
}

export function NewWorkspace({ cluster }: { cluster?: { id: string; shared: boolean } }) {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const mayInCluster = useMayOn('workspace', 'create', cluster, 'cluster')
  if (cluster === undefined ? !may('workspace:create') : !mayInCluster) return null
  return (
    <NewButton label="New workspace">
      {(close) => (
        <WorkspaceForm
          {...(cluster === undefined ? {} : { cluster: cluster.id })}
          close={close}
          onSaved={({ id }) => navigate({ to: paths.workspace(account, id) })}
        />
      )}
    </NewButton>
  )
}
