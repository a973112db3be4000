/**
 * An attempt at a provider as the journal keeps it: everything that its bill needs, known before the
 * call (`AttemptFacts`, in the intent) and after it (`AttemptResult`). The outcome repeats the facts, so that
 * whoever applies it needs nothing else. Names are as they were at the time.
 */
import type {
  AccountId,
  Id,
  Measure,
  PrincipalId,
  ShareId,
  TeamId,
  TenantId,
  TokenId,
} from '@commonhold/core'
import type { AppliedOutcome, NumbersFrom, UsageStatus } from '../../store/usage-record.ts'
import type { JournalRecord, JsonValue, StoredRecord } from '../journal/record.ts'
import type { AppliedLimit } from '../limits/applying.ts'

/** A limit that the attempt counts under, and in which of its periods. */
export interface CountedLimit {
  readonly id: Id<'bud' | 'lim'>
  /** Whose limit it is, where that is not the account that spends: root's on a share or on all. */
  readonly accountId?: AccountId
  readonly measure: Measure
  readonly periodId: string
  readonly startsAtMs: number
  readonly endsAtMs: number | null
}

export interface AttemptFacts {
  /** The journal's epoch in which it was held: its leases are of that epoch. */
  readonly epoch: number
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly requestId: string
  readonly attempt: number
  readonly atMs: number
  readonly principalId: PrincipalId
  readonly principalKind: string
  readonly principalName: string
  readonly tokenId: TokenId
  readonly teamIds: readonly TeamId[]
  readonly modelId: Id<'mdl'>
  readonly modelName: string
  /** By whose name the model was called; absent where it was called by its own. */
  readonly virtualModelId?: Id<'vmdl'>
  readonly providerAccountId: Id<'pacc'>
  readonly shareId: ShareId | null
  readonly route: string
  readonly priceId: Id<'prc'> | null
  readonly markupPpm: string
  readonly heldNanos: string
  readonly heldInputTokens: number
  readonly heldOutputTokens: number
  /** 1, or 0 for an attempt after one that was counted: a request counts once. */
  readonly heldRequests: number
  readonly limits: readonly CountedLimit[]
}

export interface AttemptResult {
  readonly status: UsageStatus
  readonly numbersFrom: NumbersFrom
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly costNanos: string
  /** How much each measure counts. Nothing for an attempt that proved to have consumed nothing. */
  readonly countedRequests: number
  readonly overHold: boolean
  readonly durationMs: number
  readonly metadata: { readonly [key: string]: JsonValue }
}

export function countedLimits(
  applied: readonly AppliedLimit[],
  actingAccountId: AccountId,
): CountedLimit[] {
  const counted: CountedLimit[] = []
  for (const { limit, counter } of applied) {
    const { measure, period } = counter
    if (measure === 'concurrency') continue
    const { id, accountId } = limit
    const { id: periodId, startsAtMs, endsAtMs } = period
    const one = { id, measure, periodId, startsAtMs, endsAtMs }
    counted.push(accountId === actingAccountId ? one : { ...one, accountId })
  }
  return counted
}

/** Calls of one token of one model share the list of their limits, which is most of the facts. */
const limitTexts = new WeakMap<readonly CountedLimit[], string>()

function textOf({ limits, ...facts }: AttemptFacts): string {
  const text = limitTexts.get(limits) ?? JSON.stringify(limits)
  limitTexts.set(limits, text)
  return `${JSON.stringify(facts).slice(0, -1)},"limits":${text}}`
}

/** A record and its JSON. */
export interface WrittenRecord {
  readonly record: JournalRecord
  readonly text: string
}

/** Both records of an attempt. They hold the same facts, which are turned into JSON once. */
export class AttemptRecords {
  readonly #id: string
  readonly #facts: AttemptFacts
  readonly #text: string

  /** @param id the usage record's: a UUID that is made before the call */
  constructor(id: string, facts: AttemptFacts) {
    this.#id = id
    this.#facts = facts
    this.#text = `"id":${JSON.stringify(id)},"facts":${textOf(facts)}`
  }

  intent(): WrittenRecord {
    const parts = { facts: this.#facts as unknown as JsonValue }
    const record: JournalRecord = { kind: 'intent', id: this.#id, ...parts }
    return { record, text: `{"kind":"intent",${this.#text}}` }
  }

  outcome(result: AttemptResult): WrittenRecord {
    const parts = { facts: this.#facts, result } as unknown as { [key: string]: JsonValue }
    const record: JournalRecord = { kind: 'outcome', id: this.#id, ...parts }
    const told = JSON.stringify(result)
    return { record, text: `{"kind":"outcome",${this.#text},"result":${told}}` }
  }
}

/**
 * The outcome of an intent that has none: its process died, or its provider's answer was lost. It is
 * charged at its worst case, because the provider may have done the work; later evidence becomes a
 * credit.
 */
export function unknownResult(facts: AttemptFacts, why: string, durationMs: number): AttemptResult {
  return {
    status: 'unknown',
    numbersFrom: 'worst-case',
    inputTokens: facts.heldInputTokens,
    cachedInputTokens: 0,
    outputTokens: facts.heldOutputTokens,
    costNanos: facts.heldNanos,
    countedRequests: facts.heldRequests,
    overHold: false,
    durationMs,
    metadata: { why },
  }
}

export function factsOf({ record }: StoredRecord): AttemptFacts {
  return record.facts as unknown as AttemptFacts
}

/** From the journal to the database. */
export function appliedOutcome(stored: StoredRecord): AppliedOutcome {
  const { record, epoch, sequence } = stored
  const facts = factsOf(stored)
  const result = record.result as unknown as AttemptResult
  const counts: Record<Measure, bigint> = {
    nanos: BigInt(result.costNanos),
    requests: BigInt(result.countedRequests),
    tokens: BigInt(result.inputTokens + result.outputTokens),
    concurrency: 0n,
  }
  const held: Record<Measure, bigint> = {
    nanos: BigInt(facts.heldNanos),
    requests: BigInt(facts.heldRequests),
    tokens: BigInt(facts.heldInputTokens + facts.heldOutputTokens),
    concurrency: 0n,
  }
  const { countedRequests: _counted, ...numbers } = result
  return {
    position: { epoch, sequence },
    usage: {
      ...facts,
      ...numbers,
      id: record.id,
      markupPpm: BigInt(facts.markupPpm),
      costNanos: counts.nanos,
      heldNanos: BigInt(facts.heldNanos),
    },
    settlements: facts.limits
      .filter(({ measure }) => counts[measure] > 0n)
      .map(({ id, accountId, measure, periodId, startsAtMs, endsAtMs }) => ({
        accountId: accountId ?? facts.accountId,
        ownerId: id,
        period: { id: periodId, startsAtMs, endsAtMs },
        amount: counts[measure],
        wanted: held[measure],
      })),
  }
}
