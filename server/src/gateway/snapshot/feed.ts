/**
 * Keeps the book current. Changes are announced by NOTIFY; what an announcement might have missed, a
 * poll of all revisions finds every few seconds, which is also the proof that we still know what is
 * true. Past the staleness bound without that proof nobody is admitted any more.
 *
 * Of a changed tenant what was changed is read, and applied in one step; it is loaded whole only where
 * that can't be told. Several announcements while it loads are one more load, and a load that fails is
 * tried again until it works, while its tenant counts as behind.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { isId, type TenantId } from '@commonhold/core'
import type { Vault } from '../../crypto/envelope.ts'
import { type Database, typed } from '../../store/database.ts'
import { loadRevisions } from '../../store/snapshot.ts'
import { loadNews } from '../../store/snapshot-changes.ts'
import type { SnapshotChanges, SnapshotRows } from '../../store/snapshot-rows.ts'
import type { GatewayLog } from '../call/log.ts'
import { SnapshotBook } from './book.ts'
import type { Keeping, Kept } from './keeping.ts'
import { changedLimits } from './limits.ts'
import { type Applied, TenantSnapshot } from './tenant-snapshot.ts'

/** Announced by the trigger `record_change`: `<tenant's UUID> <revision>`. */
const changeChannel = 'commonhold_change'
export const pollMsDefault = 2_000
/**
 * The published bound: while a process hears of changes, it decides nothing by what was true longer ago
 * than this, and no call runs on by it. docs/guides/how-fast-a-change-acts.md
 */
export const revocationMsMax = 1_000
const retryMs = 500
const loadsAtOnce = 4
/** How long a refusal may wait for news. */
export const catchUpMsMax = 1_000
const catchUpEveryMs = 5
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface FeedOptions {
  readonly database: Database
  readonly vault: Vault
  readonly log: GatewayLog
  readonly pollMs?: number
  /** Null where nothing is kept on disk. */
  readonly keeper?: Keeping | null
  /** Called in the same step in which the tenant was replaced, changed or removed. */
  readonly onSwap: (tenantId: TenantId, applied: Applied) => void
}

type RevisionRow = Awaited<ReturnType<typeof loadRevisions>>[number]

interface Loading {
  /** The highest revision that was announced; Infinity where only a change is known. */
  wanted: number
  again: boolean
  readonly behindSinceMs: number
}

export class SnapshotFeed {
  readonly book = new SnapshotBook()
  readonly #options: FeedOptions
  readonly #loading = new Map<TenantId, Loading>()
  /** Half of them is of another revision: nobody is admitted until they were loaded whole. */
  readonly #broken = new Set<TenantId>()
  /** Tenants from the disk that nobody has confirmed since: what they were is true of this time. */
  readonly #keptAtMs = new Map<TenantId, number>()
  #confirmedAtMs = Number.NEGATIVE_INFINITY
  #listener: { close(): Promise<void> } | undefined
  #timer: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #hasBegun = false
  #closed = false
  #swaps = 0
  #wholeLoads = 0

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** Begins with what was kept on disk, while the database is away. */
  use({ tenants, confirmedAtMs }: Kept): void {
    for (const { snapshot, kept } of tenants) {
      this.book.put(snapshot)
      this.#keptAtMs.set(kept.tenantId, kept.confirmedAtMs)
      this.#options.keeper?.adopt(kept)
    }
    this.#confirmedAtMs = confirmedAtMs
  }

