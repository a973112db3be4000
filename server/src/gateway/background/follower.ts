/**
 * Asks about batches, and responses in the background, that nobody asks about, so that what they hold does
 * not stay held for want of a caller who looks. Every gateway does; whoever settles one first has settled it.
 */
import type { TenantId } from '@commonhold/core'
import { openResponses } from '../../store/background-response.ts'
import { openBatches } from '../../store/batch.ts'
import type { Database } from '../../store/database.ts'
import { askAbout } from '../batches/follow.ts'
import { batchParts, cancelBatch } from '../batches/serve.ts'
import type { GatewayParts } from '../serve/parts.ts'
import { follow, isAccountGone } from './follow.ts'

export const followMsDefault = 30_000
/** How often every tenant is looked through for work of which this process has not heard. */
const lookMs = 600_000

export class Follower {
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
      this.#gateway.log.warn(
        { tenantId, error: String(error) },
        'Work that runs on its own could not be followed.',
      )
    try {
      const open = await this.#database.withTenant(tenantId, async (tx) => ({
        batches: await openBatches(tx, tenantId),
        responses: await openResponses(tx),
      }))
      const { batches, responses } = open
      if (batches.length + responses.length === 0) this.#tenants.delete(tenantId)
      for (const [owner, batch] of batches) {
        if (isAccountGone(parts, tenantId, owner.accountId)) {
          await cancelBatch(parts, owner, batch).catch(warn)
        }
        await askAbout(parts, owner, batch).catch(warn)
      }
      for (const [accountId, one] of responses) await follow(parts, accountId, one).catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}
