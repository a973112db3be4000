/**
 * A stored price as the arithmetic of core/src/price.ts takes it. What is stored is what the contract
 * names (`inputPerMillionUsd` …, decimal US dollars), so that a person can read the row.
 */
import {
  type Id,
  type ImageRate,
  type PriceVersion,
  parseUsd,
  type UnitRates,
} from '@commonhold/core'

interface StoredComponents {
  readonly inputPerMillionUsd?: unknown
  readonly cachedInputPerMillionUsd?: unknown
  readonly cacheWritePerMillionUsd?: unknown
  readonly outputPerMillionUsd?: unknown
  readonly perRequestUsd?: unknown
  readonly perCacheHitUsd?: unknown
  readonly perImageUsd?: unknown
  readonly imagePrices?: unknown
  readonly perAudioMinuteUsd?: unknown
  readonly perMillionCharactersUsd?: unknown
  readonly perSearchUnitUsd?: unknown
  readonly batchPercent?: unknown
}

/**
 * @param components the column of the price row
 * @returns the price, or null where a component is missing or unreadable: unknown, which is not free
 */
export function priceVersionOf(id: Id<'prc'>, components: unknown): PriceVersion | null {
  if (typeof components !== 'object' || components === null) return null
  const stored = components as StoredComponents
  const input = nanosOf(stored.inputPerMillionUsd, null)
  const output = nanosOf(stored.outputPerMillionUsd, null)
  const cached = nanosOf(stored.cachedInputPerMillionUsd, input)
  const cacheWrite = nanosOf(stored.cacheWritePerMillionUsd, input)
  const perRequest = nanosOf(stored.perRequestUsd, 0n)
  if (input === null || output === null || cached === null) return null
  if (cacheWrite === null || perRequest === null) return null
  const cacheHit = nanosOf(stored.perCacheHitUsd, undefined)
  if (cacheHit === null) return null
  const units = unitRatesOf(stored)
  const { batchPercent } = stored
  if (units === null || !isPercentOrAbsent(batchPercent)) return null
  return {
    id,
    freshInputNanosPerMillion: input,
    cachedInputNanosPerMillion: cached,
    cacheWriteNanosPerMillion: cacheWrite,
    outputNanosPerMillion: output,
    perRequestNanos: perRequest,
    tiers: [],
    ...(cacheHit === undefined ? {} : { cacheHitNanos: cacheHit }),
    ...(units === undefined ? {} : { units }),
    ...(typeof batchPercent === 'number' ? { batchPercent } : {}),
  }
}

/** @returns undefined where nothing of it is declared, null where it can't be read */
function unitRatesOf(stored: StoredComponents): UnitRates | undefined | null {
  const { perImageUsd, imagePrices, perAudioMinuteUsd, perMillionCharactersUsd } = stored
  const single = [perImageUsd, perAudioMinuteUsd, perMillionCharactersUsd, stored.perSearchUnitUsd]
  if ([...single, imagePrices].every((one) => one === undefined || one === null)) return undefined
  const isUnreadable = (one: unknown) =>
    one !== undefined && one !== null && nanosOf(one, null) === null
  const list = imagePrices ?? []
  if (single.some(isUnreadable) || !Array.isArray(list)) return null
  const images: ImageRate[] = []
  for (const one of list as { size?: unknown; quality?: unknown; perImageUsd?: unknown }[]) {
    const nanos = nanosOf(one?.perImageUsd, null)
    if (nanos === null) return null
    images.push({ size: textOrNull(one.size), quality: textOrNull(one.quality), nanos })
  }
  return {
    imageNanos: nanosOf(perImageUsd, null),
    images,
    audioMinuteNanos: nanosOf(perAudioMinuteUsd, null),
    characterNanosPerMillion: nanosOf(perMillionCharactersUsd, null),
    searchUnitNanos: nanosOf(stored.perSearchUnitUsd, null),
  }
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)

function isPercentOrAbsent(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 100
}

function nanosOf<T>(text: unknown, absent: T): bigint | T | null {
  if (text === undefined || text === null) return absent
  if (typeof text !== 'string') return null
  const parsed = parseUsd(text)
  return parsed.ok ? parsed.nanos : null
}
