/** Opens the keys of provider accounts one by one, when they are first used, and remembers them. */
import type { ProviderSecret } from '@commonhold/contract'
import type { Id, ResourceId } from '@commonhold/core'
import type { TenantKey, Vault } from '../../crypto/envelope.ts'
import { secretContext } from '../../store/secret-context.ts'
import type { RowOf, SnapshotHead } from '../../store/snapshot-rows.ts'

type BySecret<T> = Map<ProviderSecret, Map<ResourceId, T>>

export class ProviderKeys {
  readonly #vault: Vault
  readonly #onError: (error: unknown) => void
  readonly #opened: BySecret<string | null> = new Map()
  #sealed: BySecret<Buffer> = new Map()
  #head: SnapshotHead
  #tenantKey: TenantKey | null = null

  constructor(head: SnapshotHead, vault: Vault, onError: (error: unknown) => void) {
    this.#head = head
    this.#vault = vault
    this.#onError = onError
  }

  /** @param rows all that there are; null where none was touched */
  replace(head: SnapshotHead, rows: readonly RowOf<'providerKeys'>[] | null): void {
    const before = this.#head.wrappedKey
    const isOther = head.wrappedKey === null || before === null || !head.wrappedKey.equals(before)
    this.#head = head
    if (isOther) this.#tenantKey = null
    if (isOther || rows) this.#opened.clear()
    if (!rows) return
    this.#sealed = new Map()
    for (const { resourceId, field, ciphertext } of rows) {
      placeIn(this.#sealed, field).set(resourceId, ciphertext)
    }
  }

  /** The tenant's own key; null where it can't be opened any more. */
  get tenantKey(): TenantKey | null {
    const { tenant, wrappedKey } = this.#head
    if (!wrappedKey) return null
    try {
      this.#tenantKey ??= this.#vault.openTenantKey(tenant.id, wrappedKey)
      return this.#tenantKey
    } catch (error) {
      this.#onError(error)
      return null
    }
  }

  /** @returns null where none was given, or it can't be decrypted any more */
  open(id: Id<'pacc'>, field: ProviderSecret): string | null {
    const opened = placeIn(this.#opened, field)
    const known = opened.get(id)
    if (known !== undefined) return known
    const key = this.#decrypt(id, field)
    opened.set(id, key)
    return key
  }

  #decrypt(id: Id<'pacc'>, field: ProviderSecret): string | null {
    const ciphertext = this.#sealed.get(field)?.get(id)
    const { tenant, wrappedKey } = this.#head
    if (!ciphertext || !wrappedKey) return null
    try {
      this.#tenantKey ??= this.#vault.openTenantKey(tenant.id, wrappedKey)
      return this.#tenantKey.decrypt(ciphertext, secretContext(id, field))
    } catch (error) {
      this.#onError(error)
      return null
    }
  }
}

function placeIn<T>(all: BySecret<T>, field: ProviderSecret): Map<ResourceId, T> {
  const found = all.get(field)
  if (found) return found
  const made = new Map<ResourceId, T>()
  all.set(field, made)
  return made
}
