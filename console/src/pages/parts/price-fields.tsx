/** A price as vendors print it: US dollars per million tokens. */
import { Group, TextInput } from '@mantine/core'
import { type Form, given } from '../../ui/form.ts'

export interface PriceValues {
  input: string
  cachedInput: string
  output: string
  perRequest: string
  cacheHit: string
  /** What a model of this type is sold by besides tokens. */
  unit: string
}

export const noPrice: PriceValues = {
  input: '',
  cachedInput: '',
  output: '',
  perRequest: '',
  cacheHit: '',
  unit: '',
}

/** By type of model: the component, and what to call it. */
const units = {
  image: ['perImageUsd', 'Per image'],
  speech: ['perMillionCharactersUsd', 'Per million characters'],
  transcription: ['perAudioMinuteUsd', 'Per minute of audio'],
  rerank: ['perSearchUnitUsd', 'Per search unit'],
} as const

function unitOf(type: string) {
  return Object.hasOwn(units, type) ? units[type as keyof typeof units] : undefined
}

/** @returns what is typed in the field of the type's own unit, before anything is changed */
export function unitPriceOf(type: string, price: object): string {
  const [name] = unitOf(type) ?? []
  return name === undefined ? '' : String((price as Record<string, unknown>)[name] ?? '')
}

export function PriceFields<V extends PriceValues>({
  form,
  type,
}: {
  form: Form<V>
  type: string
}) {
  const unit = unitOf(type)
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
      {field('cacheHit', 'Answer from the cache', 'never cached', 'perCacheHitUsd')}
      {unit !== undefined && field('unit', unit[1], '0 where it is sold by tokens', unit[0])}
    </>
  )
}

/** @returns the price for the API, or undefined when none was typed */
export function priceFrom(values: PriceValues, type: string) {
  const { input, cachedInput, output, perRequest, cacheHit, unit } = values
  const typed = [input, cachedInput, output, perRequest, cacheHit, unit]
  if (typed.every((text) => given(text) === undefined)) return undefined
  const [unitName] = unitOf(type) ?? []
  return {
    inputPerMillionUsd: input.trim(),
    outputPerMillionUsd: output.trim(),
    ...(given(cachedInput) === undefined ? {} : { cachedInputPerMillionUsd: cachedInput.trim() }),
    ...(given(perRequest) === undefined ? {} : { perRequestUsd: perRequest.trim() }),
    ...(given(cacheHit) === undefined ? {} : { perCacheHitUsd: cacheHit.trim() }),
    ...(unitName === undefined || given(unit) === undefined ? {} : { [unitName]: unit.trim() }),
  }
}
