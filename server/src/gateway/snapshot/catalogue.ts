/**
 * Models by the names that callers use. An account's own model wins over one of root's of the same
 * name; `root:provider-account/model` reaches root's. A name says nothing about permission: whoever
 * resolves one still asks `decide`.
 *
 * An entry is never changed: what happens to its resource, to the provider account of it or to its
 * prices makes another one, so that a call goes on with what it has found.
 */
import type { AccountId, Id, ResourceId } from '@commonhold/core'
import type { SnapshotHead } from '../../store/snapshot-rows.ts'
import {
  type EntryContext,
  modelEntry,
  type PriceRow,
  providerEntry,
  type ResourceRow,
  type SecretOf,
  targetOf,
} from './catalogue-entry.ts'
import type { CatalogueEntry, OwnProvider, ProviderEntry } from './entries.ts'
import { addTo, type Replaced, takeFrom } from './replaced.ts'
import { virtualModelEntry } from './virtual-model-entry.ts'

/** What is called by this prefix is root's, whatever the acting account has itself. */
export const rootPrefix = 'root:'

export class Catalogue {
  readonly #rootId: AccountId
  readonly #context: EntryContext
  readonly #secretOf: SecretOf
  readonly #resources = new Map<ResourceId, ResourceRow>()
  readonly #providers = new Map<ResourceId, ProviderEntry>()
  readonly #within = new Map<ResourceId, ResourceId[]>()
  readonly #prices = new Map<Id<'prc'>, PriceRow>()
  readonly #pricesOf = new Map<ResourceId, PriceRow[]>()
  readonly #byAccount = new Map<AccountId, Map<string, CatalogueEntry>>()
  readonly #byId = new Map<string, CatalogueEntry>()

  constructor({ tenant }: SnapshotHead, codebook: EntryContext['codebook'], secretOf: SecretOf) {
    this.#rootId = tenant.rootAccountId
    this.#context = { tenantId: tenant.id, codebook }
    this.#secretOf = secretOf
  }

  /** @param accountIdOf the same text in the one place where it is kept */
  replace(
    { touched, rows }: Replaced<'resources' | 'prices'>,
    accountIdOf: (id: AccountId) => AccountId,
  ): void {
    const stale = new Set<ResourceId>()
    for (const id of touched.prices) this.#removePrice(id as Id<'prc'>, stale)
    for (const row of rows.prices) {
      this.#prices.set(row.id, row)
      addTo(this.#pricesOf, row.modelId, row)
      stale.add(row.modelId)
    }
    for (const id of touched.resources) this.#removeResource(id as ResourceId, stale)
    for (const row of rows.resources) {
      this.#resources.set(row.id, { ...row, accountId: accountIdOf(row.accountId) })
      stale.add(row.id)
      if (row.parentId !== null) addTo(this.#within, row.parentId, row.id)
      if (row.kind === 'provider-account') {
        this.#providers.set(row.id, providerEntry(row, this.#secretOf))
      }
    }
    // All that is stale goes first: one may have taken the name of another.
    for (const id of stale) this.#removeEntry(id)
    for (const id of stale) this.#addEntry(id)
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

  /**
   * A provider account of this very account, with its models: none that is shared to it.
   * @param reference a name or an id
   */
  findProvider(accountId: AccountId, reference: string): OwnProvider | undefined {
    for (const [id, entry] of this.#providers) {
      if (entry.name !== reference && id !== reference) continue
      if (this.#resources.get(id)?.accountId !== accountId) continue
      const models = (this.#within.get(id) ?? []).map((modelId) => this.#byId.get(modelId))
      return {
        entry,
        target: targetOf(this.#context, accountId, [entry.id]),
        models: models.filter((one) => one?.type === 'model'),
      }
    }
    return undefined
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

  #removePrice(id: Id<'prc'>, stale: Set<ResourceId>): void {
    const row = this.#prices.get(id)
    if (!row) return
    this.#prices.delete(id)
    takeFrom(this.#pricesOf, row.modelId as ResourceId, row)
    stale.add(row.modelId)
  }

  #removeResource(id: ResourceId, stale: Set<ResourceId>): void {
    const row = this.#resources.get(id)
    if (!row) return
    this.#resources.delete(id)
    this.#providers.delete(id)
    stale.add(id)
    if (row.parentId !== null) takeFrom(this.#within, row.parentId, id)
    for (const model of this.#within.get(id) ?? []) stale.add(model)
  }

  #removeEntry(id: ResourceId): void {
    const entry = this.#byId.get(id)
    if (!entry) return
    this.#byId.delete(id)
    const names = this.#byAccount.get(entry.ownerId)!
    names.delete(entry.name)
    if (names.size === 0) this.#byAccount.delete(entry.ownerId)
  }

  #addEntry(id: ResourceId): void {
    const row = this.#resources.get(id)
    if (!row) return
    const entry = this.#entryOf(row)
    if (!entry) return
    let names = this.#byAccount.get(entry.ownerId)
    if (!names) {
      names = new Map()
      this.#byAccount.set(entry.ownerId, names)
    }
    names.set(entry.name, entry)
    this.#byId.set(entry.id, entry)
  }

  #entryOf(row: ResourceRow): CatalogueEntry | null {
    if (row.kind === 'virtual-model') return virtualModelEntry(row, this.#context)
    const provider = row.kind === 'model' && this.#providers.get(row.parentId!)
    if (!provider) return null
    return modelEntry(row, this.#context, provider, this.#pricesOf.get(row.id) ?? [])
  }
}
