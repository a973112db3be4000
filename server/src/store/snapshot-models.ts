/** What can be called, with what it costs and the keys to it, for a gateway's snapshot. */
import { type ProviderSecret, providerSecrets } from '@commonhold/contract'
import { type Tx, typed } from './database.ts'
import { resourceIdOf } from './resource-id.ts'
import { among, asksForNothing, type Only } from './snapshot-only.ts'
import type { RowOf } from './snapshot-rows.ts'

/** The kinds of resource that a gateway serves. */
export const gatewayKinds = ['provider-account', 'model', 'virtual-model'] as const

export async function loadResources(tx: Tx, only: Only): Promise<RowOf<'resources'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('resource')
    .select(['id', 'accountId', 'kind', 'parentId', 'name', 'spec', 'createdAt'])
    .where('kind', 'in', gatewayKinds)
    .where(among('resource.id', only))
    .execute()
  return rows.map((row) => ({
    id: resourceIdOf(row.kind, row.id),
    accountId: typed('acct', row.accountId),
    kind: row.kind as (typeof gatewayKinds)[number],
    // Only models have a parent here, and it is their provider account.
    parentId: row.parentId === null ? null : resourceIdOf('provider-account', row.parentId),
    name: row.name,
    spec: row.spec as Record<string, unknown>,
    createdAtMs: row.createdAt.getTime(),
  }))
}

export async function loadProviderKeys(tx: Tx): Promise<RowOf<'providerKeys'>[]> {
  const rows = await tx
    .selectFrom('secretValue')
    .innerJoin('resource', 'resource.id', 'secretValue.resourceId')
    .select(['resourceId', 'field', 'ciphertext', 'kind'])
    .where('kind', '=', 'provider-account')
    .where('field', 'in', providerSecrets)
    .execute()
  return rows.map((row) => ({
    resourceId: resourceIdOf(row.kind, row.resourceId),
    field: row.field as ProviderSecret,
    ciphertext: row.ciphertext,
  }))
}

export async function loadPrices(tx: Tx, only: Only): Promise<RowOf<'prices'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('price')
    .select(['id', 'resourceId', 'version', 'components', 'validFrom'])
    .where(among('price.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('prc', row.id),
    modelId: typed('mdl', row.resourceId),
    version: row.version,
    components: row.components,
    validFromMs: row.validFrom.getTime(),
  }))
}
