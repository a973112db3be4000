/**
 * Keeps on disk what the gateway knows, so that it can start while the database is away. What the feed
 * hears is noted in memory, and written every few seconds: a tenant once as a whole, and from then on what
 * changed of it, which costs what it changed. No call waits for any of this.
 *
 * The index is written last. It names how much of each file counts and until when that was confirmed to be
 * all there is; a tenant that changed since is confirmed only up to its last save. So a crash at any point
 * leaves an older state that is true to its own date.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TenantId } from '@commonhold/core'
import type { DiskKey } from '../../../crypto/envelope.ts'
import type { SnapshotChanges, SnapshotRows, TableName } from '../../../store/snapshot-rows.ts'
import type { GatewayLog } from '../../call/log.ts'
import type { Keeping, KeptTenant } from '../keeping.ts'
import {
  fileNameOf,
  firstLine,
  indexName,
  type KeptPiece,
  rowsPerFrameMax,
  sealFrame,
} from './format.ts'

/** How often it is written at the most, and so how much older than the gateway the disk may be. */
export const saveEveryMsDefault = 5_000
/** Changes may grow to the size of what they change, and this much more; then it is written anew. */
export const changesBytesMin = 1_048_576
const retryMs = 60_000

/** What the feed says of a tenant now. */
export interface Confirmation {
  readonly revision: number
  readonly confirmedAtMs: number
}

export interface KeeperOptions {
  readonly directory: string
  /** Which database the configuration names. */
  readonly databaseName: string
  readonly key: DiskKey
  readonly log: GatewayLog
  readonly saveEveryMs?: number
}

/** What the keeper asks when it writes the index. */
export interface KeeperSource {
  readonly deploymentId: string
  confirmedAtMs(): number
  confirmation(tenantId: TenantId): Confirmation | null
}

interface Pending {
  whole: SnapshotRows | null
  changes: SnapshotChanges[]
}

export class SnapshotKeeper implements Keeping {
  readonly #options: KeeperOptions
  readonly #written = new Map<TenantId, KeptTenant>()
  readonly #wantedAtMs = new Map<TenantId, number>()
  #pending = new Map<TenantId, Pending>()
  #source: KeeperSource | undefined
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> | undefined
  #savedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** When the disk was last brought up to date, in epoch ms. */
  get savedAtMs(): number {
    return this.#savedAtMs
  }

  /** Goes on with a file that was read back. */
  adopt(kept: KeptTenant): void {
    this.#written.set(kept.tenantId, kept)
  }

  whole(rows: SnapshotRows): void {
    this.#wantedAtMs.delete(rows.tenant.id)
    this.#pending.set(rows.tenant.id, { whole: rows, changes: [] })
  }

  changed(tenantId: TenantId, changes: SnapshotChanges): void {
    const pending = this.#pending.get(tenantId)
    if (pending) pending.changes.push(changes)
    else this.#pending.set(tenantId, { whole: null, changes: [changes] })
  }

  removed(tenantId: TenantId): void {
    this.#pending.delete(tenantId)
    this.#written.delete(tenantId)
    this.#wantedAtMs.delete(tenantId)
  }

