/** Making or changing a provider account. The key is written and never read back. */
import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { tenantQuery } from '../../api/session.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type Provider = Awaited<ReturnType<typeof client.providerAccount.get>>
type ProviderType = Provider['provider']

export const providerLabels: Record<ProviderType, string> = {
  'openai-compatible': 'OpenAI-compatible',
  sandbox: 'Sandbox (built in, for tests)',
}

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
      provider: provider?.provider ?? ('openai-compatible' as ProviderType),
      displayName: provider?.displayName ?? '',
      name: provider?.name ?? '',
      baseUrl: provider?.baseUrl ?? '',
      apiKey: '',
    },
    submit: (values, account) => {
      const isSandbox = values.provider === 'sandbox'
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        provider: values.provider,
        baseUrl: isSandbox ? undefined : given(values.baseUrl),
        apiKey: isSandbox ? undefined : given(values.apiKey),
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
  const types: ProviderType[] =
    tenant?.sandbox === false ? ['openai-compatible'] : ['openai-compatible', 'sandbox']
  const isSandbox = form.values.provider === 'sandbox'
  return (
    <FormBody form={form} submitLabel={provider ? 'Save' : 'Connect provider'} close={close}>
      <Select
        label="Type"
        description={
          isSandbox
            ? 'Answers by itself with real token counts and made-up text. No key needed.'
            : 'Any server that speaks OpenAI’s format: OpenAI, vLLM, Ollama, and most vendors.'
        }
        data={types.map((value) => ({ value, label: providerLabels[value] }))}
        allowDeselect={false}
        disabled={provider !== undefined}
        value={form.values.provider}
        error={form.errorOf('provider')}
        onChange={(value) => form.set('provider', (value ?? 'openai-compatible') as ProviderType)}
      />
      <NameFields
        form={form}
        placeholder="OpenAI"
        nameDescription="The first part of a model’s name: callers ask for name/model."
      />
      {!isSandbox && <VendorFields form={form} isNew={provider === undefined} />}
    </FormBody>
  )
}

interface VendorValues {
  baseUrl: string
  apiKey: string
}

interface VendorFieldsProps<V> {
  form: Form<V>
  isNew: boolean
}

function VendorFields<V extends VendorValues>({ form, isNew }: VendorFieldsProps<V>) {
  return (
    <>
      <TextInput
        label="Base URL"
        description="Up to and including the version."
        placeholder="https://api.openai.com/v1"
        required
        value={form.values.baseUrl}
        error={form.errorOf('baseUrl')}
        onChange={(event) => form.set('baseUrl', event.currentTarget.value as V['baseUrl'])}
      />
      <PasswordInput
        label="API key"
        description={
          isNew
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
