/** What the tenant shares to its accounts. */
import type { AccountId, Codebook, PermissionSet, ResourceId, ShareId } from '@commonhold/core'
import type { RowOf } from '../../store/snapshot-rows.ts'
import type { Replaced } from './replaced.ts'

export interface ShareEntry {
  readonly id: ShareId
  readonly permissions: PermissionSet
  readonly markupPpm: bigint
}

interface SharedTo {
  readonly entries: Map<ResourceId, ShareEntry>
  /** As `decide` reads it: one map for everybody in the account, made when somebody asks. */
  permissions: ReadonlyMap<ResourceId, PermissionSet> | null
}

const nothingShared = new Map<ResourceId, never>()

export class Shares {
  readonly #codebook: Codebook
  readonly #shares = new Map<ShareId, RowOf<'shares'>>()
  readonly #to = new Map<AccountId, SharedTo>()

  constructor(codebook: Codebook) {
    this.#codebook = codebook
  }

  replace({ touched, rows }: Replaced<'shares'>): void {
    for (const id of touched.shares) this.#remove(id as ShareId)
    for (const row of rows.shares) {
      const { id, toAccountId, resourceId, markupPpm } = row
      const permissions = this.#codebook.canonical(row.permissions)
      const shared = this.#sharedTo(toAccountId)
      shared.entries.set(resourceId, { id, permissions, markupPpm })
      shared.permissions = null
      this.#shares.set(id, row)
    }
  }

  to(accountId: AccountId): ReadonlyMap<ResourceId, ShareEntry> {
    return this.#to.get(accountId)?.entries ?? nothingShared
  }

  permissionsTo(accountId: AccountId): ReadonlyMap<ResourceId, PermissionSet> {
    const shared = this.#to.get(accountId)
    if (!shared) return nothingShared
    shared.permissions ??= new Map(
      [...shared.entries].map(([resource, { permissions }]) => [resource, permissions]),
    )
    return shared.permissions
  }

  #remove(id: ShareId): void {
    const row = this.#shares.get(id)
    if (!row) return
    this.#shares.delete(id)
    const shared = this.#sharedTo(row.toAccountId)
    shared.permissions = null
    // Un-shared and shared again at once: the new one may stand there already.
    if (shared.entries.get(row.resourceId)?.id === id) shared.entries.delete(row.resourceId)
    if (shared.entries.size === 0) this.#to.delete(row.toAccountId)
  }

  #sharedTo(accountId: AccountId): SharedTo {
    let shared = this.#to.get(accountId)
    if (!shared) {
      shared = { entries: new Map(), permissions: null }
      this.#to.set(accountId, shared)
    }
    return shared
  }
}