  /** Forgets what came from the disk: it is of another deployment. */
  forgetKept(): void {
    for (const tenantId of [...this.#keptAtMs.keys()]) this.#removed(tenantId)
    this.#confirmedAtMs = Number.NEGATIVE_INFINITY
  }

  /** Listens first and loads then, so that no change falls between. @throws what the database does */
  async start(): Promise<void> {
    const { database, log } = this.#options
    await this.#dropOverturned()
    this.#hasBegun = true
    await this.#listener?.close()
    this.#listener = await database.listen(
      changeChannel,
      (payload) => this.#announced(payload),
      () => void this.poll(),
    )
    await this.#loadAll()
    log.info({ tenants: this.book.tenantIds.length, tokens: this.book.tokens }, 'Snapshot loaded.')
    this.#schedule()
  }

  /** How long ago it was last proven that this tenant is known as it is, in ms. */
  staleMs(tenantId: TenantId, nowMs: number): number {
    return nowMs - this.#knownAtMs(tenantId, nowMs)
  }

  /** Until when what is known of the tenant was all there was; null where it is not known. */
  confirmation(tenantId: TenantId): { revision: number; confirmedAtMs: number } | null {
    const known = this.book.tenant(tenantId)
    const confirmedAtMs = this.#knownAtMs(tenantId, this.#confirmedAtMs)
    return known ? { revision: known.revision, confirmedAtMs } : null
  }

  #knownAtMs(tenantId: TenantId, otherwiseMs: number): number {
    if (this.#broken.has(tenantId)) return Number.NEGATIVE_INFINITY
    const behind = this.#loading.get(tenantId)?.behindSinceMs ?? otherwiseMs
    const kept = this.#keptAtMs.size > 0 ? this.#keptAtMs.get(tenantId) : undefined
    return Math.min(this.#confirmedAtMs, behind, kept ?? otherwiseMs)
  }

  get stats() {
    const { book } = this
    return {
      tenants: book.tenantIds.length,
      tokens: book.tokens,
      behind: this.#loading.size,
      swaps: this.#swaps,
      wholeLoads: this.#wholeLoads,
      confirmedAtMs: this.#confirmedAtMs,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#listener?.close()
    await this.#polling
  }

  /** Compares all revisions with what is known; what differs is loaded. */
  poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined
    })
    return this.#polling
  }

  /**
   * Asks for what happened until now, and waits until it is known: a poll that begins after this
   * call, and the loads that it starts. However many callers wait, one poll runs at a time.
   * @returns whether anything was loaded since; null where the database could not be asked in time
   */
  async catchUp(): Promise<boolean | null> {
    if (!this.#hasBegun) return null
    const askedAtMs = Date.now()
    const swapsBefore = this.#swaps
    await this.#polling
    while (this.#confirmedAtMs < askedAtMs) {
      await this.poll()
      if (Date.now() - askedAtMs > catchUpMsMax) return null
      if (this.#confirmedAtMs < askedAtMs) await wait(catchUpEveryMs)
    }
    while (this.#loading.size > 0 && Date.now() - askedAtMs < catchUpMsMax) {
      await wait(catchUpEveryMs)
    }
    return this.#swaps !== swapsBefore
  }

  async #loadAll(): Promise<void> {
    const startedAtMs = Date.now()
    const found = await this.#revisions()
    const queue = found.filter((one) => !this.#isKnown(one)).map(({ tenantId }) => tenantId)
    const work = async () => {
      for (let id = queue.pop(); id; id = queue.pop()) await this.#loadOnce(id)
    }
    await Promise.all(Array.from({ length: loadsAtOnce }, work))
    this.#removeAbsent(found)
    this.#keptAtMs.clear()
    this.#confirmedAtMs = startedAtMs
  }

  /** Before anything was heard: a database that is behind what the disk says was restored. */
  async #dropOverturned(): Promise<void> {
    if (this.#keptAtMs.size === 0) return
    for (const { tenantId, revision } of await this.#revisions()) {
      const known = this.book.tenant(tenantId)
      if (known && known.revision > revision) this.#removed(tenantId)
    }
  }

  #revisions() {
    return this.#options.database.withControlPlane(loadRevisions)
  }

  #isKnown({ tenantId, revision, state }: RevisionRow): boolean {
    const known = this.book.tenant(tenantId)
    return known !== undefined && known.revision >= revision && known.tenant.state === state
  }

