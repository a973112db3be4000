import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Budget,
  budgetsFor,
  counterOf,
  gravestRefusal,
  heldRetryAfterMs,
  indexLimits,
  type LimitLevel,
  type LimitSubjectId,
  refusalOf,
  refusalSentence,
  type SpendLimit,
  type SpendScope,
  shortfallOf,
  type UsageLimit,
  unknownPriceRefusal,
} from '../src/budget.ts'
import type { AccountId, Id, PrincipalId, ShareId, TeamId, TenantId, TokenId } from '../src/ids.ts'

const now = Date.parse('2026-11-23T12:00:30Z')
const usd = 1_000_000_000n

const tenant = 'tnt_acme' as TenantId
const root = 'acct_root' as AccountId
const acme = 'acct_acme' as AccountId
const other = 'acct_other' as AccountId
const ann = 'user_ann' as PrincipalId
const bot = 'va_bot' as PrincipalId
const red = 'team_red' as TeamId
const blue = 'team_blue' as TeamId
const token = 'tok_one' as TokenId
const model = 'mdl_big' as Id<'mdl'>
const share = 'share_big' as ShareId

function budget(level: LimitLevel, subjectId: LimitSubjectId, rest: Partial<Budget> = {}): Budget {
  return {
    id: `bud_${level}_${subjectId}` as Id<'bud'>,
    accountId: acme,
    level,
    subjectId,
    mode: 'enforce',
    amountNanos: 100n * usd,
    periodKind: 'month',
    timeZone: 'Europe/Berlin',
    ...rest,
  }
}

function usageLimit(measure: UsageLimit['measure'], windowSeconds: number | null): UsageLimit {
  return {
    id: `lim_${measure}_${windowSeconds}` as Id<'lim'>,
    accountId: acme,
    level: 'token',
    subjectId: token,
    mode: 'enforce',
    measure,
    amount: 10n,
    windowSeconds,
  }
}

const scope: SpendScope = {
  tenantId: tenant,
  actingAccountId: acme,
  principalId: ann,
  teams: [{ id: red, accountId: acme }],
  tokenId: token,
  modelId: model,
  shareId: share,
}

const levelsFor = (spend: SpendScope, limits: SpendLimit[]) =>
  budgetsFor(spend, indexLimits(limits)).map(({ level, subjectId }) => `${level} ${subjectId}`)

describe('the budgets of a request', () => {
  const everything = [
    budget('tenant', tenant, { accountId: root }),
    budget('share', share, { accountId: root }),
    budget('model', model),
    budget('token', token),
    budget('user', ann),
    budget('team', red),
    budget('account', acme),
  ]

  test('are those of every level, in ascending order of id', () => {
    const found = budgetsFor(scope, indexLimits(everything))
    expect(new Set(found)).toEqual(new Set(everything))
    expect(found.map(({ id }) => id)).toEqual(found.map(({ id }) => id).sort())
  })

  test('never mix levels: a team’s does not count for one who is not in it (T31)', () => {
    expect(levelsFor({ ...scope, teams: [] }, everything)).not.toContain(`team ${red}`)
    expect(levelsFor({ ...scope, teams: [{ id: blue, accountId: acme }] }, everything)).toEqual(
      levelsFor({ ...scope, teams: [] }, everything),
    )
  })

  test('include a default for each principal, counted apart, unless one has a limit of his own', () => {
    const each = budget('each-user', acme)
    expect(levelsFor(scope, [each, budget('account', acme)])).toContain(`each-user ${acme}`)
    expect(levelsFor({ ...scope, principalId: bot }, [each])).toEqual([])
    expect(levelsFor(scope, [each, budget('user', ann)])).toEqual([`user ${ann}`])
    // A budget per day is no reason to be without the one per month.
    expect(levelsFor(scope, [each, budget('user', ann, { periodKind: 'day' })])).toHaveLength(2)
    expect(counterOf(each, now, ann).key).not.toBe(counterOf(each, now, bot).key)
    expect(counterOf(budget('team', red), now, ann)).toEqual(counterOf(budget('team', red), now))
  })

  test('keep a user’s own apart from the team’s: two counters for one request (T31)', () => {
    const keys = budgetsFor(scope, indexLimits([budget('user', ann), budget('team', red)])).map(
      (limit) => counterOf(limit, now).key,
    )
    expect(new Set(keys).size).toBe(2)
  })

  test('include every team of the acting account, and none of another account', () => {
    const teams = [
      { id: red, accountId: acme },
      { id: blue, accountId: other },
    ]
    const limits = [budget('team', red), budget('team', blue), budget('team', blue)]
    expect(levelsFor({ ...scope, teams }, limits)).toEqual([`team ${red}`])
  })

  test('are found by what the request is, whatever the token says about its parents (T27)', () => {
    expect(levelsFor({ ...scope, tokenId: null }, everything)).toEqual([
      `account ${acme}`,
      `model ${model}`,
      `share ${share}`,
      `team ${red}`,
      `tenant ${tenant}`,
      `user ${ann}`,
    ])
  })

  test('of a virtual account are its own, not a user’s', () => {
    const limits = [budget('user', ann), budget('virtual-account', bot)]
    expect(levelsFor({ ...scope, principalId: bot }, limits)).toEqual([`virtual-account ${bot}`])
  })

  test('are none of another account, even for a shared model or the same person', () => {
    const foreign = everything.map((limit) => ({ ...limit, accountId: other }))
    const ofAccounts = foreign.filter(({ level }) => level !== 'share' && level !== 'tenant')
    expect(levelsFor(scope, ofAccounts)).toEqual([])
  })

  test('do not include a limit that is filed under a level it is not of (T31)', () => {
    expect(levelsFor(scope, [budget('team', ann), budget('user', red)])).toEqual([])
  })
})

