/** A cluster, with its workspaces. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { ClusterForm } from './parts/cluster-form.tsx'
import { ResourcePage } from './parts/resource-page.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'
import { WorkspaceList } from './parts/workspace-list.tsx'

export function ClusterPage() {
  const reference = useParam('cluster')
  const { account } = useActing()
  const query = useOne('cluster', reference, (account) =>
    client.cluster.get({ account, cluster: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.cluster)
  return (
    <ResourcePage
      kind="cluster"
      noun="cluster"
      query={query}
      parent={{ label: 'Clusters', to: paths.clusters(account) }}
      facts={({ region, apiServer }) => [
        ['Region', region ?? '–'],
        [
          'Kubernetes API',
          <span key="api" className="mono">
            {apiServer ?? '–'}
          </span>,
        ],
      ]}
      tabs={(cluster) => [
        {
          id: 'workspaces',
          label: 'Workspaces',
          content: () => <WorkspaceList cluster={cluster} />,
        },
      ]}
      editForm={(cluster, close) => (
        <ClusterForm cluster={cluster} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="The cluster goes from here, with its workspaces and every grant and share of them. What runs in Kubernetes goes on."
      previewDelete={({ id }) => client.cluster.delete({ account, cluster: id }, { dryRun: true })}
      delete={({ id }) => client.cluster.delete({ account, cluster: id })}
    />
  )
}
