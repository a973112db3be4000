/** Price versions of a model. They are written once; the gateway reads them through its snapshot. */
import type { AccountId, Id, ResourceId, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

/** As the contract names them: decimal US dollars. */
export interface PriceComponents {
  readonly inputPerMillionUsd: string
  readonly cachedInputPerMillionUsd?: string | undefined
  readonly cacheWritePerMillionUsd?: string | undefined
  readonly outputPerMillionUsd: string
  readonly perRequestUsd?: string | undefined
  readonly perCacheHitUsd?: string | undefined
  readonly perImageUsd?: string | undefined
  readonly imagePrices?: ImagePrice[] | undefined
  readonly perAudioMinuteUsd?: string | undefined
  readonly perMillionCharactersUsd?: string | undefined
  readonly perSearchUnitUsd?: string | undefined
  readonly batchPercent?: number | undefined
}

export interface ImagePrice {
  readonly size?: string | undefined
  readonly quality?: string | undefined
  readonly perImageUsd: string
}

export interface PriceRow {
  readonly id: Id<'prc'>
  readonly accountId: AccountId
  readonly version: number
  readonly components: PriceComponents
  readonly validFrom: Date
  readonly createdAt: Date
  readonly createdBy: string
}

/**
 * Adds the next version. Under the tenant's lock, which every change holds, so that no two get the
 * same number.
 * @param price of a model that the account owns: the keys refuse any other
 */
export async function insertPrice(
  tx: Tx,
  price: {
    tenantId: TenantId
    accountId: AccountId
    id: Id<'prc'>
    modelId: ResourceId
    components: PriceComponents
    validFrom: Date
    createdBy: string
  },
): Promise<PriceRow> {
  const { modelId, components, validFrom, createdBy } = price
  const row = await tx
    .insertInto('price')
    .values({
      tenantId: uuid(price.tenantId),
      accountId: uuid(price.accountId),
      id: uuid(price.id),
      resourceId: uuid(modelId),
      version: sql<number>`(select coalesce(max(version), 0) + 1 from price
        where resource_id = ${uuid(modelId)})`,
      components: JSON.stringify(components),
      validFrom,
      createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** @param owner of the model: what another account charged before a transfer stays that one's */
export async function listPrices(
  tx: Tx,
  owner: AccountId,
  modelId: ResourceId,
  request: PageRequest,
) {
  const query = tx
    .selectFrom('price')
    .selectAll()
    .where('resourceId', '=', uuid(modelId))
    .where('accountId', '=', uuid(owner))
  const columns = { version: { column: 'price.version', type: 'bigint' } } as const
  const page = await fetchPage(query, request, columns, 'price.id')
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Every version that the owner has written, the newest first. */
export async function allPrices(tx: Tx, owner: AccountId, modelId: ResourceId) {
  const rows = await tx
    .selectFrom('price')
    .selectAll()
    .where('resourceId', '=', uuid(modelId))
    .where('accountId', '=', uuid(owner))
    .orderBy('version', 'desc')
    .execute()
  return rows.map(fromRow)
}

function fromRow(row: {
  id: string
  accountId: string
  version: number
  components: unknown
  validFrom: Date
  createdAt: Date
  createdBy: string
}): PriceRow {
  const { version, validFrom, createdAt, createdBy } = row
  return {
    id: typed('prc', row.id),
    accountId: typed('acct', row.accountId),
    version,
    components: row.components as PriceComponents,
    validFrom,
    createdAt,
    createdBy,
  }
}