describe('a counter', () => {
  test('is keyed by the limit and the period, so the next period begins at zero (T37, T39)', () => {
    const monthly = budget('user', ann)
    expect(counterOf(monthly, now)).toMatchObject({
      key: `${monthly.id}/month:2026-11@Europe/Berlin`,
      measure: 'nanos',
      limit: 100n * usd,
    })
    const inDecember = Date.parse('2026-12-01T00:00:00+01:00')
    expect(counterOf(monthly, inDecember).key).not.toBe(counterOf(monthly, now).key)
    expect(counterOf({ ...monthly, periodKind: 'day' }, now).key).not.toContain('month')
  })

  test('of requests is apart from that of tokens in the same window (T25)', () => {
    const keys = [usageLimit('requests', 60), usageLimit('tokens', 60)].map(
      (limit) => counterOf(limit, now).key,
    )
    expect(new Set(keys).size).toBe(2)
  })

  test('of concurrency is the same at any time', () => {
    const limit = usageLimit('concurrency', null)
    expect(counterOf(limit, now)).toEqual(counterOf(limit, now + 1e9))
    expect(counterOf(limit, now).measure).toBe('concurrency')
  })
})

describe('whether a request fits', () => {
  test.each([
    ['an empty counter', 10n, 0n, 0n, 10n, null],
    ['exactly the rest', 10n, 4n, 3n, 3n, null],
    ['more than the limit itself', 10n, 0n, 0n, 11n, 'exceeds_alone'],
    ['more than the limit, which is full as well', 10n, 10n, 0n, 11n, 'exceeds_alone'],
    ['more than is left when all holds are gone', 10n, 8n, 1n, 3n, 'exhausted'],
    ['more than holds leave', 10n, 5n, 4n, 2n, 'held'],
    ['a limit of zero (T29)', 0n, 0n, 0n, 1n, 'exceeds_alone'],
    ['a limit of zero, for nothing', 0n, 0n, 0n, 0n, null],
    ['an overdrawn counter', 10n, 12n, 0n, 1n, 'exhausted'],
    ['an overdrawn counter, for nothing', 10n, 12n, 0n, 0n, null],
  ] as const)('%s', (_name, limit, settled, held, wanted, shortfall) => {
    expect(shortfallOf({ limit, settled, held }, wanted)).toBe(shortfall)
  })

  test('is told by settled + held + wanted ≤ limit and by nothing else', () => {
    const amount = fc.bigInt(0n, 20n)
    fc.assert(
      fc.property(amount, amount, amount, fc.bigInt(1n, 20n), (limit, settled, held, wanted) => {
        const fits = settled + held + wanted <= limit
        expect(shortfallOf({ limit, settled, held }, wanted) === null).toBe(fits)
      }),
    )
  })
})

