/** A secret, shown this once: copy it, say where to put it, and call a model with it. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CopyButton } from './copy.tsx'
import classes from './secret-once.module.css'
import { SnippetBlock } from './snippet-block.tsx'
import type { SnippetChoice } from './snippets.ts'

interface SecretOnceProps {
  title: string
  /** Null while there is none to show. */
  secret: string | null
  /** For tokens: the model that the snippet calls. Without it there is no snippet. */
  model?: string | undefined
  note: string
  closeLabel?: string
  close: () => void
}

export function SecretOnce({ title, secret, model, note, closeLabel, close }: SecretOnceProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title={title}
      size={640}
      closeOnClickOutside={false}
      withCloseButton={false}
      styles={{ title: { fontSize: 15, fontWeight: 600 } }}
    >
      {secret !== null && (
        <Stack gap="md">
          <Alert color="yellow" variant="light">
            {note}
          </Alert>
          <SecretValue secret={secret} label={title} />
          {model !== undefined && <Snippets model={model} />}
          <Group justify="flex-end">
            <Button variant="filled" onClick={close}>
              {closeLabel ?? 'I have saved it'}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}

export function SecretValue({ secret, label }: { secret: string; label: string }) {
  return (
    <div className={classes.secret}>
      <code className={classes.value} title={label}>
        {secret}
      </code>
      <CopyButton value={secret} label="Copy" />
    </div>
  )
}

function Snippets({ model }: { model: string }) {
  const [choice, setChoice] = useState<SnippetChoice>({ format: 'OpenAI', language: 'curl' })
  return (
    <SnippetBlock model={model} choice={choice} choose={setChoice}>
      <Text c="dimmed">
        Put it in the environment as <span className="mono">COMMONHOLD_TOKEN</span>, then:
      </Text>
    </SnippetBlock>
  )
}
