/** Making a token, or changing what it is limited to. */
import { Select, Switch, TagsInput } from '@mantine/core'
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

export function TokenForm({ api, token, close, onSecret }: TokenFormProps) {
  const form = useForm({
    initial: {
      displayName: token?.displayName ?? '',
      name: token?.name ?? '',
      expiresAt: token === undefined ? '90' : KEEP,
      isNarrowed: token !== undefined && token.scopes !== null,
      scopes: (token?.scopes ?? []) as string[],
      ipAllowlist: token?.ipAllowlist ?? [],
    },
    submit: async (values, account): Promise<Token | TokenWithSecret> => {
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        ...(values.expiresAt === KEEP ? {} : { expiresAt: expiryFrom(values.expiresAt) }),
        scopes: values.isNarrowed ? (values.scopes as Token['scopes']) : null,
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
  isNarrowed: boolean
  scopes: string[]
}

function Scopes<V extends Narrowing>({ form }: { form: Form<V> }) {
  const { boundary } = useActing()
  const { isNarrowed, scopes } = form.values
  return (
    <>
      <Switch
        label="Narrower than its owner"
        description="Otherwise it may do whatever its owner may, now and later."
        checked={isNarrowed}
        onChange={(event) => form.set('isNarrowed', event.currentTarget.checked)}
      />
      {isNarrowed && (
        <PermissionPicker
          label="It may"
          available={boundary}
          value={scopes}
          error={form.errorOf('scopes')}
          onChange={(next) => form.set('scopes', next)}
        />
      )}
    </>
  )
}