describe('a refusal', () => {
  const monthly = budget('team', red)
  const fill = (settled: bigint, held: bigint) => ({ limit: 100n * usd, settled, held })

  test('for a request that can never fit says that no retry helps', () => {
    expect(refusalOf(monthly, fill(0n, 0n), 101n * usd, now)).toMatchObject({
      code: 'exceeds_budget_alone',
      level: 'team',
      limit: 100n * usd,
      resetsAtMs: Date.parse('2026-12-01T00:00:00+01:00'),
      retryAfterMs: null,
      shouldRetry: false,
    })
  })

  test('for a full period says when the next begins, and not to retry until then', () => {
    const resetsAtMs = Date.parse('2026-12-01T00:00:00+01:00')
    expect(refusalOf(monthly, fill(99n * usd, 0n), 2n * usd, now)).toMatchObject({
      code: 'budget_exhausted',
      resetsAtMs,
      retryAfterMs: resetsAtMs - now,
      shouldRetry: false,
    })
  })

  test('for room that holds fill says to retry shortly (T17)', () => {
    expect(refusalOf(monthly, fill(0n, 99n * usd), 2n * usd, now)).toMatchObject({
      code: 'budget_held',
      retryAfterMs: heldRetryAfterMs,
      shouldRetry: true,
    })
  })

  test('for a lifetime budget that is used up never resets', () => {
    const once = budget('user', ann, { periodKind: 'lifetime' })
    const refusal = refusalOf(once, fill(100n * usd, 0n), usd, now)
    expect(refusal).toMatchObject({
      code: 'budget_exhausted',
      resetsAtMs: null,
      shouldRetry: false,
    })
    expect(refusalSentence(refusal!)).toContain('never resets')
  })

  test('of a limit per minute is worth a retry when the minute is over', () => {
    const full = { limit: 10n, settled: 10n, held: 0n }
    expect(refusalOf(usageLimit('requests', 60), full, 1n, now)).toMatchObject({
      code: 'usage_limit_exhausted',
      retryAfterMs: 30_000,
      shouldRetry: true,
    })
  })

  test('of a limit on concurrency is that requests in flight fill it', () => {
    const full = { limit: 10n, settled: 0n, held: 10n }
    expect(refusalOf(usageLimit('concurrency', null), full, 1n, now)).toMatchObject({
      code: 'usage_limit_held',
      shouldRetry: true,
    })
  })

  test('of a budget in audit mode is reported and not enforced', () => {
    const watched = budget('team', red, { mode: 'audit' })
    const refusal = refusalOf(watched, fill(0n, 0n), 101n * usd, now)!
    expect(refusal.enforced).toBe(false)
    expect(gravestRefusal([refusal])).toBeNull()
  })

  test('does not come where there is no budget: absent is unlimited, zero is zero (T29)', () => {
    const none = budgetsFor(scope, indexLimits<Budget>([]))
    expect(none.flatMap((b) => refusalOf(b, fill(0n, 0n), 10n ** 18n, now) ?? [])).toEqual([])
    const zero = budget('user', ann, { amountNanos: 0n })
    const empty = { limit: 0n, settled: 0n, held: 0n }
    expect(refusalOf(zero, empty, 1n, now)?.code).toBe('exceeds_budget_alone')
  })

  test('reads as a sentence that names the level and the limit', () => {
    expect(refusalSentence(refusalOf(monthly, fill(99n * usd, 0n), 2n * usd, now)!)).toBe(
      "This request may take 2.00 US dollars, more than is left of the team's budget of " +
        '100.00 US dollars. Resets at 2026-11-30T23:00:00.000Z.',
    )
    const perMinute = refusalOf(
      usageLimit('tokens', 60),
      { limit: 10n, settled: 0n, held: 0n },
      11n,
      now,
    )
    expect(refusalSentence(perMinute!)).toContain("the token's limit on tokens of 10")
  })
})

describe('a model of unknown price', () => {
  test('is refused as soon as one budget applies', () => {
    const refusal = unknownPriceRefusal([budget('user', ann)])
    expect(refusal).toMatchObject({ code: 'price_unknown', enforced: true, shouldRetry: false })
    expect(refusalSentence(refusal!)).toContain('Declare its price')
  })
  test('is let through where no budget applies', () => {
    expect(unknownPriceRefusal([])).toBeNull()
  })
  test('is refused by the enforced one of two budgets', () => {
    const both = [budget('user', ann, { mode: 'audit' }), budget('team', red)]
    expect(unknownPriceRefusal(both)).toMatchObject({ level: 'team', enforced: true })
    expect(unknownPriceRefusal(both.slice(0, 1))?.enforced).toBe(false)
  })
})

describe('of several refusals', () => {
  const fill = (settled: bigint, held: bigint) => ({ limit: 100n * usd, settled, held })
  const held = refusalOf(budget('account', acme), fill(0n, 100n * usd), usd, now)!
  const exhausted = refusalOf(budget('team', red), fill(100n * usd, 0n), usd, now)!
  const today = budget('user', ann, { periodKind: 'day' })
  const exhaustedToday = refusalOf(today, fill(100n * usd, 0n), usd, now)!
  const alone = refusalOf(budget('user', ann), fill(0n, 0n), 101n * usd, now)!

  test.each([
    ['alone over exhausted', [held, exhausted, alone], alone],
    ['exhausted over held', [held, exhausted], exhausted],
    ['the one that lasts longer', [exhaustedToday, exhausted], exhausted],
    ['none of none', [], null],
  ])('the gravest is told: %s', (_name, refusals, gravest) => {
    expect(gravestRefusal(refusals)).toBe(gravest)
    expect(gravestRefusal([...refusals].reverse())).toBe(gravest)
  })
})
