/** Making or changing a secret group. */
import { Textarea } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type SecretGroup = Awaited<ReturnType<typeof client.secretGroup.get>>

interface SecretGroupFormProps {
  /** Absent: a new one. */
  group?: SecretGroup
  close: () => void
  onSaved: (group: SecretGroup) => void
}

export function SecretGroupForm({ group, close, onSaved }: SecretGroupFormProps) {
  const form = useForm({
    initial: {
      displayName: group?.displayName ?? '',
      name: group?.name ?? '',
      description: group?.description ?? '',
    },
    submit: ({ name, displayName, description }, account) => {
      const body = { name, displayName: given(displayName), description }
      return group === undefined
        ? client.secretGroup.create({ account }, body)
        : client.secretGroup.update({ account, secretGroup: group.id }, body, {
            ifMatch: group.revision,
          })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody form={form} submitLabel={group ? 'Save' : 'Create secret group'} close={close}>
      <NameFields form={form} placeholder="Deployment" />
      <Textarea label="Description" autosize minRows={2} {...form.text('description')} />
    </FormBody>
  )
}
