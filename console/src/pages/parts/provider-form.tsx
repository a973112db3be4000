/** Making or changing a provider account. The key is written and never read back. */
import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { tenantQuery } from '../../api/session.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { CloudFields, cloudBody, cloudValues } from './provider-cloud-fields.tsx'
import {
  choosableKinds,
  type Provider,
  type ProviderKind,
  type ProviderType,
  providerKinds,
} from './provider-kinds.ts'

export type { Provider }

interface ProviderFormProps {
  /** Absent: a new one. */
  provider?: Provider
  close: () => void
  onSaved: (provider: Provider) => void
}

export function ProviderForm({ provider, close, onSaved }: ProviderFormProps) {
  const { data: tenant } = useQuery(tenantQuery)
  const form = useForm({
    initial: {
      provider: provider?.provider ?? ('openai' as ProviderType),
      displayName: provider?.displayName ?? '',
      name: provider?.name ?? '',
      baseUrl: provider?.baseUrl ?? '',
      apiVersion: provider?.apiVersion ?? '',
      apiKey: '',
      ...cloudValues(provider),
    },
    submit: (values, account) => {
      const isSandbox = values.provider === 'sandbox'
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        provider: values.provider,
        baseUrl: isSandbox ? undefined : given(values.baseUrl),
        apiVersion: values.provider === 'azure-openai' ? given(values.apiVersion) : undefined,
        apiKey: isSandbox ? undefined : given(values.apiKey),
        ...cloudBody(values.provider, values),
      }
      return provider === undefined
        ? client.providerAccount.create({ account }, body)
        : client.providerAccount.update({ account, providerAccount: provider.id }, body, {
            ifMatch: provider.revision,
          })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  const kind = providerKinds[form.values.provider]
  const isSandbox = form.values.provider === 'sandbox'
  return (
    <FormBody form={form} submitLabel={provider ? 'Save' : 'Connect provider'} close={close}>
      <Select
        label="Type"
        description={kind.description}
        data={choosableKinds(tenant?.sandbox !== false)}
        searchable
        allowDeselect={false}
        disabled={provider !== undefined}
        value={form.values.provider}
        error={form.errorOf('provider')}
        onChange={(value) => form.set('provider', (value ?? 'openai') as ProviderType)}
      />
      <NameFields
        form={form}
        placeholder={kind.label}
        nameDescription="The first part of a model’s name: callers ask for name/model."
      />
      <CloudFields form={form} provider={form.values.provider} isNew={provider === undefined} />
      {!isSandbox && <VendorFields form={form} kind={kind} isNew={provider === undefined} />}
      {form.values.provider === 'azure-openai' && (
        <TextInput
          label="API version"
          description="Only for the older addresses. Leave it empty for the current one."
          placeholder="2024-10-21"
          value={form.values.apiVersion}
          error={form.errorOf('apiVersion')}
          onChange={(event) => form.set('apiVersion', event.currentTarget.value)}
        />
      )}
    </FormBody>
  )
}

interface VendorValues {
  baseUrl: string
  apiKey: string
}

interface VendorFieldsProps<V> {
  form: Form<V>
  kind: ProviderKind
  isNew: boolean
}

function hintOf({ baseUrl, baseUrlHint, isRegional }: ProviderKind): string {
  if (isRegional) return 'Only for a private endpoint. Leave it empty for the region’s own.'
  if (baseUrl !== null) return 'Leave it empty for the vendor’s own.'
  return baseUrlHint ?? 'Up to and including the version.'
}

function VendorFields<V extends VendorValues>({ form, kind, isNew }: VendorFieldsProps<V>) {
  return (
    <>
      <TextInput
        label="Base URL"
        description={hintOf(kind)}
        placeholder={kind.baseUrl ?? kind.baseUrlExample}
        required={kind.baseUrl === null && !kind.isRegional}
        value={form.values.baseUrl}
        error={form.errorOf('baseUrl')}
        onChange={(event) => form.set('baseUrl', event.currentTarget.value as V['baseUrl'])}
      />
      <PasswordInput
        label="API key"
        description={
          kind.isRegional
            ? 'In place of the credentials above. Encrypted, and never shown again.'
            : isNew
              ? 'Encrypted with the tenant’s own key, and never shown again.'
              : 'Leave it empty to keep the one that is there.'
        }
        autoComplete="off"
        value={form.values.apiKey}
        error={form.errorOf('apiKey')}
        onChange={(event) => form.set('apiKey', event.currentTarget.value as V['apiKey'])}
      />
    </>
  )
}
