/** What an account at a cloud is told besides: where its models run, and what it signs in with. */
import { PasswordInput, Textarea, TextInput } from '@mantine/core'
import { type Form, given } from '../../ui/form.ts'
import type { Provider, ProviderType } from './provider-kinds.ts'

export interface CloudValues {
  region: string
  project: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  serviceAccountKey: string
}

export const cloudValues = (provider: Provider | undefined): CloudValues => ({
  region: provider?.region ?? '',
  project: provider?.project ?? '',
  accessKeyId: provider?.accessKeyId ?? '',
  secretAccessKey: '',
  sessionToken: '',
  serviceAccountKey: '',
})

/** Of what was typed, what the provider takes: the rest may be left over from another choice. */
export function cloudBody(provider: ProviderType, values: CloudValues) {
  if (provider === 'bedrock') {
    return {
      region: given(values.region),
      accessKeyId: given(values.accessKeyId),
      secretAccessKey: given(values.secretAccessKey),
      sessionToken: given(values.sessionToken),
    }
  }
  if (provider !== 'vertex') return {}
  return {
    region: given(values.region),
    project: given(values.project),
    serviceAccountKey: given(values.serviceAccountKey),
  }
}

interface CloudFieldsProps<V> {
  form: Form<V>
  provider: ProviderType
  isNew: boolean
}

export function CloudFields<V extends CloudValues>(props: CloudFieldsProps<V>) {
  if (props.provider === 'bedrock') return <BedrockFields {...props} />
  return props.provider === 'vertex' ? <VertexFields {...props} /> : null
}

const kept = 'Leave it empty to keep the one that is there.'

function BedrockFields<V extends CloudValues>({ form, isNew }: CloudFieldsProps<V>) {
  return (
    <>
      <RegionField form={form} placeholder="us-east-1" description="Where the models run." />
      <TextInput
        label="Access key ID"
        description="Signs every request. Leave it empty to use an API key of Bedrock."
        placeholder="AKIA…"
        value={form.values.accessKeyId}
        error={form.errorOf('accessKeyId')}
        onChange={(event) => form.set('accessKeyId', event.currentTarget.value as V['accessKeyId'])}
      />
      <PasswordInput
        label="Secret access key"
        description={isNew ? 'Encrypted, and never sent: requests are signed with it.' : kept}
        autoComplete="off"
        value={form.values.secretAccessKey}
        error={form.errorOf('secretAccessKey')}
        onChange={(event) =>
          form.set('secretAccessKey', event.currentTarget.value as V['secretAccessKey'])
        }
      />
      <PasswordInput
        label="Session token"
        description="Only for temporary credentials."
        autoComplete="off"
        value={form.values.sessionToken}
        error={form.errorOf('sessionToken')}
        onChange={(event) =>
          form.set('sessionToken', event.currentTarget.value as V['sessionToken'])
        }
      />
    </>
  )
}

function VertexFields<V extends CloudValues>({ form, isNew }: CloudFieldsProps<V>) {
  return (
    <>
      <RegionField
        form={form}
        placeholder="europe-west4"
        description="Where the models run: a region, or global, us or eu."
      />
      <Textarea
        label="Service account key"
        description={isNew ? 'The whole JSON file. Encrypted, and never shown again.' : kept}
        placeholder='{"type": "service_account", …}'
        autosize
        minRows={3}
        maxRows={6}
        autoComplete="off"
        spellCheck={false}
        value={form.values.serviceAccountKey}
        error={form.errorOf('serviceAccountKey')}
        onChange={(event) =>
          form.set('serviceAccountKey', event.currentTarget.value as V['serviceAccountKey'])
        }
      />
      <TextInput
        label="Project"
        description="Leave it empty for the one that the key names."
        placeholder="my-project"
        value={form.values.project}
        error={form.errorOf('project')}
        onChange={(event) => form.set('project', event.currentTarget.value as V['project'])}
      />
    </>
  )
}

interface RegionFieldProps<V> {
  form: Form<V>
  placeholder: string
  description: string
}

function RegionField<V extends CloudValues>({ form, ...shown }: RegionFieldProps<V>) {
  return (
    <TextInput
      label="Region"
      required
      value={form.values.region}
      error={form.errorOf('region')}
      onChange={(event) => form.set('region', event.currentTarget.value as V['region'])}
      {...shown}
    />
  )
}
