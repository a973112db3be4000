/** What the feed tells whoever keeps the snapshot on disk, and what it is given back at a start (kept/). */
import type { TenantId } from '@commonhold/core'
import type { SnapshotChanges, SnapshotRows } from '../../store/snapshot-rows.ts'
import type { TenantSnapshot } from './tenant-snapshot.ts'

export interface Keeping {
  /** Goes on with a file that was read back. */
  adopt(kept: KeptTenant): void
  whole(rows: SnapshotRows): void
  changed(tenantId: TenantId, changes: SnapshotChanges): void
  removed(tenantId: TenantId): void
  /** Whether the tenant should be read as a whole, to be written anew. */
  wantsWhole(tenantId: TenantId): boolean
}

export interface KeptTenant {
  readonly tenantId: TenantId
  readonly generation: string
  readonly revision: number
  /** What counts of the file: more may stand behind it. */
  readonly frames: number
  readonly bytes: number
  /** Of them, the tenant as it was read; the rest is changes. */
  readonly wholeBytes: number
  /** Until when it was known that nothing newer exists, in epoch ms. */
  readonly confirmedAtMs: number
}

export interface Kept {
  readonly deploymentId: string
  readonly confirmedAtMs: number
  readonly tenants: readonly { readonly snapshot: TenantSnapshot; readonly kept: KeptTenant }[]
}
