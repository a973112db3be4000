/** Which model, and how it is asked. */
import { Button, Collapse, NumberInput, Stack, Textarea } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { chatNames } from '../../api/choices.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import classes from './playground.module.css'
import type { ChatSettings } from './use-chat.ts'

const TEMPERATURE_MAX = 2

/** Where the settings stand above the conversation and must not push it away. */
const NARROW = '(max-width: 62em)'

interface ChatSettingsFormProps {
  settings: ChatSettings
  set: (settings: ChatSettings) => void
}

export function ChatSettingsForm({ settings, set }: ChatSettingsFormProps) {
  const isNarrow = useMediaQuery(NARROW, window.matchMedia(NARROW).matches)
  const [isWanted, { toggle }] = useDisclosure()
  const isOpen = isWanted || !isNarrow
  return (
    <section className={classes.settings} aria-label="Settings of the call">
      <ReferenceSelect
        source={chatNames}
        label="Model"
        placeholder="Choose a model"
        value={settings.model}
        onChange={(model) => set({ ...settings, model })}
      />
      {isNarrow && (
        <Button variant="subtle" w="fit-content" aria-expanded={isWanted} onClick={toggle}>
          {isWanted ? 'Fewer settings' : 'More settings'}
        </Button>
      )}
      <Collapse expanded={isOpen}>
        <Stack gap="md">
          <Textarea
            label="System message"
            autosize
            minRows={3}
            maxRows={10}
            value={settings.system}
            onChange={(event) => set({ ...settings, system: event.currentTarget.value })}
          />
          <NumberInput
            label="Longest answer, tokens"
            min={1}
            hideControls
            value={settings.maxTokens}
            onChange={(maxTokens) => set({ ...settings, maxTokens })}
          />
          <NumberInput
            label="Temperature"
            placeholder="as the model has it"
            min={0}
            max={TEMPERATURE_MAX}
            step={0.1}
            value={settings.temperature}
            onChange={(temperature) => set({ ...settings, temperature })}
          />
        </Stack>
      </Collapse>
    </section>
  )
}
