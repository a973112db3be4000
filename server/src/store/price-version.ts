/**
 * A stored price as the arithmetic of core/src/price.ts takes it. What is stored is what the contract
 * names (`inputPerMillionUsd` …, decimal US dollars), so that a person can read the row.
 */
import { type Id, type PriceVersion, parseUsd } from '@commonhold/core'

interface StoredComponents {
  readonly inputPerMillionUsd?: unknown
  readonly cachedInputPerMillionUsd?: unknown
  readonly cacheWritePerMillionUsd?: unknown
  readonly outputPerMillionUsd?: unknown
  readonly perRequestUsd?: unknown
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
  return {
    id,
    freshInputNanosPerMillion: input,
    cachedInputNanosPerMillion: cached,
    cacheWriteNanosPerMillion: cacheWrite,
    outputNanosPerMillion: output,
    perRequestNanos: perRequest,
    tiers: [],
  }
}

function nanosOf(text: unknown, absent: bigint | null): bigint | null {
  if (text === undefined || text === null) return absent
  if (typeof text !== 'string') return null
  const parsed = parseUsd(text)
  return parsed.ok ? parsed.nanos : null
}
