/**
 * All tenants as they are known now, and which token each credential's hash stands for. A tenant is
 * replaced or changed in one step, and never by an older revision of itself (case T75: a late write
 * that brings back what was revoked).
 */
import type { TenantId, TokenId } from '@commonhold/core'
import type { SnapshotChanges } from '../../store/snapshot-rows.ts'
import type { TokenEntry } from './entries.ts'
import type { Applied, Credential, TenantSnapshot } from './tenant-snapshot.ts'

export interface Known {
  readonly snapshot: TenantSnapshot
  readonly token: TokenEntry
  /** Of this one secret: two are valid while a rotation overlaps. */
  readonly expiresAtMs: number | null
}

interface Owned {
  readonly snapshot: TenantSnapshot
  readonly credential: Credential
}

export class SnapshotBook {
  readonly #tenants = new Map<TenantId, TenantSnapshot>()
  readonly #byHash = new Map<string, Owned>()

  /** @param hash the keyed hash of the credential, in hexadecimal */
  find(hash: string): Known | undefined {
    const owned = this.#byHash.get(hash)
    if (!owned) return undefined
    const { snapshot, credential } = owned
    const token = snapshot.tokens.get(credential.tokenId)
    return token && { snapshot, token, expiresAtMs: credential.expiresAtMs }
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
    if (before) this.#forget(before.credentials())
    this.#remember(next, next.credentials())
    this.#tenants.set(id, next)
    return true
  }

  /**
   * @returns null where the changes are not of the revision that is known
   * @throws where the snapshot can't be asked any more: see `TenantSnapshot.apply`
   */
  apply(id: TenantId, changes: SnapshotChanges): Applied | null {
    const snapshot = this.#tenants.get(id)
    if (snapshot?.revision !== changes.since) return null
    const touched = changes.touched.credentials as readonly TokenId[]
    const credentials = () => touched.flatMap((token) => snapshot.credentialsOf(token))
    this.#forget(credentials())
    const applied = snapshot.apply(changes)
    this.#remember(snapshot, credentials())
    return applied
  }

  remove(id: TenantId): void {
    this.#forget(this.#tenants.get(id)?.credentials() ?? [])
    this.#tenants.delete(id)
  }

  #remember(snapshot: TenantSnapshot, credentials: readonly Credential[]): void {
    for (const credential of credentials)
      this.#byHash.set(credential.hash, { snapshot, credential })
  }

  #forget(credentials: readonly Credential[]): void {
    for (const { hash } of credentials) this.#byHash.delete(hash)
  }
}
