/**
 * Budgets (money per period) and usage limits (requests, tokens or concurrency per window): which
 * of them apply to a request, and what to answer when one is full. Both are a number that may be
 * used up under a key, so one primitive serves them: a counter with a limit, what is settled, what
 * is held.
 *
 * A limit of 0 is zero and lets nothing through that costs anything (case T29). Unlimited is the
 * absence of a limit, never a special number.
 */
import type { AccountId, Id, PrincipalId, ShareId, TeamId, TenantId, TokenId } from './ids.ts'
import { formatUsd, type Nanos } from './money.ts'
import { fixedWindowOf, type Period, type PeriodKind, periodOf } from './window.ts'

/**
 * `tenant` counts all accounts together. `each-user` and `each-virtual-account` are one amount for
 * every principal of that kind in the account, each counted on its own from its first request on
 * (case T3), unless it has a limit of its own of the same sort.
 */
export const limitLevels = [
  'tenant',
  'account',
  'each-user',
  'each-virtual-account',
  'team',
  'user',
  'virtual-account',
  'token',
  'model',
  'share',
] as const
export type LimitLevel = (typeof limitLevels)[number]

export type LimitSubjectId =
  | TenantId
  | AccountId
  | TeamId
  | PrincipalId
  | TokenId
  | Id<'mdl'>
  | ShareId

/**
 * What a limit counts. A request has a quantity of each, and every limit takes the one it counts.
 */
export type Measure = 'nanos' | 'requests' | 'tokens' | 'concurrency'
export type Quantities = Readonly<Record<Measure, bigint>>

interface Limited {
  /** Whose limit it is: the account that is limited, or root for the levels tenant and share. */
  readonly accountId: AccountId
  readonly level: LimitLevel
  /** The one thing at that level that is counted: a team's budget counts that team's use only. */
  readonly subjectId: LimitSubjectId
  /** `audit` counts and reports what `enforce` would refuse, and refuses nothing. */
  readonly mode: 'enforce' | 'audit'
}

export interface Budget extends Limited {
  readonly id: Id<'bud'>
  readonly amountNanos: Nanos
  readonly periodKind: PeriodKind
  /** IANA name; the period begins and ends by the clock on the wall there. */
  readonly timeZone: string
  /** What to call instead of refusing; it has to fit as well. */
  readonly fallbackModelId?: Id<'mdl'> | null
}

export interface UsageLimit extends Limited {
  readonly id: Id<'lim'>
  readonly measure: Exclude<Measure, 'nanos'>
  readonly amount: bigint
  /** Null for concurrency, which counts what is running now and has no window. */
  readonly windowSeconds: number | null
}

export type SpendLimit = Budget | UsageLimit

/**
 * Who spends on what: taken from the credential and from stored facts, never from a request's body.
 */
export interface SpendScope {
  readonly tenantId: TenantId
  readonly actingAccountId: AccountId
  readonly principalId: PrincipalId
  /** Every team that the principal is in, with the account that the team belongs to. */
  readonly teams: readonly { readonly id: TeamId; readonly accountId: AccountId }[]
  /** Null for a console session. */
  readonly tokenId: TokenId | null
  readonly modelId: Id<'mdl'>
  /** The share by which the model reached the acting account, or null where it owns the model. */
  readonly shareId: ShareId | null
}

/** Limits by the id of what they limit, so that a request looks at its own only. */
export type LimitIndex<L extends SpendLimit> = ReadonlyMap<LimitSubjectId, readonly L[]>

/** Built once for each snapshot of an account's limits. */
export function indexLimits<L extends SpendLimit>(limits: Iterable<L>): LimitIndex<L> {
  const index = new Map<LimitSubjectId, L[]>()
  for (const limit of limits) {
    const of = index.get(limit.subjectId)
    if (of) of.push(limit)
    else index.set(limit.subjectId, [limit])
  }
  return index
}

/**
 * Every limit that the request must fit into. A user's own budget counts what that user spends in
 * the acting account, whichever teams the user is in, and a team's counts its members; neither
 * stands in for the other (case T31). A team of another account never counts here.
 *
 * @returns the limits in ascending order of id, the one order in which anything takes them
 */
