/**
 * All tenants as they are known now, and which token each credential's hash stands for. A tenant is
 * replaced as a whole and in one step, and never by an older revision of itself (case T75: a late
 * write that brings back what was revoked).
 */
import type { TenantId } from '@commonhold/core'
import type { TokenEntry } from './entries.ts'
import type { TenantSnapshot } from './tenant-snapshot.ts'

export interface Known {
  readonly snapshot: TenantSnapshot
  readonly token: TokenEntry
  /** Of this one secret: two are valid while a rotation overlaps. */
  readonly expiresAtMs: number | null
}

export class SnapshotBook {
  readonly #tenants = new Map<TenantId, TenantSnapshot>()
  readonly #byHash = new Map<string, Known>()

  /** @param hash the keyed hash of the credential, in hexadecimal */
  find(hash: string): Known | undefined {
    return this.#byHash.get(hash)
  }

  tenant(id: TenantId): TenantSnapshot | undefined {
    return this.#tenants.get(id)
  }

  get tenantIds(): TenantId[] {
    return [...this.#tenants.keys()]
  }

  get tokens(): number {
    return this.#byHash.size
  }

  /** @returns false where what is known is newer already */
  put(next: TenantSnapshot): boolean {
    const { id } = next.tenant
    const before = this.#tenants.get(id)
    if (before && before.revision > next.revision) return false
    const kept = new Set<string>()
    for (const { hash, tokenId, expiresAtMs } of next.credentials) {
      const token = next.tokens.get(tokenId)
      if (!token) continue
      this.#byHash.set(hash, { snapshot: next, token, expiresAtMs })
      kept.add(hash)
    }
    for (const { hash } of before?.credentials ?? []) if (!kept.has(hash)) this.#byHash.delete(hash)
    this.#tenants.set(id, next)
    return true
  }

  remove(id: TenantId): void {
    for (const { hash } of this.#tenants.get(id)?.credentials ?? []) this.#byHash.delete(hash)
    this.#tenants.delete(id)
  }
}
