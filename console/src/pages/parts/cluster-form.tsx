/** Making or changing a cluster. */
import { TextInput } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type Cluster = Awaited<ReturnType<typeof client.cluster.get>>

interface ClusterFormProps {
  /** Absent: a new one. */
  cluster?: Cluster
  close: () => void
  onSaved: (cluster: Cluster) => void
}

export function ClusterForm({ cluster, close, onSaved }: ClusterFormProps) {
  const form = useForm({
    initial: {
      displayName: cluster?.displayName ?? '',
      name: cluster?.name ?? '',
      region: cluster?.region ?? '',
      apiServer: cluster?.apiServer ?? '',
    },
    submit: ({ name, displayName, region, apiServer }, account) => {
      const body = {
        name,
        displayName: given(displayName),
        region: given(region),
        apiServer: given(apiServer),
      }
      return cluster === undefined
        ? client.cluster.create({ account }, body)
        : client.cluster.update({ account, cluster: cluster.id }, body, {
            ifMatch: cluster.revision,
          })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody form={form} submitLabel={cluster ? 'Save' : 'Create cluster'} close={close}>
      <NameFields form={form} placeholder="Frankfurt, GPU" />
      <TextInput label="Region" placeholder="eu-central-1" {...form.text('region')} />
      <TextInput
        label="Kubernetes API"
        description="Its address, https only."
        placeholder="https://k8s.example.com:6443"
        {...form.text('apiServer')}
      />
    </FormBody>
  )
}
