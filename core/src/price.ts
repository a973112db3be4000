/**
 * What a call costs. A price is a version that never changes once used: a new price is a new
 * version, so any charge can be computed again. Rates are nano-dollars per million units, which is
 * how vendors publish them; a call is summed exactly and rounded up once, at the end, to a nano.
 *
 * Every component is declared. A free one is declared as 0, and a model whose price nobody
 * declared has no `PriceVersion` at all (null), which is refused where a budget is in force: an
 * unknown price is never taken for nothing.
 */
import type { Id } from './ids.ts'
import { dividedRoundingUp, formatUsd, maxOf, type Nanos, nanosPerUsd } from './money.ts'
import {
  namedUnitRates,
  type UnitCount,
  type UnitKind,
  type UnitRates,
  unitRate,
} from './price-unit.ts'

/** Nano-dollars for a million tokens of each sort. */
export interface PriceRates {
  /** Input that was neither read from a prompt cache nor written to one. */
  readonly freshInputNanosPerMillion: bigint
  readonly cachedInputNanosPerMillion: bigint
  readonly cacheWriteNanosPerMillion: bigint
  readonly outputNanosPerMillion: bigint
}

/** Rates for the whole call, not only for the part above, once its input is larger than this. */
export interface PriceTier extends PriceRates {
  readonly aboveInputTokens: number
}

export interface PriceVersion extends PriceRates {
  readonly id: Id<'prc'>
  /** Flat, per attempt that a provider answered. */
  readonly perRequestNanos: Nanos
  /** By input size, ascending; empty where the price is flat. */
  readonly tiers: readonly PriceTier[]
  /** An answer that is given again from the cache; absent where nobody declared it. */
  readonly cacheHitNanos?: Nanos
  /** What is not sold by the token; absent where nothing of it is declared. */
  readonly units?: UnitRates
  /** What work in a batch costs, as a percentage of all rates; absent: as much. */
  readonly batchPercent?: number
}

/**
 * What one attempt used. The three input counts are disjoint: adapters take the cached tokens out
 * of OpenAI's `prompt_tokens`, which include them, and leave Anthropic's `input_tokens`, which do
 * not.
 */
export interface TokenUsage {
  readonly freshInputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
}

/** The bounds of a call that has not been made yet. */
export interface UsageBounds {
  /** All input together, whatever the provider's cache makes of it. */
  readonly inputTokensMax: number
  /** Per choice. */
  readonly outputTokensMax: number
  /** How many answers are asked for: `n` in the OpenAI format. */
  readonly choices: number
  /** What is asked for beside tokens, at most. */
  readonly units?: readonly UnitCount[]
}

export interface CostLine {
  readonly component:
    | 'fresh_input'
    | 'cached_input'
    | 'cache_write'
    | 'output'
    | 'request'
    | UnitKind
  readonly units: number
  /** Nano-dollars for a million of these units, before the markup. */
  readonly nanosPerMillion: bigint
}

export interface Cost {
  readonly costNanos: Nanos
  /** Units and rates, not amounts: rounded amounts would not add up to the total. */
  readonly lines: readonly CostLine[]
}

const million = 1_000_000n

/** Above this for a million tokens, somebody has mistyped: the dearest list price known is $600,
 * and the cheapest one known, $0.003 per million typed as per token, becomes $3,000. */
const plausibleNanosPerMillionMax = 2_000n * nanosPerUsd
/** Above this per request, likewise: known ones are about $14 for a thousand requests. */
const plausiblePerRequestNanosMax = 10n * nanosPerUsd

/**
 * What an answer costs that the gateway gives again without asking a provider: flat, whatever its size.
 * @returns a price under which any usage costs just that; null where none was declared
 */
