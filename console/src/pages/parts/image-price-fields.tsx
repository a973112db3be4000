/** What pictures cost by size and quality: a row for each, the first that fits counts. */
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { given } from '../../ui/form.ts'

export interface ImagePriceValues {
  size: string
  quality: string
  perImage: string
}

const SIZE_PX = 130

/** @returns the row for the API; an empty size or quality stands for every one */
export function imagePriceFrom({ size, quality, perImage }: ImagePriceValues) {
  return {
    ...(given(size) === undefined ? {} : { size: size.trim() }),
    ...(given(quality) === undefined ? {} : { quality: quality.trim() }),
    perImageUsd: perImage.trim(),
  }
}

interface ImagePriceFieldsProps {
  rows: readonly ImagePriceValues[]
  error: string | undefined
  change: (rows: readonly ImagePriceValues[]) => void
}

export function ImagePriceFields({ rows, error, change }: ImagePriceFieldsProps) {
  const set = (index: number, part: Partial<ImagePriceValues>) =>
    change(rows.map((row, at) => (at === index ? { ...row, ...part } : row)))
  return (
    <Input.Wrapper
      label="By size and quality"
      description="The first that fits counts. Empty: any."
      error={error}
    >
      <Stack gap="xs" mt={4}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and only the last is added
          <Group key={index} gap="xs" wrap="nowrap">
            <TextInput
              aria-label={`Size ${index + 1}`}
              placeholder="1024x1024"
              miw={SIZE_PX}
              value={row.size}
              onChange={(event) => set(index, { size: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Quality ${index + 1}`}
              placeholder="hd"
              value={row.quality}
              onChange={(event) => set(index, { quality: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Price ${index + 1}`}
              placeholder="0.04"
              inputMode="decimal"
              leftSection="$"
              value={row.perImage}
              onChange={(event) => set(index, { perImage: event.currentTarget.value })}
            />
            <ActionIcon
              aria-label={`Remove price ${index + 1}`}
              onClick={() => change(rows.filter((_, at) => at !== index))}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={13} aria-hidden />}
            onClick={() => change([...rows, { size: '', quality: '', perImage: '' }])}
          >
            Add a size
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  )
}
