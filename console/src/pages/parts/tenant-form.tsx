/** Making a tenant with its first admin, who gets a one-time link. */
import { TextInput } from '@mantine/core'
import { operatorClient } from '../../api/client.ts'
import { useOperatorChange } from '../../api/operator.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useFormOf } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

interface TenantFormProps {
  close: () => void
  onLink: (adminLink: string) => void
}

const empty = { displayName: '', name: '', email: '', adminName: '' }

export function TenantForm({ close, onLink }: TenantFormProps) {
  const create = useOperatorChange(
    ({ displayName, name, email, adminName }: typeof empty) =>
      operatorClient.operatorTenant.create(
        {},
        {
          name,
          displayName: given(displayName),
          admin: { email: email.trim(), displayName: given(adminName) },
        },
      ),
    {
      quiet: true,
      onDone: ({ adminLink }) => {
        close()
        onLink(adminLink)
      },
    },
  )
  const form = useFormOf(empty, create)
  return (
    <FormBody form={form} submitLabel="Create tenant" close={close}>
      <NameFields
        form={form}
        placeholder="Acme"
        nameDescription="Part of the address where its people sign in."
      />
      <TextInput
        label="E-mail of its first admin"
        type="email"
        required
        value={form.values.email}
        error={form.errorOf('admin')}
        onChange={(event) => form.set('email', event.currentTarget.value)}
      />
      <TextInput label="Name of the admin" {...form.text('adminName')} />
    </FormBody>
  )
}
