/** What a row of a resource is in the catalogue. */
import type { ProviderSecret } from '@commonhold/contract'
import {
  type AccessTarget,
  type AccountId,
  type Codebook,
  type Id,
  newSerial,
  type ResourceId,
  type TenantId,
} from '@commonhold/core'
import { priceVersionOf } from '../../store/price-version.ts'
import type { RowOf } from '../../store/snapshot-rows.ts'
import type { ModelEntry, ProviderEntry } from './entries.ts'

export type ResourceRow = RowOf<'resources'>
export type PriceRow = RowOf<'prices'>

export type SecretOf = (id: Id<'pacc'>, field: ProviderSecret) => string | null

export interface EntryContext {
  readonly tenantId: TenantId
  readonly codebook: Codebook
}

/** What is not declared is held at more than any known model has, and never at nothing. */
const contextTokensUndeclared = 10_000_000

export function providerEntry(row: ResourceRow, secretOf: SecretOf): ProviderEntry {
  const { provider, baseUrl } = row.spec
  const id = row.id as Id<'pacc'>
  return {
    id,
    name: row.name,
    provider: typeof provider === 'string' ? provider : '',
    baseUrl: typeof baseUrl === 'string' ? baseUrl : null,
    spec: row.spec,
    apiKey: () => secretOf(id, 'apiKey'),
    secret: (field) => secretOf(id, field),
  }
}

/** @param prices in any order */
export function modelEntry(
  row: ResourceRow,
  context: EntryContext,
  provider: ProviderEntry,
  prices: readonly PriceRow[],
): ModelEntry {
  const { upstreamModel, type, contextTokensMax, outputTokensMax, audioSecondsMax } = row.spec
  return {
    type: 'model',
    id: row.id as Id<'mdl'>,
    name: `${provider.name}/${row.name}`,
    ownerId: row.accountId,
    target: targetOf(context, row.accountId, [row.id, provider.id]),
    createdAtMs: row.createdAtMs,
    provider,
    upstreamModel: typeof upstreamModel === 'string' ? upstreamModel : row.name,
    modelType: typeof type === 'string' ? type : 'chat',
    contextTokensMax: countOr(contextTokensMax, contextTokensUndeclared),
    outputTokensMax: countOr(outputTokensMax, contextTokensUndeclared),
    audioSecondsMax: typeof audioSecondsMax === 'number' ? audioSecondsMax : null,
    prices: prices.toSorted(byInstant).map(({ id, components, validFromMs }) => ({
      price: priceVersionOf(id, components),
      validFromMs,
    })),
  }
}

function countOr(value: unknown, undeclared: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undeclared
}

/** By the instant from which it is in force; of one instant, the later version counts. */
function byInstant(a: PriceRow, b: PriceRow): number {
  return a.validFromMs - b.validFromMs || a.version - b.version
}

export function targetOf(
  { tenantId, codebook }: EntryContext,
  ownerId: AccountId,
  path: readonly ResourceId[],
): AccessTarget {
  return { tenantId, ownerId, path, place: codebook.placeOf(path), serial: newSerial() }
}
