/** Pointing a label at a version, and taking labels off it. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { client } from '../../api/client.ts'
import { useChange } from '../../api/query.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import type { PromptVersion } from './prompt-version-form.tsx'

interface LabelFormProps {
  version: PromptVersion
  close: () => void
}

export function LabelForm({ version: { prompt, version, labels }, close }: LabelFormProps) {
  const form = useForm({
    initial: { label: labels.length === 0 ? 'production' : '' },
    submit: ({ label }, account) =>
      client.promptVersion.label({ account, prompt, label: label.trim() }, { version }),
    done: `The label points at version ${version} now.`,
    onDone: close,
  })
  const take = useChange(
    (label: string, account) => client.promptVersion.unlabel({ account, prompt, label }),
    { done: 'Label taken off.', onDone: close },
  )
  return (
    <Stack>
      {labels.length > 0 && (
        <Group gap="xs">
          {labels.map((label) => (
            <Button
              key={label}
              rightSection={<X size={13} aria-hidden />}
              aria-label={`Take off the label ${label}`}
              onClick={() => take.mutate(label)}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
      <FormBody form={form} submitLabel="Put the label" close={close}>
        <TextInput
          label="Label"
          description="If another version has it, it moves."
          required
          {...form.text('label')}
        />
      </FormBody>
    </Stack>
  )
}
