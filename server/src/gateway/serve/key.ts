/**
 * GET /v1/key: the caller, told about itself: who it is, what it may call, and every budget and limit
 * that applies to it, with what is held just now. Amounts of money are in US dollars and in nanos.
 */
import { type Counter, formatUsd, maxOf } from '@commonhold/core'
import type { Database } from '../../store/database.ts'
import { readRaises, type ToldRaise } from '../../store/limit-raise.ts'
import { poolKeyText, readPools } from '../../store/pool.ts'
import type { Caller } from '../admission/caller.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { type AppliedLimit, limitsOf } from '../limits/applying.ts'
import { usableModels } from './models.ts'
import type { GatewayParts } from './parts.ts'

export async function serveKey(
  parts: GatewayParts,
  database: Database,
  caller: Caller,
  call: GatewayCall,
): Promise<void> {
  const usable = usableModels(caller)
  const applied = limitsOfAll(caller, usable, parts.now())
  const { fills, raises } = await fillsOf(parts, database, caller, applied)
  const { token, principal, snapshot } = caller
  const body = {
    object: 'key',
    id: token.id,
    name: token.name,
    expires_at: token.expiresAtMs === null ? null : new Date(token.expiresAtMs).toISOString(),
    principal: { id: principal.id, kind: principal.kind, name: principal.name },
    account: { id: token.accountId, name: snapshot.account(token.accountId)?.name },
    tenant: { id: snapshot.tenant.id, name: snapshot.tenant.name },
    models: usable.map(([name]) => name),
    limits: applied.map((one) =>
      layer(one, fills.get(one.counter.key)!, raises.get(one.limit.id) ?? [], isTold(one, caller)),
    ),
  }
  call.answer({ 'content-type': 'application/json' }, JSON.stringify(body))
}

/** Those of the caller, and those of each model that it may use. */
function limitsOfAll(
  caller: Caller,
  usable: ReturnType<typeof usableModels>,
  nowMs: number,
): AppliedLimit[] {
  const found = new Map<string, AppliedLimit>()
  for (const [, entry] of usable) {
    if (entry.type !== 'model') continue
    for (const one of limitsOf(caller, entry, nowMs).applied) found.set(one.limit.id, one)
  }
  return [...found.values()]
}

interface Fill {
  readonly settled: bigint
  readonly held: bigint
}

/**
 * What the database has heard of, and on top of it what this gateway has not told yet. What other
 * gateways have leased and not used counts as held: nobody else can have it.
 */
async function fillsOf(
  { leases, journal }: GatewayParts,
  database: Database,
  caller: Caller,
  applied: readonly AppliedLimit[],
): Promise<{ fills: Map<string, Fill>; raises: Map<string, ToldRaise[]> }> {
  const keys = applied.map(({ limit, counter }) => ({
    accountId: limit.accountId,
    ownerId: limit.id,
    period: counter.period,
  }))
  const source = { sourceId: journal.sourceId, epoch: journal.epoch }
  const ids = applied.map(({ limit }) => limit.id)
  const { pools, raises } = await database
    .withTenant(caller.snapshot.tenant.id, async (tx) => ({
      pools: await readPools(tx, source, keys),
      raises: await readRaises(tx, ids),
    }))
    .catch(() => {
      throw new Failure('limits_unavailable', 'Budgets can not be read now. Try again shortly.', {
        retryAfterMs: 1_000,
      })
    })
  const fills = keys.map((key) => {
    const pool = pools.get(poolKeyText(key)) ?? { settled: 0n, leased: 0n, ownSettled: 0n }
    const lease = leases.known(poolKeyText(key))
    if (!lease) return [poolKeyText(key), { settled: pool.settled, held: pool.leased }] as const
    const unheard = maxOf(0n, lease.spent - pool.ownSettled)
    const free = maxOf(0n, lease.amount - lease.held - lease.spent)
    const held = maxOf(0n, pool.leased - unheard - free)
    return [poolKeyText(key), { settled: pool.settled + unheard, held }] as const
  })
  return { fills: new Map(fills), raises: Map.groupBy(raises, ({ limitId }) => limitId) }
}

/** What all accounts spend together is for root to know: others learn that they are counted. */
function isTold({ limit }: AppliedLimit, { token, snapshot }: Caller): boolean {
  return limit.level !== 'tenant' || token.accountId === snapshot.tenant.rootAccountId
}

function layer(
  { limit, name, counter }: AppliedLimit,
  fill: Fill,
  raises: readonly ToldRaise[],
  isTold: boolean,
) {
  const { measure, period } = counter
  return {
    id: limit.id,
    kind: measure === 'nanos' ? 'budget' : 'usage-limit',
    name,
    level: limit.level,
    measure: measure === 'nanos' ? 'usd' : measure,
    mode: limit.mode,
    period: period.id,
    resets_at: period.endsAtMs === null ? null : new Date(period.endsAtMs).toISOString(),
    ...(isTold ? numbersOf(counter, fill, raises) : {}),
  }
}

/** The amount is what the limit is now: with the raises that are in force. */
function numbersOf(
  { measure, limit }: Counter,
  { settled, held }: Fill,
  raises: readonly ToldRaise[],
) {
  const inForce = raises.filter(({ isInForce }) => isInForce)
  const amount = inForce.reduce((sum, raise) => sum + raise.amount, limit)
  const remaining = maxOf(0n, amount - settled - held)
  if (measure !== 'nanos') {
    return {
      amount: Number(amount),
      settled: Number(settled),
      held: Number(held),
      remaining: Number(remaining),
      raises: raises.map((raise) => ({ amount: Number(raise.amount), ...timesOf(raise) })),
    }
  }
  return {
    amount_usd: formatUsd(amount),
    settled_usd: formatUsd(settled),
    held_usd: formatUsd(held),
    remaining_usd: formatUsd(remaining),
    amount_nanos: amount.toString(),
    settled_nanos: settled.toString(),
    held_nanos: held.toString(),
    remaining_nanos: remaining.toString(),
    raises: raises.map((raise) => ({ amount_usd: formatUsd(raise.amount), ...timesOf(raise) })),
  }
}

const timesOf = ({ startsAt, endsAt }: ToldRaise) => ({
  from: startsAt.toISOString(),
  until: endsAt.toISOString(),
})