export function budgetsFor<L extends SpendLimit>(scope: SpendScope, index: LimitIndex<L>): L[] {
  const found: L[] = []
  const { actingAccountId, principalId } = scope
  const collect = (level: LimitLevel, subjectId: LimitSubjectId | null) => {
    if (subjectId === null) return
    const isOfRoot = level === 'share' || level === 'tenant'
    for (const limit of index.get(subjectId) ?? []) {
      if (limit.level !== level || (!isOfRoot && limit.accountId !== actingAccountId)) continue
      if (level.startsWith('each-') && found.some((own) => takesPlaceOf(own, limit))) continue
      found.push(limit)
    }
  }
  const kind = principalId.startsWith('va_') ? 'virtual-account' : 'user'
  collect(kind, principalId)
  collect(`each-${kind}`, actingAccountId)
  collect('account', actingAccountId)
  for (const team of scope.teams) {
    if (team.accountId === actingAccountId) collect('team', team.id)
  }
  collect('token', scope.tokenId)
  collect('model', scope.modelId)
  collect('share', scope.shareId)
  collect('tenant', scope.tenantId)
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** One's own instead of the default for everybody: a budget per period, a limit per measure. */
function takesPlaceOf(own: SpendLimit, byDefault: SpendLimit): boolean {
  if ('amountNanos' in own) {
    return 'amountNanos' in byDefault && own.periodKind === byDefault.periodKind
  }
  return !('amountNanos' in byDefault) && own.measure === byDefault.measure
}

/** Where a limit is counted at an instant. */
export interface Counter {
  /** The limit's id and the period's: a new period is a new key, and a new key counts from zero. */
  readonly key: string
  readonly measure: Measure
  /** In the unit of the measure: nano-dollars, or a count. */
  readonly limit: bigint
  readonly period: Period
}

/** Concurrency has no window: what ends is each request, not a period. */
const inFlight: Period = { id: 'in-flight', startsAtMs: 0, endsAtMs: null }

/**
 * @param nowMs the instant at which the request is admitted, in epoch milliseconds
 * @param principalId who asks: a default for each principal counts each of them on its own
 */
export function counterOf(
  limit: SpendLimit,
  nowMs: number,
  principalId: PrincipalId | null = null,
): Counter {
  const common = periodOfLimit(limit, nowMs)
  const isForEach = principalId !== null && limit.level.startsWith('each-')
  const period = isForEach ? { ...common, id: `${common.id}/${principalId}` } : common
  const key = `${limit.id}/${period.id}`
  if ('amountNanos' in limit) return { key, measure: 'nanos', limit: limit.amountNanos, period }
  return { key, measure: limit.measure, limit: limit.amount, period }
}

/** The period or window that a limit is in; concurrency has none. */
function periodOfLimit(limit: SpendLimit, nowMs: number): Period {
  if ('amountNanos' in limit) return periodOf(nowMs, limit.timeZone, limit.periodKind)
  return usageWindowOf(nowMs, limit.windowSeconds)
}

/**
 * The window of a usage limit.
 *
 * @param nowMs the instant, in epoch milliseconds
 * @param windowSeconds null for concurrency
 */
export function usageWindowOf(nowMs: number, windowSeconds: number | null): Period {
  return windowSeconds === null ? inFlight : fixedWindowOf(nowMs, windowSeconds)
}

/** How full a counter is, all in the unit of its measure. */
export interface Fill {
  readonly limit: bigint
  readonly settled: bigint
  readonly held: bigint
}

/** Why something does not fit, from the most lasting reason to the most passing one. */
export type Shortfall = 'exceeds_alone' | 'exhausted' | 'held'

/**
 * The primitive that budgets and usage limits share.
 *
 * @returns null where it fits: what takes nothing always does, even where a provider's report has
 *   driven a counter past its limit
 */
export function shortfallOf({ limit, settled, held }: Fill, wanted: bigint): Shortfall | null {
  if (wanted === 0n) return null
  if (wanted > limit) return 'exceeds_alone'
  if (settled + wanted > limit) return 'exhausted'
  if (settled + held + wanted > limit) return 'held'
  return null
}

/** Every way in which a limit refuses. The order is the precedence where several refuse at once. */
export const spendRefusalCodes = [
  'price_unknown',
  'exceeds_budget_alone',
  'exceeds_usage_limit_alone',
  'budget_exhausted',
  'usage_limit_exhausted',
  'budget_held',
  'usage_limit_held',
] as const
export type SpendRefusalCode = (typeof spendRefusalCodes)[number]

export interface SpendRefusal extends Fill {
  readonly code: SpendRefusalCode
  readonly limitId: Id<'bud' | 'lim'>
  readonly level: LimitLevel
  readonly measure: Measure
  readonly wanted: bigint
  /** False in audit mode: counted and reported, but the request goes on. */
  readonly enforced: boolean
  /** When the period ends, in epoch milliseconds; null where it never does or would not help. */
  readonly resetsAtMs: number | null
  /** How long to wait; null where waiting does not help. */
  readonly retryAfterMs: number | null
  /**
   * Whether a client library should wait and try again by itself, which it does for a minute at
   * most.
   */
  readonly shouldRetry: boolean
}

/** In-flight calls end within seconds; asking sooner only adds load. */
export const heldRetryAfterMs = 1_000
/** Told to wait longer, the OpenAI and Anthropic clients come back within seconds all the same. */
export const clientWaitMsMax = 60_000

const codesByShortfall = {
  exceeds_alone: ['exceeds_budget_alone', 'exceeds_usage_limit_alone'],
  exhausted: ['budget_exhausted', 'usage_limit_exhausted'],
  held: ['budget_held', 'usage_limit_held'],
} as const

/**
 * @param fill how full the counter of this limit is in the period of `nowMs`
 * @param wanted the worst case of the request, in the unit of the limit's measure
 * @returns what to answer, or null where the request fits
 */
export function refusalOf(
  limit: SpendLimit,
  fill: Fill,
  wanted: bigint,
  nowMs: number,
): SpendRefusal | null {
  const shortfall = shortfallOf(fill, wanted)
  if (shortfall === null) return null
  const code = codesByShortfall[shortfall]['amountNanos' in limit ? 0 : 1]
  const { endsAtMs } = periodOfLimit(limit, nowMs)
  if (shortfall === 'exceeds_alone') return refuse(limit, code, fill, wanted, endsAtMs, null)
  if (shortfall === 'held') return refuse(limit, code, fill, wanted, endsAtMs, heldRetryAfterMs)
  const waitMs = endsAtMs === null ? null : endsAtMs - nowMs
  return refuse(limit, code, fill, wanted, endsAtMs, waitMs)
}

/**
 * A model without a declared price can't be held against a budget, so it is refused as soon as one
 * money budget applies. A declared price of 0 is known, and free.
 *
 * @param budgets the money budgets that apply to the request
 * @returns what to answer; of several budgets, an enforced one speaks first
 */
export function unknownPriceRefusal(budgets: readonly Budget[]): SpendRefusal | null {
  const budget = budgets.find(({ mode }) => mode === 'enforce') ?? budgets[0]
  if (!budget) return null
  const fill = { limit: budget.amountNanos, settled: 0n, held: 0n }
  return refuse(budget, 'price_unknown', fill, 0n, null, null)
}

/** Of several refusals, the enforced one that lasts longest: it is the one worth telling. */
export function gravestRefusal(refusals: readonly SpendRefusal[]): SpendRefusal | null {
  const rank = (r: SpendRefusal) => spendRefusalCodes.indexOf(r.code)
  const end = (r: SpendRefusal) => r.resetsAtMs ?? Number.POSITIVE_INFINITY
  return refusals
    .filter(({ enforced }) => enforced)
    .reduce<SpendRefusal | null>((gravest, next) => {
      if (gravest === null || rank(next) < rank(gravest)) return next
      return rank(next) === rank(gravest) && end(next) > end(gravest) ? next : gravest
    }, null)
}

/**
 * The refusal as a sentence for the caller: the level, the limit, and what to do. How much the tenant
 * has for all accounts together is not for each of them to know.
 */
export function refusalSentence(refusal: SpendRefusal): string {
  const { code, level, measure, limit, wanted, resetsAtMs } = refusal
  const amount = (n: bigint) => (measure === 'nanos' ? `${formatUsd(n)} US dollars` : `${n}`)
  const what = measure === 'nanos' ? 'budget' : `limit on ${measure}`
  const whose = level.startsWith('each-')
    ? `${what} for ${level.replaceAll('-', ' ')}`
    : `${level}'s ${what}`
  const subject = level === 'tenant' ? `the ${whose}` : `the ${whose} of ${amount(limit)}`
  const until = resetsAtMs === null ? 'It never resets' : `Resets at ${isoTime(resetsAtMs)}`
  if (code === 'price_unknown') {
    return `The model has no declared price, so it can't be counted against the ${level}'s budget. \
Declare its price; 0 makes it free.`
  }
  if (code.startsWith('exceeds')) {
    return `This request alone may take ${amount(wanted)}, more than ${subject}. \
Lower its maximum number of output tokens, shorten its input, or raise the limit. ${until}.`
  }
  if (code.endsWith('held')) {
    return `Requests in flight hold what is left of ${subject}. Try again shortly.`
  }
  return `This request may take ${amount(wanted)}, more than is left of ${subject}. ${until}.`
}

function refuse(
  limit: SpendLimit,
  code: SpendRefusalCode,
  { limit: limitAmount, settled, held }: Fill,
  wanted: bigint,
  resetsAtMs: number | null,
  retryAfterMs: number | null,
): SpendRefusal {
  return {
    code,
    limitId: limit.id,
    level: limit.level,
    measure: 'amountNanos' in limit ? 'nanos' : limit.measure,
    limit: limitAmount,
    settled,
    held,
    wanted,
    enforced: limit.mode === 'enforce',
    resetsAtMs,
    retryAfterMs,
    shouldRetry: retryAfterMs !== null && retryAfterMs <= clientWaitMsMax,
  }
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString()
}
