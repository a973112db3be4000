/** The workspaces of the account, in all of its clusters. */
import { Page } from '../ui/page.tsx'
import { NewWorkspace, WorkspaceList } from './parts/workspace-list.tsx'

export function WorkspacesPage() {
  return (
    <Page title="Workspaces" actions={<NewWorkspace />}>
      <WorkspaceList />
    </Page>
  )
}