  #removeAbsent(found: readonly RevisionRow[]): void {
    const present = new Set(found.map(({ tenantId }) => tenantId))
    for (const id of this.book.tenantIds) if (!present.has(id)) this.#removed(id)
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      void this.poll().finally(() => this.#schedule())
    }, this.#options.pollMs ?? pollMsDefault)
  }

  async #poll(): Promise<void> {
    if (this.#closed || !this.#hasBegun) return
    const startedAtMs = Date.now()
    try {
      const found = await this.#revisions()
      for (const one of found) {
        const { tenantId, revision } = one
        const isWanted = this.#options.keeper?.wantsWhole(tenantId) ?? false
        if (isWanted || !this.#isKnown(one)) this.#load(tenantId, revision)
      }
      this.#removeAbsent(found)
      this.#confirmedAtMs = startedAtMs
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'The snapshot could not be compared.')
    }
  }

  #announced(payload: string): void {
    const [tenantUuid = '', revision] = payload.split(' ')
    if (!uuidPattern.test(tenantUuid)) return
    const tenantId = typed('tnt', tenantUuid)
    if (!isId(tenantId, 'tnt')) return
    const known = this.book.tenant(tenantId)
    if (known && known.revision >= Number(revision)) return
    this.#load(tenantId, Number(revision))
  }

  #load(tenantId: TenantId, revision: number): void {
    const running = this.#loading.get(tenantId)
    if (running) {
      if (revision > running.wanted) {
        running.wanted = revision
        running.again = true
      }
      return
    }
    const loading = { wanted: revision, again: false, behindSinceMs: Date.now() }
    this.#loading.set(tenantId, loading)
    void this.#loadUntilCurrent(tenantId, loading)
  }

  async #loadUntilCurrent(tenantId: TenantId, loading: Loading): Promise<void> {
    while (!this.#closed) {
      loading.again = false
      try {
        await this.#loadOnce(tenantId)
        if (!loading.again) break
      } catch (error) {
        this.#options.log.error({ tenantId, error: String(error) }, 'A tenant could not be loaded.')
        await wait(retryMs)
      }
    }
    this.#loading.delete(tenantId)
  }

  async #loadOnce(tenantId: TenantId): Promise<void> {
    const known = this.book.tenant(tenantId)
    const { database, keeper } = this.#options
    const isUsable = known && !known.isWorn && !this.#broken.has(tenantId)
    const since = isUsable && !keeper?.wantsWhole(tenantId) ? known.revision : null
    const news = await database.withTenant(
      tenantId,
      (tx) => loadNews(tx, tenantId, since),
      'repeatable read',
    )
    if (news === null) this.#removed(tenantId)
    else if (news.kind === 'whole') this.#replace(tenantId, news.rows)
    else this.#apply(tenantId, news.changes)
  }

  #replace(tenantId: TenantId, rows: SnapshotRows): void {
    const { vault, log } = this.#options
    const next = new TenantSnapshot(rows, vault, (error) =>
      log.error({ tenantId, error: String(error) }, "A provider's key could not be decrypted."),
    )
    const before = this.book.tenant(tenantId)
    if (!this.book.put(next)) return
    this.#options.keeper?.whole(rows)
    this.#broken.delete(tenantId)
    this.#swaps++
    this.#wholeLoads++
    const changed = changedLimits(before?.limits ?? [], next.limits)
    this.#options.onSwap(tenantId, { changed, concernsCalls: true })
  }

  #apply(tenantId: TenantId, changes: SnapshotChanges): void {
    // Polls find revisions that were heard of already.
    if (changes.head.revision === changes.since) return
    let applied: Applied | null
    try {
      applied = this.book.apply(tenantId, changes)
    } catch (error) {
      this.#broken.add(tenantId)
      throw error
    }
    if (applied === null) {
      throw new Error('the tenant was replaced while its changes were read')
    }
    this.#options.keeper?.changed(tenantId, changes)
    this.#swaps++
    this.#options.onSwap(tenantId, applied)
  }

  #removed(tenantId: TenantId): void {
    this.#broken.delete(tenantId)
    this.#keptAtMs.delete(tenantId)
    this.#options.keeper?.removed(tenantId)
    const before = this.book.tenant(tenantId)
    if (!before) return
    this.book.remove(tenantId)
    const changed = changedLimits(before.limits, new Map())
    this.#options.onSwap(tenantId, { changed, concernsCalls: true })
  }
}
