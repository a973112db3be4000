/** Giving a webhook a new secret, while messages carry the old one's signature as well for a time. */
import { Select, Text } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import type { Webhook } from './webhook-form.tsx'

const overlaps = [
  { value: '0', label: 'Stops signing at once' },
  { value: '86400', label: 'Goes on signing for a day' },
  { value: '604800', label: 'Goes on signing for a week' },
]

interface WebhookRotateFormProps {
  webhook: Webhook
  onSecret: (secret: string) => void
  close: () => void
}

export function WebhookRotateForm({ webhook, onSecret, close }: WebhookRotateFormProps) {
  const form = useForm({
    initial: { overlapSeconds: '86400' as string | null },
    submit: ({ overlapSeconds }, account) =>
      client.webhook.rotate(
        { account, webhook: webhook.id },
        { overlapSeconds: Number(overlapSeconds ?? '0') },
      ),
    onDone: ({ secret }) => {
      close()
      onSecret(secret)
    },
  })
  return (
    <FormBody form={form} submitLabel="Make a new secret" close={close}>
      <Text>While both sign, give the receiver of {webhook.displayName} the new secret.</Text>
      <Select
        label="The old secret"
        data={overlaps}
        allowDeselect={false}
        {...form.value('overlapSeconds')}
      />
    </FormBody>
  )
}
