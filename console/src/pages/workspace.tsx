/** A workspace: a namespace in a cluster. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { AppLink } from '../ui/link.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { ResourcePage } from './parts/resource-page.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'
import { WorkspaceForm } from './parts/workspace-form.tsx'

export function WorkspacePage() {
  const reference = useParam('workspace')
  const { account } = useActing()
  const query = useOne('workspace', reference, (account) =>
    client.workspace.get({ account, workspace: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.workspace)
  return (
    <ResourcePage
      kind="workspace"
      noun="workspace"
      query={query}
      parent={{ label: 'Workspaces', to: paths.workspaces(account) }}
      facts={({ cluster, namespace }) => [
        [
          'Cluster',
          <AppLink key="cluster" to={paths.cluster(account, cluster)}>
            {cluster}
          </AppLink>,
        ],
        [
          'Namespace',
          <span key="namespace" className="mono">
            {namespace ?? '–'}
          </span>,
        ],
      ]}
      editForm={(workspace, close) => (
        <WorkspaceForm workspace={workspace} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="The workspace goes from here, with every grant and share of it. What runs in the namespace goes on."
      previewDelete={({ id }) =>
        client.workspace.delete({ account, workspace: id }, { dryRun: true })
      }
      delete={({ id }) => client.workspace.delete({ account, workspace: id })}
    />
  )
}
