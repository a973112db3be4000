/** How a random change chooses what it is about, and what there is to choose from. */
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../../src/store/database.ts'
import type { World } from '../world.ts'

/** One of so many; the same numbers choose the same. */
export type Choose = (count: number) => number

/** @throws where the schema refuses it, or where there is nothing that it could be about */
export type Change = (tx: Tx, choose: Choose, world: World) => Promise<unknown>

const tables = {
  account: sql`account where not is_root`,
  anyAccount: sql`account`,
  user: sql`"user"`,
  virtualAccount: sql`virtual_account`,
  principal: sql`principal`,
  team: sql`team`,
  token: sql`token`,
  role: sql`role`,
  grant: sql`"grant"`,
  share: sql`share`,
  provider: sql`resource where kind = 'provider-account'`,
  model: sql`resource where kind = 'model'`,
  shareable: sql`resource where account_id = (select root_account_id from tenant)`,
  resource: sql`resource`,
  offer: sql`transfer where state = 'offered'`,
  budget: sql`budget`,
  usageLimit: sql`usage_limit`,
} as const

/** @throws where there is none */
export async function one(tx: Tx, table: keyof typeof tables, choose: Choose): Promise<string> {
  const asked = sql<{ id: string }>`select id from ${tables[table]} order by id`
  const { rows } = await asked.execute(tx)
  if (rows.length === 0) throw new Error('there is none')
  return rows[choose(rows.length)]!.id
}

export const permissionSets = [
  ['model:read'],
  ['model:use', 'virtual-model:use'],
  ['model:use', 'provider-account:read', 'prompt:read'],
  ['model:read', 'model:use', 'provider-account:manage', 'grant:create'],
]

/** Mostly never; else in an hour, or a second ago. */
export function expiry(choose: Choose): Date | null {
  if (choose(4) > 0) return null
  return new Date(Date.now() + (choose(2) ? 3_600_000 : -1_000))
}

/** Few names, so that some are taken. */
export const named = (choose: Choose) => `n${choose(12)}-x`

export const run = (statement: RawBuilder<unknown>, tx: Tx) => statement.execute(tx)
