/** The text of a prompt: reading a version, and writing the next one. */
import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { modelNames } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'

export type PromptVersion = Awaited<ReturnType<typeof client.promptVersion.get>>
type Message = PromptVersion['content']['messages'][number]
type Role = Message['role']

const roles: Role[] = ['system', 'user', 'assistant']

export function PromptText({ version: { content, note } }: { version: PromptVersion }) {
  return (
    <Stack gap="md">
      {note !== '' && <Text c="dimmed">{note}</Text>}
      {content.model !== undefined && <Text>For {content.model}</Text>}
      {content.messages.map((message, at) => (
        <div key={`${message.role} ${message.content.slice(0, 40)}`}>
          <Text c="dimmed" size="xs" mb={4}>
            {message.role}
          </Text>
          <CodeBlock code={message.content} label={`Message ${at + 1}, ${message.role}`} />
        </div>
      ))}
    </Stack>
  )
}

interface EditedMessage extends Message {
  /** Only for React: messages are added and removed. */
  key: string
}

const edited = (message: Message): EditedMessage => ({ ...message, key: String(Math.random()) })

const first: Message[] = [
  { role: 'system', content: '' },
  { role: 'user', content: '' },
]

interface PromptVersionFormProps {
  prompt: string
  /** What the new one begins from. */
  before: PromptVersion | undefined
  close: () => void
}

export function PromptVersionForm({ prompt, before, close }: PromptVersionFormProps) {
  const form = useForm({
    initial: {
      messages: (before?.content.messages ?? first).map(edited),
      model: before?.content.model ?? '',
      note: '',
    },
    submit: ({ messages, model, note }, account) =>
      client.promptVersion.create(
        { account, prompt },
        {
          content: {
            ...before?.content,
            messages: messages
              .filter(({ content }) => content.trim() !== '')
              .map(({ role, content }) => ({ role, content })),
            model: given(model),
          },
          note,
        },
      ),
    done: ({ version }) => `Version ${version} saved.`,
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel="Save version" close={close} isReady={form.isDirty}>
      <Messages form={form} />
      <ReferenceSelect
        source={modelNames}
        label="Model"
        description="The one that it is meant for, if any."
        clearable
        {...form.value('model')}
      />
      <TextInput label="Note" placeholder="What has changed, and why" {...form.text('note')} />
    </FormBody>
  )
}

interface WithMessages {
  messages: EditedMessage[]
}

function Messages<V extends WithMessages>({ form }: { form: Form<V> }) {
  const { messages } = form.values
  const set = (next: EditedMessage[]) => form.set('messages', next)
  const change = (key: string, part: Partial<Message>) =>
    set(messages.map((message) => (message.key === key ? { ...message, ...part } : message)))
  return (
    <Stack gap="sm">
      {messages.map(({ key, role, content }, at) => (
        <div key={key}>
          <Group justify="space-between" mb={4}>
            <Select
              size="xs"
              w={120}
              aria-label={`Role of message ${at + 1}`}
              data={roles}
              allowDeselect={false}
              value={role}
              onChange={(value) => change(key, { role: (value ?? 'user') as Role })}
            />
            <ActionIcon
              aria-label={`Remove message ${at + 1}`}
              disabled={messages.length === 1}
              onClick={() => set(messages.filter((message) => message.key !== key))}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          </Group>
          <Textarea
            aria-label={`Message ${at + 1}`}
            autosize
            minRows={3}
            maxRows={16}
            value={content}
            onChange={(event) => change(key, { content: event.currentTarget.value })}
          />
        </div>
      ))}
      {form.errorOf('content') !== undefined && (
        <Text c="red" size="xs">
          {form.errorOf('content')}
        </Text>
      )}
      <Button
        variant="subtle"
        w="fit-content"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => set([...messages, edited({ role: 'user', content: '' })])}
      >
        Add a message
      </Button>
    </Stack>
  )
}
