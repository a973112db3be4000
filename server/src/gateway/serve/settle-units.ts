/**
 * The bill of a call that is not sold by tokens alone. What the provider told counts; what it did not
 * tell and the price asks for counts at what was held, which no such call can be above.
 */
import {
  costOf,
  type PriceVersion,
  pricesUnits,
  type TokenUsage,
  type UnitCount,
  unitRate,
} from '@commonhold/core'
import type { RelayEnd } from '../upstream/relay.ts'

export interface UnitBill {
  readonly usage: TokenUsage
  readonly units: readonly UnitCount[]
  readonly numbersFrom: 'provider' | 'estimate' | 'worst-case'
}

const noTokens: TokenUsage = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
}

/**
 * @param held the units that were held
 * @returns null where tokens cost something and nobody told how many there were
 */
export function unitBillOf(
  price: PriceVersion | null,
  held: readonly UnitCount[],
  end: RelayEnd,
): UnitBill | null {
  const report = end.usage === null || end.usage.kind === 'unreadable' ? null : end.usage
  const tokens = report?.kind === 'reported' ? report.usage : null
  if (tokens === null && price !== null && costsTokens(price)) return null
  const isComplete = end.failure === null && end.aborted === null
  const given = report?.units ?? []
  const told = held.map((count) => {
    const one = given.find(({ kind }) => kind === count.kind)
    if (!one) return { count, isTold: isComplete && count.kind === 'character' }
    // What the client chose is known; what it left open, the provider may have told.
    const { size = null, quality = null } = count
    const chosen = {
      ...one,
      size: size ?? one.size ?? null,
      quality: quality ?? one.quality ?? null,
    }
    const isPriced = price === null || pricesUnits(price, [chosen])
    return { count: isPriced ? chosen : { ...count, units: one.units }, isTold: true }
  })
  const units = told.map(({ count }) => count)
  const isGuessed = told.some(
    ({ count, isTold }) => !isTold && (price === null || unitRate(price.units, count) !== 0n),
  )
  const ownCount = tokens === null && units.some(({ kind }) => kind === 'character')
  const numbersFrom = isGuessed ? 'worst-case' : ownCount ? 'estimate' : 'provider'
  return { usage: tokens ?? noTokens, units, numbersFrom }
}

function costsTokens(price: PriceVersion): boolean {
  return (
    costOf(price, { ...noTokens, freshInputTokens: 1, outputTokens: 1 }).costNanos >
    costOf(price, noTokens).costNanos
  )
}

/** For the record of the attempt: what was billed beside tokens, and at which rate where there are several. */
export function toldUnits(units: readonly UnitCount[]) {
  const picture = units.find(({ size, quality }) => size || quality)
  return {
    units: Object.fromEntries(units.map(({ kind, units: count }) => [kind, count])),
    ...(picture
      ? { picture: { size: picture.size ?? null, quality: picture.quality ?? null } }
      : {}),
  }
}