export function cacheHitPrice({ id, cacheHitNanos }: PriceVersion): PriceVersion | null {
  if (cacheHitNanos === undefined) return null
  return {
    id,
    freshInputNanosPerMillion: 0n,
    cachedInputNanosPerMillion: 0n,
    cacheWriteNanosPerMillion: 0n,
    outputNanosPerMillion: 0n,
    perRequestNanos: cacheHitNanos,
    tiers: [],
  }
}

/** All input tokens, which is the size that the tiers go by. */
export function inputTokensOf(usage: TokenUsage): number {
  return usage.freshInputTokens + usage.cachedInputTokens + usage.cacheWriteTokens
}

/**
 * @param price the version in force when the call was admitted
 * @param usage what the provider reported; see `usageProblem` for what it may not be
 * @param markupPpm the share's markup, in parts per million of the price: 50,000 is five per cent
 * @param units what was used beside tokens, each of a kind that the price declares
 * @returns the cost, rounded up once to a whole nano, and the lines that explain it
 * @throws RangeError for units without a declared rate: see `pricesUnits`
 */
export function costOf(
  price: PriceVersion,
  usage: TokenUsage,
  markupPpm = 0n,
  units: readonly UnitCount[] = [],
): Cost {
  const rates = ratesFor(price, inputTokensOf(usage))
  const all: CostLine[] = [
    line('fresh_input', usage.freshInputTokens, rates.freshInputNanosPerMillion),
    line('cached_input', usage.cachedInputTokens, rates.cachedInputNanosPerMillion),
    line('cache_write', usage.cacheWriteTokens, rates.cacheWriteNanosPerMillion),
    line('output', usage.outputTokens, rates.outputNanosPerMillion),
    line('request', 1, price.perRequestNanos * million),
    ...units.map((count) => line(count.kind, count.units, declaredRate(price, count))),
  ]
  const exactMillionths = all.reduce((sum, l) => sum + BigInt(l.units) * l.nanosPerMillion, 0n)
  return {
    costNanos: withMarkup(exactMillionths, markupPpm),
    lines: all.filter((l) => l.units > 0 && (l.component !== 'request' || l.nanosPerMillion > 0n)),
  }
}

/**
 * What to hold for a call before it is made: no usage within the bounds costs more.
 *
 * Which part of the input the provider will find in its cache, or write to it, is not known yet, so
 * all input is priced at the dearest of the three rates. A tier need not be dearer than the one
 * below it, so the answer is the largest over every tier that an input within the bound can reach.
 *
 * @returns nanos, rounded up, with the markup in it
 */
export function worstCaseOf(price: PriceVersion, bounds: UsageBounds, markupPpm = 0n): Nanos {
  const outputTokens = BigInt(bounds.outputTokensMax) * BigInt(bounds.choices)
  let worstMillionths = 0n
  for (let i = -1; i < price.tiers.length; i++) {
    const rates = i < 0 ? price : price.tiers[i]!
    if (i >= 0 && price.tiers[i]!.aboveInputTokens >= bounds.inputTokensMax) break
    const tierEnd = price.tiers[i + 1]?.aboveInputTokens ?? Number.POSITIVE_INFINITY
    const inputTokens = BigInt(Math.min(bounds.inputTokensMax, tierEnd))
    const exactMillionths =
      inputTokens * dearestInputRate(rates) + outputTokens * rates.outputNanosPerMillion
    worstMillionths = maxOf(worstMillionths, exactMillionths)
  }
  const { units = [] } = bounds
  const unitMillionths = units.reduce(
    (sum, count) => sum + BigInt(count.units) * declaredRate(price, count),
    0n,
  )
  const exactMillionths = worstMillionths + unitMillionths + price.perRequestNanos * million
  return withMarkup(exactMillionths, markupPpm)
}

/** Whether the price says what all of this costs. What it does not say is unknown, and not free. */
export function pricesUnits(price: PriceVersion, units: readonly UnitCount[]): boolean {
  return units.every((count) => unitRate(price.units, count) !== null)
}

