/**
 * Models by the names that callers use. An account's own model wins over one of root's of the same
 * name; `root:provider-account/model` reaches root's. A name says nothing about permission: whoever
 * resolves one still asks `decide`.
 */
import type { AccountId, Id, TenantId } from '@commonhold/core'
import { priceVersionOf } from '../../store/price-version.ts'
import type { SnapshotRows } from '../../store/snapshot-rows.ts'
import type { CatalogueEntry, ModelEntry, ProviderEntry, VirtualModelEntry } from './entries.ts'

/** What is called by this prefix is root's, whatever the acting account has itself. */
export const rootPrefix = 'root:'

/** What is not declared is held at more than any known model has, and never at nothing. */
const contextTokensUndeclared = 10_000_000

type Resource = SnapshotRows['resources'][number]

export class Catalogue {
  readonly #rootId: AccountId
  readonly #byAccount = new Map<AccountId, Map<string, CatalogueEntry>>()
  readonly #byId = new Map<string, CatalogueEntry>()

  constructor(rows: SnapshotRows, apiKeyOf: (id: Id<'pacc'>) => string | null) {
    this.#rootId = rows.tenant.rootAccountId
    const providers = new Map(
      rows.resources
        .filter(({ kind }) => kind === 'provider-account')
        .map((row) => [row.id as Id<'pacc'>, providerEntry(row, apiKeyOf)]),
    )
    const pricesOf = Map.groupBy(rows.prices, ({ modelId }) => modelId)
    for (const row of rows.resources) {
      if (row.kind === 'virtual-model') this.#add(virtualModelEntry(row, rows.tenant.id))
      const provider = row.kind === 'model' && providers.get(row.parentId as Id<'pacc'>)
      if (!provider) continue
      const prices = (pricesOf.get(row.id as Id<'mdl'>) ?? []).map((price) => ({
        price: priceVersionOf(price.id, price.components),
        validFromMs: price.validFromMs,
      }))
      this.#add(modelEntry(row, rows.tenant.id, provider, prices))
    }
  }

  /** @param reference a name, with or without `root:`, or an id */
  find(accountId: AccountId, reference: string): CatalogueEntry | undefined {
    const byId = this.#byId.get(reference)
    if (byId) return byId
    if (reference.startsWith(rootPrefix)) {
      return this.#byAccount.get(this.#rootId)?.get(reference.slice(rootPrefix.length))
    }
    const own = this.#byAccount.get(accountId)?.get(reference)
    return own ?? this.#byAccount.get(this.#rootId)?.get(reference)
  }

  /** All that the account could be allowed, each with the name that reaches it from there. */
  *namesIn(accountId: AccountId): Generator<[string, CatalogueEntry]> {
    const own = this.#byAccount.get(accountId)
    if (own) yield* own
    if (accountId === this.#rootId) return
    for (const [name, entry] of this.#byAccount.get(this.#rootId) ?? []) {
      yield [own?.has(name) ? rootPrefix + name : name, entry]
    }
  }

  #add(entry: CatalogueEntry): void {
    let names = this.#byAccount.get(entry.ownerId)
    if (!names) {
      names = new Map()
      this.#byAccount.set(entry.ownerId, names)
    }
    names.set(entry.name, entry)
    this.#byId.set(entry.id, entry)
  }
}

function providerEntry(row: Resource, apiKeyOf: (id: Id<'pacc'>) => string | null): ProviderEntry {
  const { provider, baseUrl } = row.spec
  const id = row.id as Id<'pacc'>
  return {
    id,
    name: row.name,
    provider: typeof provider === 'string' ? provider : '',
    baseUrl: typeof baseUrl === 'string' ? baseUrl : null,
    spec: row.spec,
    apiKey: () => apiKeyOf(id),
  }
}

function modelEntry(
  row: Resource,
  tenantId: TenantId,
  provider: ProviderEntry,
  prices: ModelEntry['prices'],
): ModelEntry {
  const { upstreamModel, type, contextTokensMax, outputTokensMax } = row.spec
  return {
    type: 'model',
    id: row.id as Id<'mdl'>,
    name: `${provider.name}/${row.name}`,
    ownerId: row.accountId,
    target: { tenantId, ownerId: row.accountId, path: [row.id, provider.id] },
    createdAtMs: row.createdAtMs,
    provider,
    upstreamModel: typeof upstreamModel === 'string' ? upstreamModel : row.name,
    modelType: typeof type === 'string' ? type : 'chat',
    contextTokensMax: countOr(contextTokensMax, contextTokensUndeclared),
    outputTokensMax: countOr(outputTokensMax, contextTokensUndeclared),
    prices,
  }
}

function virtualModelEntry(row: Resource, tenantId: TenantId): VirtualModelEntry {
  const { strategy, targets } = row.spec
  const list = Array.isArray(targets) ? (targets as { model?: unknown; weight?: unknown }[]) : []
  return {
    type: 'virtual-model',
    id: row.id as Id<'vmdl'>,
    name: row.name,
    ownerId: row.accountId,
    target: { tenantId, ownerId: row.accountId, path: [row.id] },
    createdAtMs: row.createdAtMs,
    strategy: strategy === 'weighted' ? 'weighted' : 'priority',
    targets: list.map(({ model, weight }) => ({
      reference: String(model),
      weight: typeof weight === 'number' ? weight : 1,
    })),
  }
}

function countOr(value: unknown, undeclared: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undeclared
}