  /** Whether the tenant should be read as a whole, to be written anew. */
  wantsWhole(tenantId: TenantId): boolean {
    return (this.#wantedAtMs.get(tenantId) ?? Number.POSITIVE_INFINITY) <= Date.now()
  }

  /** Begins to write, once it is known of which deployment all this is. */
  start(source: KeeperSource): void {
    this.#source = source
    clearInterval(this.#timer)
    void this.save()
    this.#timer = setInterval(
      () => void this.save(),
      this.#options.saveEveryMs ?? saveEveryMsDefault,
    )
    this.#timer.unref()
  }

  /** Brings the disk up to date, now. Never rejects. */
  save(): Promise<void> {
    this.#saving ??= this.#save()
      .catch((error: unknown) => {
        this.#options.log.warn({ error: String(error) }, 'The snapshot could not be kept on disk.')
      })
      .finally(() => {
        this.#saving = undefined
      })
    return this.#saving
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#saving
    if (this.#source) await this.save()
  }

  async #save(): Promise<void> {
    const source = this.#source
    if (!source) return
    const { directory } = this.#options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const pending = this.#pending
    this.#pending = new Map()
    for (const [tenantId, { whole, changes }] of pending) {
      await this.#write(tenantId, whole, changes).catch((error: unknown) => {
        // What is half written does not count, since the index does not name it.
        this.#written.delete(tenantId)
        this.#wantedAtMs.set(tenantId, Date.now() + retryMs)
        const said = { tenantId, error: String(error) }
        this.#options.log.warn(said, 'A tenant could not be kept on disk; it is tried again.')
      })
    }
    await this.#writeIndex(source)
    await this.#removeOthers()
    this.#savedAtMs = Date.now()
  }

  async #write(
    tenantId: TenantId,
    whole: SnapshotRows | null,
    changes: readonly SnapshotChanges[],
  ): Promise<void> {
    const before = this.#written.get(tenantId)
    if (whole === null && !before) return
    const isNew = whole !== null
    const generation = isNew ? randomBytes(8).toString('hex') : before!.generation
    const start = isNew
      ? { frames: 0, bytes: firstLine(this.#options.key).length, wholeBytes: 0 }
      : before!
    const name = fileNameOf(tenantId, generation)
    const handle = await open(join(this.#options.directory, name), isNew ? 'w' : 'r+', 0o600)
    try {
      let { frames, bytes, wholeBytes } = start
      if (isNew) await handle.write(firstLine(this.#options.key), 0, undefined, 0)
      const add = async (piece: KeptPiece) => {
        const frame = sealFrame(this.#options.key, piece, `${name}/${frames}`)
        await handle.write(frame, 0, frame.length, bytes)
        frames++
        bytes += frame.length
        await nextTurn()
      }
      if (isNew) {
        for (const piece of piecesOf(whole)) await add(piece)
        wholeBytes = bytes
      }
      for (const one of changes) await add({ kind: 'changes', changes: one })
      await handle.datasync()
      const revision = changes.at(-1)?.head.revision ?? whole?.revision ?? before!.revision
      const confirmedAtMs = before?.confirmedAtMs ?? Number.NEGATIVE_INFINITY
      const kept = { tenantId, generation, revision, frames, bytes, wholeBytes, confirmedAtMs }
      this.#written.set(tenantId, kept)
      const isLong = bytes - wholeBytes > wholeBytes + changesBytesMin
      if (isLong) this.#wantedAtMs.set(tenantId, Date.now())
    } finally {
      await handle.close()
    }
  }

  async #writeIndex(source: KeeperSource): Promise<void> {
    const { directory, databaseName, key } = this.#options
    for (const [tenantId, written] of this.#written) {
      const now = source.confirmation(tenantId)
      if (now?.revision !== written.revision) continue
      this.#written.set(tenantId, { ...written, confirmedAtMs: now.confirmedAtMs })
    }
    const index = {
      deploymentId: source.deploymentId,
      databaseName,
      savedAtMs: Date.now(),
      confirmedAtMs: source.confirmedAtMs(),
      tenants: [...this.#written.values()],
    }
    const path = join(directory, indexName)
    const handle = await open(`${path}.new`, 'w', 0o600)
    try {
      await handle.writeFile(
        Buffer.concat([firstLine(key), sealFrame(key, index, `${indexName}/0`)]),
      )
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.new`, path)
    const folder = await open(directory, 'r')
    await folder.sync().finally(() => folder.close())
  }

  /** Files that the index does not name. */
  async #removeOthers(): Promise<void> {
    const { directory } = this.#options
    const named = new Set([...this.#written.values()].map((one) => nameOf(one)))
    for (const name of await readdir(directory)) {
      if (name !== indexName && !named.has(name)) await rm(join(directory, name), { force: true })
    }
  }
}

const nameOf = ({ tenantId, generation }: KeptTenant) => fileNameOf(tenantId, generation)

function* piecesOf(rows: SnapshotRows): Generator<KeptPiece> {
  const { revision, tenant, wrappedKey, ...tables } = rows
  yield { kind: 'head', head: { revision, tenant, wrappedKey } }
  for (const [table, all] of Object.entries(tables) as [TableName, readonly unknown[]][]) {
    for (let at = 0; at === 0 || at < all.length; at += rowsPerFrameMax) {
      yield { kind: 'rows', table, rows: all.slice(at, at + rowsPerFrameMax) }
    }
  }
}