function declaredRate(price: PriceVersion, count: UnitCount): bigint {
  const rate = unitRate(price.units, count)
  if (rate === null) throw new RangeError(`the price does not say what ${count.kind} costs`)
  return rate
}

/**
 * Whether a reported usage can be priced. A provider can send anything; what is not a count must
 * not become money, so the caller treats such a report as an unknown outcome.
 *
 * @returns a sentence that names the wrong count, or null
 */
export function usageProblem(usage: TokenUsage): string | null {
  for (const [name, count] of Object.entries(usage)) {
    if (!Number.isSafeInteger(count) || count < 0) {
      return `The usage reports ${String(count)} as ${name}, which is not a count of tokens.`
    }
  }
  return null
}

/** @returns a sentence that says why this can't be a price at all, or null. */
export function priceProblem(price: PriceVersion): string | null {
  if (price.perRequestNanos < 0n) return 'The price per request is negative.'
  for (const rates of [price, ...price.tiers]) {
    const negative = namedRates(rates).find(([, rate]) => rate < 0n)
    if (negative) return `The price of ${negative[0]} is negative.`
  }
  let below = 0
  for (const { aboveInputTokens } of price.tiers) {
    if (!Number.isSafeInteger(aboveInputTokens) || aboveInputTokens <= below) {
      return 'The tiers must begin above 0 input tokens and ascend, each once.'
    }
    below = aboveInputTokens
  }
  return null
}

/**
 * Catches the slip that costs most (case T55): a price per million tokens typed where a price per
 * token is asked for is a million times too high, and the first call then empties every budget.
 *
 * @returns a sentence to show before such a price is accepted, or null where the price is plausible
 */
export function implausiblePrice(price: PriceVersion): string | null {
  for (const rates of [price, ...price.tiers]) {
    for (const [name, rate] of namedRates(rates)) {
      if (rate <= plausibleNanosPerMillionMax) continue
      const typed = formatUsd(rate)
      const meant = formatUsd(dividedRoundingUp(rate, million))
      return `${typed} US dollars per million tokens of ${name} is implausibly high. Was a price \
per million typed as a price per token? That would be ${meant} per million.`
    }
  }
  const perCharacters = price.units?.characterNanosPerMillion ?? 0n
  if (perCharacters > plausibleNanosPerMillionMax) {
    return `${formatUsd(perCharacters)} US dollars per million characters is implausibly high.`
  }
  const single: [string, Nanos][] = [['request', price.perRequestNanos]]
  if (price.units) single.push(...namedUnitRates(price.units))
  const high = single.find(([, nanos]) => nanos > plausiblePerRequestNanosMax)
  return high ? `${formatUsd(high[1])} US dollars per ${high[0]} is implausibly high.` : null
}

function line(component: CostLine['component'], units: number, nanosPerMillion: bigint): CostLine {
  return { component, units, nanosPerMillion }
}

/** The last tier that the input is above, else the base rates. */
function ratesFor(price: PriceVersion, inputTokens: number): PriceRates {
  let rates: PriceRates = price
  for (const tier of price.tiers) if (inputTokens > tier.aboveInputTokens) rates = tier
  return rates
}

function dearestInputRate(rates: PriceRates): bigint {
  const read = maxOf(rates.freshInputNanosPerMillion, rates.cachedInputNanosPerMillion)
  return maxOf(read, rates.cacheWriteNanosPerMillion)
}

/** The one place that rounds, after the markup. */
function withMarkup(exactMillionths: bigint, markupPpm: bigint): Nanos {
  return dividedRoundingUp(exactMillionths * (million + markupPpm), million * million)
}

/** @returns the rates for tokens, by what people call them */
export function namedRates(rates: PriceRates): [string, bigint][] {
  return [
    ['input', rates.freshInputNanosPerMillion],
    ['cached input', rates.cachedInputNanosPerMillion],
    ['cache writes', rates.cacheWriteNanosPerMillion],
    ['output', rates.outputNanosPerMillion],
  ]
}
