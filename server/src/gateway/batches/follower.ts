/**
 * Asks about batches that nobody asks about, so that what they hold does not stay held for want of a
 * caller who looks. Every gateway does; whoever settles one first has settled it.
 */
import type { TenantId } from '@commonhold/core'
import { openBatches } from '../../store/batch.ts'
import type { Database } from '../../store/database.ts'
import type { GatewayParts } from '../serve/parts.ts'
import { askAbout } from './follow.ts'
import { batchParts } from './serve.ts'

export const followMsDefault = 30_000
/** How often every tenant is looked through for batches of which this process has not heard. */
const lookMs = 600_000

export class BatchFollower {
  readonly #database: Database
  readonly #gateway: GatewayParts
  readonly #tenants = new Set<TenantId>()
  readonly #timer: NodeJS.Timeout
  #lookedMs = 0
  #running: Promise<void> | null = null
  #isStopped = false

  constructor(gateway: GatewayParts, database: Database, everyMs = followMsDefault) {
    this.#gateway = gateway
    this.#database = database
    this.#timer = setInterval(() => {
      this.#running ??= this.#follow().finally(() => {
        this.#running = null
      })
    }, everyMs)
    this.#timer.unref()
  }

  /** The tenant has one that runs. */
  noteOpen(tenantId: TenantId): void {
    this.#tenants.add(tenantId)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #follow(): Promise<void> {
    const nowMs = this.#gateway.now()
    if (nowMs - this.#lookedMs > lookMs) {
      this.#lookedMs = nowMs
      for (const id of this.#gateway.admission.feed.book.tenantIds) this.#tenants.add(id)
    }
    for (const tenantId of [...this.#tenants]) {
      if (this.#isStopped) return
      await this.#followTenant(tenantId)
    }
  }

  async #followTenant(tenantId: TenantId): Promise<void> {
    const parts = batchParts(this.#gateway, this.#database, this)
    const warn = (error: unknown) =>
      this.#gateway.log.warn({ tenantId, error: String(error) }, 'A batch could not be followed.')
    try {
      const open = await this.#database.withTenant(tenantId, (tx) => openBatches(tx, tenantId))
      if (open.length === 0) this.#tenants.delete(tenantId)
      for (const [owner, batch] of open) await askAbout(parts, owner, batch).catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}
