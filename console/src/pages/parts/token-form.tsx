/** Making a token, or changing what it is limited to. */
import { Radio, Select, Stack, TagsInput } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { expiryChoices, expiryFrom } from '../../ui/expiry.ts'
import { type Form, given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { PermissionPicker } from '../../ui/permission-picker.tsx'
import type { Token, TokenApi, TokenWithSecret } from './token-api.ts'

interface TokenFormProps {
  api: TokenApi
  /** Absent: a new one. */
  token?: Token
  close: () => void
  onSecret: (secret: string) => void
}

const KEEP = 'keep'

type Limit = 'owner' | 'models' | 'chosen'

const callingModels: NonNullable<Token['scopes']> = [
  'model:read',
  'model:use',
  'virtual-model:read',
  'virtual-model:use',
]

export function TokenForm({ api, token, close, onSecret }: TokenFormProps) {
  const form = useForm({
    initial: {
      displayName: token?.displayName ?? '',
      name: token?.name ?? '',
      expiresAt: token === undefined ? '90' : KEEP,
      limit: limitOf(token?.scopes ?? null),
      scopes: (token?.scopes ?? []) as string[],
      ipAllowlist: token?.ipAllowlist ?? [],
    },
    submit: async (values, account): Promise<Token | TokenWithSecret> => {
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        ...(values.expiresAt === KEEP ? {} : { expiresAt: expiryFrom(values.expiresAt) }),
        scopes: scopesFrom(values),
        ipAllowlist: values.ipAllowlist.length === 0 ? null : values.ipAllowlist,
      }
      return token === undefined ? api.create(account, body) : api.update(account, token, body)
    },
    onDone: (saved) => {
      close()
      if ('secret' in saved) onSecret(saved.secret)
    },
  })
  return (
    <FormBody form={form} submitLabel={token === undefined ? 'Create token' : 'Save'} close={close}>
      <NameFields form={form} placeholder="Production" />
      <Select
        label="Expires"
        allowDeselect={false}
        data={
          token === undefined
            ? expiryChoices
            : [{ value: KEEP, label: 'As it is' }, ...expiryChoices]
        }
        value={form.values.expiresAt}
        error={form.errorOf('expiresAt')}
        onChange={(value) => form.set('expiresAt', value ?? KEEP)}
      />
      <Scopes form={form} />
      <TagsInput
        label="Addresses"
        description="IP addresses or ranges that it may be used from. None: from anywhere."
        placeholder="203.0.113.0/24"
        {...form.value('ipAllowlist')}
      />
    </FormBody>
  )
}

interface Narrowing {
  limit: Limit
  scopes: string[]
}

const limits: { value: Limit; label: string; description: string }[] = [
  {
    value: 'owner',
    label: 'All that its owner may',
    description: 'Now and later, as its owner’s access changes.',
  },
  { value: 'models', label: 'Calling models', description: 'And nothing else.' },
  { value: 'chosen', label: 'Less than its owner', description: 'Choose one by one.' },
]

function Scopes<V extends Narrowing>({ form }: { form: Form<V> }) {
  const { boundary } = useActing()
  const { limit, scopes } = form.values
  return (
    <>
      <Radio.Group
        label="It may do"
        value={limit}
        error={form.errorOf('scopes')}
        onChange={(value) => form.set('limit', value as Limit)}
      >
        <Stack gap="xs" mt={6}>
          {limits.map((one) => (
            <Radio key={one.value} {...one} size="xs" />
          ))}
        </Stack>
      </Radio.Group>
      {limit === 'chosen' && (
        <PermissionPicker
          label="It may"
          available={boundary}
          value={scopes}
          onChange={(next) => form.set('scopes', next)}
        />
      )}
    </>
  )
}

/** @returns the scopes for the API; null is all that the owner may */
function scopesFrom({ limit, scopes }: Narrowing): Token['scopes'] {
  if (limit === 'owner') return null
  return limit === 'models' ? callingModels : (scopes as Token['scopes'])
}

function limitOf(scopes: readonly string[] | null): Limit {
  if (scopes === null) return 'owner'
  const isCalling =
    scopes.length === callingModels.length && callingModels.every((one) => scopes.includes(one))
  return isCalling ? 'models' : 'chosen'
}
