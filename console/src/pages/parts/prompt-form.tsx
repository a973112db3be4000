/** Making or changing a prompt; its text is in its versions. */
import { Textarea } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

export type Prompt = Awaited<ReturnType<typeof client.prompt.get>>

interface PromptFormProps {
  /** Absent: a new one. */
  prompt?: Prompt
  close: () => void
  onSaved: (prompt: Prompt) => void
}

export function PromptForm({ prompt, close, onSaved }: PromptFormProps) {
  const form = useForm({
    initial: {
      displayName: prompt?.displayName ?? '',
      name: prompt?.name ?? '',
      description: prompt?.description ?? '',
    },
    submit: ({ name, displayName, description }, account) => {
      const body = { name, displayName: given(displayName), description }
      return prompt === undefined
        ? client.prompt.create({ account }, body)
        : client.prompt.update({ account, prompt: prompt.id }, body, { ifMatch: prompt.revision })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody form={form} submitLabel={prompt ? 'Save' : 'Create prompt'} close={close}>
      <NameFields form={form} placeholder="Summarise a ticket" />
      <Textarea label="Description" autosize minRows={2} {...form.text('description')} />
    </FormBody>
  )
}
