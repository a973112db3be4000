/** Making a secret, or replacing its value. The value is written and never shown in the form. */
import { Textarea } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type Secret = Awaited<ReturnType<typeof client.secret.get>>

interface SecretFormProps {
  group: string
  /** Absent: a new one. */
  secret?: Secret
  close: () => void
}

export function SecretForm({ group, secret, close }: SecretFormProps) {
  const form = useForm({
    initial: { displayName: '', name: '', value: '' },
    submit: ({ name, displayName, value }, account) =>
      secret === undefined
        ? client.secret.create(
            { account },
            { name, displayName: given(displayName), secretGroup: group, value },
          )
        : client.secret.update({ account, secret: secret.id }, { value }),
    done: (saved) => `${saved.name} saved.`,
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel={secret ? 'Replace' : 'Create secret'} close={close}>
      {secret === undefined && <NameFields form={form} placeholder="Registry password" />}
      <Textarea
        label="Value"
        description="Encrypted with the tenant’s own key."
        required
        autosize
        minRows={3}
        maxRows={12}
        autoComplete="off"
        spellCheck={false}
        {...form.text('value')}
      />
    </FormBody>
  )
}
