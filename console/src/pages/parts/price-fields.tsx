/** A price as vendors print it: US dollars per million tokens. */
import { Group, TextInput } from '@mantine/core'
import { type Form, given } from '../../ui/form.ts'

export interface PriceValues {
  input: string
  cachedInput: string
  output: string
  perRequest: string
}

export const noPrice: PriceValues = { input: '', cachedInput: '', output: '', perRequest: '' }

export function PriceFields<V extends PriceValues>({ form }: { form: Form<V> }) {
  const field = (name: keyof PriceValues, label: string, placeholder: string, apiField: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      inputMode="decimal"
      leftSection="$"
      value={form.values[name]}
      error={form.errorOf(apiField)}
      onChange={(event) => form.set(name, event.currentTarget.value as V[typeof name])}
    />
  )
  return (
    <>
      <Group grow align="flex-start" gap="sm">
        {field('input', 'Input, per million', '0.15', 'inputPerMillionUsd')}
        {field('output', 'Output, per million', '0.60', 'outputPerMillionUsd')}
      </Group>
      <Group grow align="flex-start" gap="sm">
        {field('cachedInput', 'Cached input', 'as input', 'cachedInputPerMillionUsd')}
        {field('perRequest', 'Per request', '0', 'perRequestUsd')}
      </Group>
    </>
  )
}

/** @returns the price for the API, or undefined when none was typed */
export function priceFrom({ input, cachedInput, output, perRequest }: PriceValues) {
  if ([input, cachedInput, output, perRequest].every((text) => given(text) === undefined)) {
    return undefined
  }
  return {
    inputPerMillionUsd: input.trim(),
    outputPerMillionUsd: output.trim(),
    ...(given(cachedInput) === undefined ? {} : { cachedInputPerMillionUsd: cachedInput.trim() }),
    ...(given(perRequest) === undefined ? {} : { perRequestUsd: perRequest.trim() }),
  }
}
