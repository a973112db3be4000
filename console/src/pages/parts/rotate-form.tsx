/** Giving a token a new secret, while the old one goes on for as long as one needs to replace it. */
import { Select, Text } from '@mantine/core'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import type { Token, TokenApi } from './token-api.ts'

const overlaps = [
  { value: '0', label: 'Stops at once' },
  { value: '3600', label: 'Goes on for an hour' },
  { value: '86400', label: 'Goes on for a day' },
  { value: '604800', label: 'Goes on for a week' },
]

interface RotateFormProps {
  api: TokenApi
  token: Token
  close: () => void
  onSecret: (secret: string) => void
}

export function RotateForm({ api, token, close, onSecret }: RotateFormProps) {
  const form = useForm({
    initial: { overlapSeconds: '86400' as string | null },
    submit: ({ overlapSeconds }, account) =>
      api.rotate(account, token, Number(overlapSeconds ?? '0')),
    onDone: ({ secret }) => {
      close()
      onSecret(secret)
    },
  })
  return (
    <FormBody form={form} submitLabel="Rotate" close={close}>
      <Text>
        {token.displayName} gets a new secret. Its name, limits and history stay as they are.
      </Text>
      <Select
        label="The old secret"
        data={overlaps}
        allowDeselect={false}
        {...form.value('overlapSeconds')}
      />
    </FormBody>
  )
}
