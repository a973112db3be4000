/**
 * Charges, to be corrected: what each record says of its use, which budgets counted it, and what was booked
 * on it since.
 */
import type {
  AccountId,
  BookedCharge,
  ChargedUse,
  Id,
  ResourceId,
  UnitCount,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

export interface ChargeRow {
  /** The usage record's, as the database has it. */
  readonly id: string
  readonly accountId: AccountId
  readonly at: Date
  readonly modelName: string
  readonly priceId: Id<'prc'> | null
  readonly chargedBudgetsId: string | null
  readonly use: ChargedUse
  readonly booked: BookedCharge
}

interface DatabaseRow {
  readonly id: string
  readonly accountId: string
  readonly at: Date
  readonly modelName: string
  readonly priceId: string | null
  readonly chargedBudgetsId: string | null
  readonly numbersFrom: ChargedUse['numbersFrom']
  readonly inputTokens: bigint
  readonly cachedInputTokens: bigint
  readonly outputTokens: bigint
  readonly markupPpm: bigint
  readonly metadata: unknown
  readonly costNanos: bigint
  readonly byHand: bigint
  readonly byPrice: bigint
  readonly adjusted: bigint
}

const columns = sql`u.id, u.account_id, u.at, u.model_name, u.price_id, u.charged_budgets_id,
  u.numbers_from, u.input_tokens, u.cached_input_tokens, u.output_tokens, u.markup_ppm, u.metadata,
  u.cost_nanos, b.by_hand, b.by_price, b.adjusted`

const bookedSince = sql`cross join lateral (select
    coalesce(sum(e.amount_nanos) filter (where e.kind = 'credit' and e.price_id is null), 0)::bigint
      as by_hand,
    coalesce(sum(e.amount_nanos) filter (where e.kind = 'credit' and e.price_id is not null),
      0)::bigint as by_price,
    coalesce(sum(e.amount_nanos) filter (where e.kind = 'adjustment'), 0)::bigint as adjusted
  from ledger_entry e where e.tenant_id = u.tenant_id and e.account_id = u.account_id
    and e.usage_record_id = u.id) b`

/** @param id of the usage record, or of its ledger entry: it is the same */
export async function findCharge(
  tx: Tx,
  accountId: AccountId,
  id: Id<'use' | 'led'>,
): Promise<ChargeRow | null> {
  const { rows } = await sql<DatabaseRow>`select ${columns} from usage_record u ${bookedSince}
    where u.account_id = ${uuid(accountId)} and u.id = ${uuid(id)}`.execute(tx)
  return rows[0] ? fromRow(rows[0]) : null
}

/** Where a page of charges ended. */
export interface ChargePlace {
  readonly accountId: AccountId
  readonly atMs: number
  readonly id: string
}

/**
 * The records of a model, whoever used it: account by account, the newest first, as the index on time has
 * them. There is none on models.
 * @param after where the page before ended
 */
export async function chargesOfModel(
  tx: Tx,
  modelId: ResourceId,
  { from, to }: { readonly from: Date; readonly to: Date },
  after: ChargePlace | null,
  limit: number,
): Promise<ChargeRow[]> {
  const account = uuid(after?.accountId ?? noAccount)
  const at = new Date(after?.atMs ?? 0).toISOString()
  const { rows } = await sql<DatabaseRow>`select ${columns} from account a
    cross join lateral (select * from usage_record r
      where r.tenant_id = a.tenant_id and r.account_id = a.id and r.model_id = ${uuid(modelId)}
        and r.at >= ${from} and r.at < ${to}
        and r.at <= case when a.id = ${account} then ${at}::timestamptz else 'infinity' end
        and (a.id <> ${account} or (r.at, r.id) < (${at}::timestamptz, ${after?.id ?? nobody}))
      order by r.at desc, r.id desc limit ${limit}) u ${bookedSince}
    where a.id >= ${account} order by a.id, u.at desc, u.id desc limit ${limit}`.execute(tx)
  return rows.map(fromRow)
}

const nobody = '00000000-0000-0000-0000-000000000000'
const noAccount = typed('acct', nobody)

function fromRow(row: DatabaseRow): ChargeRow {
  const { id, at, modelName, chargedBudgetsId, metadata } = row
  return {
    id,
    accountId: typed('acct', row.accountId),
    at,
    modelName,
    priceId: row.priceId === null ? null : typed('prc', row.priceId),
    chargedBudgetsId,
    use: {
      numbersFrom: row.numbersFrom,
      inputTokens: Number(row.inputTokens),
      cachedInputTokens: Number(row.cachedInputTokens),
      outputTokens: Number(row.outputTokens),
      markupPpm: row.markupPpm,
      ...toldIn(metadata as Told),
    },
    booked: {
      chargedNanos: row.costNanos,
      creditedByHandNanos: row.byHand,
      creditedByPriceNanos: row.byPrice,
      adjustedNanos: row.adjusted,
    },
  }
}

/** As gateways write it (gateway/serve/settle.ts, gateway/batches/follow.ts). */
interface Told {
  readonly cacheWriteTokens?: number
  readonly units?: Readonly<Record<UnitCount['kind'], number>>
  readonly picture?: { readonly size: string | null; readonly quality: string | null }
  readonly batch?: string
  readonly done?: number
}

function toldIn({ cacheWriteTokens = 0, units = {} as NonNullable<Told['units']>, ...told }: Told) {
  const { picture, batch, done = 0 } = told
  return {
    cacheWriteTokens,
    units: Object.entries(units).map(([kind, count]) => ({
      kind: kind as UnitCount['kind'],
      units: count,
      ...(kind === 'image' ? picture : {}),
    })),
    batchRequests: batch === undefined ? null : done,
  }
}
