/** The first call to a model as code to copy, in the format and language of one's choice. */
import { Group, SegmentedControl, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { CodeBlock } from './copy.tsx'
import {
  type SnippetChoice,
  type SnippetFormat,
  type SnippetLanguage,
  snippet,
  snippetFormats,
  snippetLanguages,
} from './snippets.ts'

interface SnippetBlockProps {
  model: string
  choice: SnippetChoice
  choose: (choice: SnippetChoice) => void
  /** Beside the choices. */
  children?: ReactNode
}

export function SnippetBlock({ model, choice, choose, children }: SnippetBlockProps) {
  const { format, language } = choice
  return (
    <Stack gap="xs">
      {children}
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          data={[...snippetFormats]}
          value={format}
          onChange={(next) => choose({ ...choice, format: next as SnippetFormat })}
          aria-label="Format"
        />
        <SegmentedControl
          size="xs"
          data={[...snippetLanguages]}
          value={language}
          onChange={(next) => choose({ ...choice, language: next as SnippetLanguage })}
          aria-label="Language"
        />
      </Group>
      <CodeBlock
        code={snippet(choice, { origin: window.location.origin, model })}
        label={`${format}, ${language}`}
      />
    </Stack>
  )
}
