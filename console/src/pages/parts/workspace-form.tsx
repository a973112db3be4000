/** Making or changing a workspace. Its cluster is chosen once. */
import { TextInput } from '@mantine/core'
import { clusters } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { ReferenceSelect } from '../../ui/reference-select.tsx'

export type Workspace = Awaited<ReturnType<typeof client.workspace.get>>

interface WorkspaceFormProps {
  /** Absent: a new one. */
  workspace?: Workspace
  /** The cluster of a new one, where the page is that of a cluster. */
  cluster?: string
  close: () => void
  onSaved: (workspace: Workspace) => void
}

export function WorkspaceForm({ workspace, cluster, close, onSaved }: WorkspaceFormProps) {
  const form = useForm({
    initial: {
      displayName: workspace?.displayName ?? '',
      name: workspace?.name ?? '',
      cluster: cluster ?? '',
      namespace: workspace?.namespace ?? '',
    },
    submit: (values, account) => {
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        namespace: given(values.namespace),
      }
      return workspace === undefined
        ? client.workspace.create({ account }, { ...body, cluster: values.cluster })
        : client.workspace.update({ account, workspace: workspace.id }, body, {
            ifMatch: workspace.revision,
          })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody form={form} submitLabel={workspace ? 'Save' : 'Create workspace'} close={close}>
      {workspace === undefined && cluster === undefined && (
        <ReferenceSelect source={clusters} label="Cluster" required {...form.value('cluster')} />
      )}
      <NameFields form={form} placeholder="Search, staging" />
      <TextInput
        label="Namespace"
        description="In Kubernetes. Often the same as the name."
        {...form.text('namespace')}
      />
    </FormBody>
  )
}
