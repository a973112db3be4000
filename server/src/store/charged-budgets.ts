/**
 * In which budgets a charge was counted, and in which of their periods: what a credit of it gives back to.
 * Which budgets apply can't be said afterwards (they change, and gateways hear of it at different times), so
 * it is kept. Thousands of calls count in the same ones: they share a row, whose id is made of what it says.
 */
import { createHash } from 'node:crypto'
import type { TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import type { PoolKey } from './pool.ts'

interface BudgetSet {
  readonly id: string
  readonly counted: readonly Pick<PoolKey, 'ownerId' | 'period'>[]
}

/** The sets of one batch of records. */
export class ChargedBudgets {
  readonly #sets = new Map<string, BudgetSet>()

  /** @returns null where no budget counts it; usage limits count no money */
  idOf(settlements: readonly Pick<PoolKey, 'ownerId' | 'period'>[]): string | null {
    let text = ''
    for (const { ownerId, period } of settlements) {
      if (ownerId.startsWith('bud_')) text += `${ownerId}/${period.id} `
    }
    if (text === '') return null
    const known = this.#sets.get(text)
    if (known !== undefined) return known.id
    const counted = settlements.filter(({ ownerId }) => ownerId.startsWith('bud_'))
    const set = { id: uuidOfText(text), counted }
    this.#sets.set(text, set)
    return set.id
  }

  /** In the transaction that writes the records. Most sets are there already. */
  async save(tx: Tx, tenantId: TenantId): Promise<void> {
    if (this.#sets.size === 0) return
    const rows = [...this.#sets.values()].map(({ id, counted }) => ({
      id,
      owners: counted.map(({ ownerId }) => uuid(ownerId)),
      periods: counted.map(({ period }) => period.id),
    }))
    await sql`insert into charged_budgets (tenant_id, id, owner_ids, period_ids)
      select ${uuid(tenantId)}, r.id, r.owners, r.periods
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (id uuid, owners uuid[], periods text[])
      order by r.id on conflict do nothing`.execute(tx)
  }
}

/** 128 bits of a digest, written as a UUID (version 8 of RFC 9562: made by a rule of one's own). */
function uuidOfText(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [0, 8, 12, 16, 20].map((at, i, all) => hex.slice(at, all[i + 1] ?? 32)).join('-')
}

export interface GivenBack {
  /** Null: the charge was counted in none. */
  readonly chargedBudgetsId: string | null
  readonly nanos: bigint
}

/**
 * Adds what is credited to the room of the budgets that counted it, in the periods in which they did. What
 * they settled stays: it only rises. Budgets that are gone limit nothing any more.
 *
 * Locks the pools in the order in which everything locks them (store/pool.ts, case T47).
 */
export async function giveBack(
  tx: Tx,
  tenantId: TenantId,
  credits: readonly GivenBack[],
): Promise<void> {
  const sums = new Map<string, bigint>()
  for (const { chargedBudgetsId: id, nanos } of credits) {
    if (id !== null && nanos > 0n) sums.set(id, (sums.get(id) ?? 0n) + nanos)
  }
  if (sums.size === 0) return
  const parts = sql`(select c.owner, c.period, sum(t.nanos)::bigint as nanos
    from unnest(${[...sums.keys()]}::uuid[], ${[...sums.values()].map(String)}::bigint[])
        as t (id, nanos)
      join charged_budgets b on b.tenant_id = ${uuid(tenantId)} and b.id = t.id
      cross join lateral unnest(b.owner_ids, b.period_ids) as c (owner, period)
    group by 1, 2)`
  await sql`select from pool p join ${parts} t on t.owner = p.owner_id and t.period = p.period_id
    where p.tenant_id = ${uuid(tenantId)} order by p.owner_id, p.period_id for update of p`.execute(
    tx,
  )
  await sql`update pool p set credited = p.credited + t.nanos from ${parts} t
    where p.tenant_id = ${uuid(tenantId)} and p.owner_id = t.owner and p.period_id = t.period`.execute(
    tx,
  )
}
