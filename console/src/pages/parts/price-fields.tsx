/** A price as vendors print it: US dollars per million tokens. */
import { Group, TextInput } from '@mantine/core'
import { type Form, given } from '../../ui/form.ts'
import { plainUsd } from '../../ui/format.ts'
import type { Price } from './current-price.tsx'
import { ImagePriceFields, type ImagePriceValues, imagePriceFrom } from './image-price-fields.tsx'

export interface PriceValues {
  input: string
  cachedInput: string
  cacheWrite: string
  output: string
  perRequest: string
  cacheHit: string
  /** What a model of this type is sold by besides tokens. */
  unit: string
  /** Of image models, by size and quality. */
  imagePrices: readonly ImagePriceValues[]
  batchPercent: string
}

export const noPrice: PriceValues = {
  input: '',
  cachedInput: '',
  cacheWrite: '',
  output: '',
  perRequest: '',
  cacheHit: '',
  unit: '',
  imagePrices: [],
  batchPercent: '',
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
function unitPriceOf(type: string, price: object): string {
  const [name] = unitOf(type) ?? []
  return name === undefined ? '' : String((price as Record<string, unknown>)[name] ?? '')
}

/** The values that are typed as text. */
type TextField = Exclude<keyof PriceValues, 'imagePrices'>

/** What a form begins with: what is in force, or nothing. */
export function priceValuesOf(type: string, price: Price | null): PriceValues {
  if (price === null) return noPrice
  const typed = (usd: string | undefined) => (usd === undefined ? '' : plainUsd(usd))
  return {
    input: typed(price.inputPerMillionUsd),
    cachedInput: typed(price.cachedInputPerMillionUsd),
    cacheWrite: typed(price.cacheWritePerMillionUsd),
    output: typed(price.outputPerMillionUsd),
    perRequest: typed(price.perRequestUsd),
    cacheHit: typed(price.perCacheHitUsd),
    unit: typed(unitPriceOf(type, price) || undefined),
    imagePrices: (price.imagePrices ?? []).map(({ size = '', quality = '', perImageUsd }) => ({
      size,
      quality,
      perImage: typed(perImageUsd),
    })),
    batchPercent: String(price.batchPercent ?? ''),
  }
}

export function PriceFields<V extends PriceValues>({
  form,
  type,
}: {
  form: Form<V>
  type: string
}) {
  const unit = unitOf(type)
  const field = (name: TextField, label: string, placeholder: string, apiField: string) => (
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
        {field('cacheWrite', 'Written to the cache', 'as input', 'cacheWritePerMillionUsd')}
      </Group>
      <Group grow align="flex-start" gap="sm">
        {field('perRequest', 'Per request', '0', 'perRequestUsd')}
        {field('cacheHit', 'Our cached answer', 'never cached', 'perCacheHitUsd')}
      </Group>
      {unit !== undefined && field('unit', unit[1], '0 where it is sold by tokens', unit[0])}
      {type === 'image' && (
        <ImagePriceFields
          rows={form.values.imagePrices}
          error={form.errorOf('imagePrices')}
          change={(rows) => form.set('imagePrices', rows as V['imagePrices'])}
        />
      )}
      <TextInput
        label="In a batch, percent of all of this"
        placeholder="100"
        inputMode="numeric"
        rightSection="%"
        value={form.values.batchPercent}
        error={form.errorOf('batchPercent')}
        onChange={(event) =>
          form.set('batchPercent', event.currentTarget.value as V['batchPercent'])
        }
      />
    </>
  )
}

/** @returns the price for the API, or undefined when none was typed */
export function priceFrom(values: PriceValues, type: string) {
  const { input, cachedInput, cacheWrite, output, perRequest, cacheHit, unit } = values
  const { imagePrices, batchPercent } = values
  const typed = [input, cachedInput, cacheWrite, output, perRequest, cacheHit, unit, batchPercent]
  if (typed.every((text) => given(text) === undefined)) return undefined
  const [unitName] = unitOf(type) ?? []
  return {
    inputPerMillionUsd: input.trim(),
    outputPerMillionUsd: output.trim(),
    ...(given(cachedInput) === undefined ? {} : { cachedInputPerMillionUsd: cachedInput.trim() }),
    ...(given(cacheWrite) === undefined ? {} : { cacheWritePerMillionUsd: cacheWrite.trim() }),
    ...(given(perRequest) === undefined ? {} : { perRequestUsd: perRequest.trim() }),
    ...(given(cacheHit) === undefined ? {} : { perCacheHitUsd: cacheHit.trim() }),
    ...(unitName === undefined || given(unit) === undefined ? {} : { [unitName]: unit.trim() }),
    ...(type === 'image' && imagePrices.length > 0
      ? { imagePrices: imagePrices.map(imagePriceFrom) }
      : {}),
    ...(given(batchPercent) === undefined ? {} : { batchPercent: Number(batchPercent) }),
  }
}
