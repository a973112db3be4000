/**
 * Carries outcomes from the journal to the database: the oldest first, in batches, each tenant's part
 * of a batch in one transaction of its own, which drops what was applied before (store/usage-record.ts
 * says why that is exactly once). The journal is acknowledged up to where every tenant is applied.
 *
 * A tenant whose part fails is tried again and again, and does not hold up the others. Its records stay
 * in the journal, which stops admission when it is full: money is never dropped for convenience.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { TenantId } from '@commonhold/core'
import { RecentUses } from '../../store/access-use.ts'
import type { Database } from '../../store/database.ts'
import { applyOutcomes, usedPower } from '../../store/usage-record.ts'
import type { GatewayLog } from '../call/log.ts'
import type { Journal } from '../journal/journal.ts'
import type { StoredRecord } from '../journal/record.ts'
import { appliedOutcome, factsOf, type WrittenRecord } from './attempt.ts'

/** Outcomes in one batch: enough to make the round trips cheap, little enough to lock briefly. */
export const batchOutcomesMax = 1_000
/** Batches are collected for so long, so that a gateway does not write its outcomes one by one. */
export const shipEveryMsDefault = 100
/**
 * From so many outcomes in a batch on, the next is collected for three times as long: a transaction costs
 * PostgreSQL as much as a hundred records. A batch that is full goes at once.
 */
const busyOutcomesMin = 100
const busyFactor = 3
/** Tenants whose parts of a batch are applied at the same time, each on a connection. */
const tenantsAtOnce = 4
const retryMsMin = 200
const retryMsMax = 10_000

export interface ShipperOptions {
  readonly journal: Journal
  readonly database: Database
  readonly log: GatewayLog
  readonly shipEveryMs?: number
}

export class Shipper {
  readonly #options: ShipperOptions
  readonly #stop = new AbortController()
  #loop: Promise<void> | undefined
  #wake: (() => void) | undefined
  readonly #writing = new Set<Promise<void>>()
  readonly #recentUses = new RecentUses()
  #applied = 0
  #lost = 0
  #failing = 0
  #lastOutcomes = 0

  constructor(options: ShipperOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Writes an outcome and ships it later. Does not reject: who reads the answer need not wait. */
  book({ record, text }: WrittenRecord): void {
    const { journal, log } = this.#options
    const written = journal
      .append(record, { text, isPatient: true })
      .then(
        () => this.#wake?.(),
        (error: unknown) => {
          this.#lost++
          log.error({ error: String(error) }, 'The journal refused an outcome.')
        },
      )
      .finally(() => this.#writing.delete(written))
    this.#writing.add(written)
  }

  /**
   * Waits for the outcomes that were booked before.
   * @returns whether all of this life are on disk: false for ever once one is lost
   */
  async written(): Promise<boolean> {
    await Promise.all(this.#writing)
    return this.#lost === 0 && this.#options.journal.state !== 'failed'
  }

  get stats() {
    return { applied: this.#applied, failing: this.#failing, lost: this.#lost }
  }

  /**
   * Ships until nothing is left or the deadline is over.
   * @returns whether every outcome is applied: only then may leases be closed
   */
  async drain(deadlineMs: number): Promise<boolean> {
    const untilMs = Date.now() + deadlineMs
    await Promise.all(this.#writing)
    while (this.#options.journal.unacknowledged(1).length > 0) {
      if (Date.now() > untilMs) return false
      if (!(await this.#shipBatch())) await wait(retryMsMin)
    }
    return this.#lost === 0
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#wake?.()
    await this.#loop
    this.#loop = undefined
  }

  async #run(): Promise<void> {
    const { journal, shipEveryMs = shipEveryMsDefault } = this.#options
    let pauseMs = retryMsMin
    while (!this.#stop.signal.aborted) {
      if (journal.unacknowledged(1).length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
      const isBusy = this.#lastOutcomes >= busyOutcomesMin
      const isFull = this.#lastOutcomes === batchOutcomesMax
      if (!isFull) await this.#pause(isBusy ? shipEveryMs * busyFactor : shipEveryMs)
      if (await this.#shipBatch()) {
        pauseMs = retryMsMin
      } else {
        await this.#pause(pauseMs)
        pauseMs = Math.min(pauseMs * 2, retryMsMax)
      }
    }
  }

  /** Ends early when the shipper is stopped. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop
    await wait(ms, undefined, { signal }).catch(() => undefined)
  }

  /** @returns whether every record of the batch is applied and acknowledged */
  async #shipBatch(): Promise<boolean> {
    const { journal, log } = this.#options
    const batch = journal.unacknowledged(batchOutcomesMax)
    this.#lastOutcomes = batch.length
    if (batch.length === 0) return true
    const failed = new Set<TenantId>()
    const parts = Map.groupBy(batch, (one) => factsOf(one).tenantId).entries()
    const work = async () => {
      for (const [tenantId, records] of parts) {
        try {
          await this.#applyTenant(tenantId, records)
        } catch (error) {
          failed.add(tenantId)
          log.error(
            { tenantId, error: String(error) },
            'Usage could not be applied to the database yet; it stays in the journal.',
          )
        }
      }
    }
    // One iterator for all of them: each takes the next tenant that nobody has taken.
    await Promise.all(Array.from({ length: tenantsAtOnce }, work))
    this.#failing = failed.size
    const firstFailed = batch.findIndex((one) => failed.has(factsOf(one).tenantId))
    const done = batch.at(firstFailed < 0 ? -1 : firstFailed - 1)
    if (done && firstFailed !== 0) await journal.acknowledge(done)
    return failed.size === 0
  }

  /** Runs of one epoch of holds each: after a crash the journal holds those of an earlier life too. */
  async #applyTenant(tenantId: TenantId, records: readonly StoredRecord[]): Promise<void> {
    const { database, journal, log } = this.#options
    for (const run of runsOfEpoch(records)) {
      const source = { sourceId: journal.sourceId, epoch: factsOf(run[0]!).epoch }
      const outcomes = run.map(appliedOutcome)
      const uses = this.#recentUses.due(usedPower(outcomes))
      const applied = await database.withTenant(tenantId, (tx) =>
        applyOutcomes(tx, tenantId, source, outcomes, uses),
      )
      this.#recentUses.noted(uses)
      if (applied === null) {
        log.warn({ tenantId, records: run.length }, 'The tenant is gone, and so is its usage.')
      }
      this.#applied += applied ?? 0
    }
  }
}

function runsOfEpoch(records: readonly StoredRecord[]): StoredRecord[][] {
  const runs: StoredRecord[][] = []
  for (const record of records) {
    const run = runs.at(-1)
    if (run && factsOf(run[0]!).epoch === factsOf(record).epoch) run.push(record)
    else runs.push([record])
  }
  return runs
}
