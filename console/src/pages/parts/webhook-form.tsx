/** Making a webhook, or changing where it is. A new one's secret is shown this once. */
import { TextInput } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type Webhook = Awaited<ReturnType<typeof client.webhook.get>>

interface WebhookFormProps {
  /** Absent: a new one. */
  webhook?: Webhook
  onSecret: (secret: string) => void
  close: () => void
}

export function WebhookForm({ webhook, onSecret, close }: WebhookFormProps) {
  const form = useForm({
    initial: {
      displayName: webhook?.displayName ?? '',
      name: webhook?.name ?? '',
      address: webhook?.address ?? '',
    },
    submit: async ({ name, displayName, address }, account) => {
      const body = { name, displayName: given(displayName), address }
      if (webhook === undefined) return (await client.webhook.create({ account }, body)).secret
      const params = { account, webhook: webhook.id }
      await client.webhook.update(params, body, { ifMatch: webhook.revision })
      return null
    },
    done: 'Webhook saved.',
    onDone: (secret) => {
      close()
      if (secret !== null) onSecret(secret)
    },
  })
  return (
    <FormBody
      form={form}
      submitLabel={webhook === undefined ? 'Create webhook' : 'Save'}
      close={close}
    >
      <NameFields form={form} placeholder="Operations" />
      <TextInput
        label="Address"
        description="Takes a POST with JSON, signed as Standard Webhooks are."
        placeholder="https://hooks.example.com/commonhold"
        type="url"
        required
        {...form.text('address')}
      />
    </FormBody>
  )
}
