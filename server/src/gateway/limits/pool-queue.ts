/**
 * The requests that lack something and ask the pool for it. Those of one tenant that lack at the same time
 * share one transaction, and whoever comes while it runs waits for its turn instead of overtaking.
 *
 * Where calls in flight hold what is lacking, a request waits a moment, in its order, while the other
 * gateways are asked for what lies idle with them (`store/lease-wanted.ts`). It is little: what idles comes back
 * within some milliseconds, and to wait for calls to end moves no figure (decision 16, decision 25).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { freeIn, placeHold, type Quantities, type TenantId } from '@commonhold/core'
import { grantLeases, type LeaseAnswer } from '../../store/pool.ts'
import type { AppliedLimit } from './applying.ts'
import {
  type HoldAnswer,
  type LeaseEntry,
  type NamedRefusal,
  type Patience,
  poolKeyOf,
} from './lease-entry.ts'
import {
  absorbAnswer,
  askedNow,
  giveUp,
  giveUpUnlessGood,
  hasEnded,
  learnGranted,
  type ReturnOptions,
} from './lease-returns.ts'
import { refusalsOf } from './refusal.ts'

/** How long a request waits for money that others hold, in ms, before it is refused. */
export const heldWaitMsMax = 250
/** Who waits asks again so often. */
const askAgainMs = 50
/** Others are asked for the same at most so often: each answer of theirs is a transaction. */
const callEveryMs = 100
/** How many requests of one tenant wait at once, and how long their bodies are together. */
const patientMax = 1_000
const patientBytesMax = 64 * 1024 * 1024

interface Waiter {
  readonly applied: readonly AppliedLimit[]
  readonly entries: readonly LeaseEntry[]
  readonly wanted: Quantities
  readonly patience: Patience | null
  /** By performance.now(). */
  readonly sinceMs: number
  readonly resolve: (answer: HoldAnswer) => void
  readonly reject: (error: unknown) => void
  /** The leases that nobody may take from before it. */
  marked: readonly LeaseEntry[]
}

interface TenantQueue {
  waiters: Waiter[]
  /** Those who wait for held money, in the order in which they came. */
  patient: Waiter[]
}

type Answers = ReadonlyMap<string, LeaseAnswer>

export class PoolQueue {
  readonly #options: ReturnOptions
  readonly #queues = new Map<TenantId, TenantQueue>()
  refills = 0

  constructor(options: ReturnOptions) {
    this.#options = options
  }

  wait(
    tenantId: TenantId,
    applied: readonly AppliedLimit[],
    entries: readonly LeaseEntry[],
    wanted: Quantities,
    patience: Patience | null,
  ): Promise<HoldAnswer> {
    return new Promise((resolve, reject) => {
      const asked = { applied, entries, wanted, patience, resolve, reject }
      const waiter: Waiter = { ...asked, sinceMs: performance.now(), marked: [] }
      mark(waiter, entries)
      const queue = this.#queues.get(tenantId)
      if (queue) queue.waiters.push(waiter)
      else void this.#begin(tenantId, { waiters: [waiter], patient: [] })
    })
  }

  /** One question at a time: two answers could be heard in another order than they were given. */
  async learn(tenantId: TenantId, entries: readonly LeaseEntry[]): Promise<void> {
    if (this.#queues.has(tenantId)) return
    await this.#begin(tenantId, { waiters: [], patient: [] }, () =>
      learnGranted(this.#options, tenantId, entries),
    )
  }

  async #begin(tenantId: TenantId, queue: TenantQueue, first?: () => Promise<void>): Promise<void> {
    this.#queues.set(tenantId, queue)
    // What lacks in the same turn of the event loop goes in one transaction.
    await (first === undefined ? Promise.resolve() : first())
    while (queue.waiters.length + queue.patient.length > 0) {
      if (queue.waiters.length === 0) await pause(askAgainMs)
      const batch = [...queue.patient, ...queue.waiters]
      queue.waiters = []
      queue.patient = []
      try {
        let answers = await this.#ask(tenantId, batch)
        while (hasChanged(batch)) answers = await this.#ask(tenantId, batch)
        queue.patient = admit(batch, answers)
      } catch (error) {
        for (const { entries } of batch) for (const entry of entries) entry.answersLost++
        for (const waiter of batch) {
          mark(waiter, [])
          waiter.reject(error)
        }
      }
    }
    this.#queues.delete(tenantId)
  }

  async #ask(tenantId: TenantId, batch: readonly Waiter[]): Promise<Answers> {
    const wants = new Map<LeaseEntry, bigint[]>()
    for (const { entries, wanted } of batch) {
      for (const entry of entries) {
        const list = wants.get(entry)
        if (list) list.push(wanted[entry.lease.measure])
        else wants.set(entry, [wanted[entry.lease.measure]])
      }
    }
    for (const entry of wants.keys()) {
      giveUpUnlessGood(entry, true)
      if (entry.isChanged) giveUp(entry)
      entry.isChanged = false
    }
    const lacking = [...wants].filter(([entry, list]) => sum(list) > freeIn(entry.lease))
    if (lacking.length === 0) return new Map()
    const asked = askedNow()
    const demands = lacking.map(([entry, list]) => ({
      ...poolKeyOf(entry),
      wants: list,
      free: freeIn(entry.lease),
      callsOthers: maySayWanted(entry, asked.risingMs),
    }))
    const { database, source } = this.#options
    this.refills++
    const answers = await database.withTenant(tenantId, (tx) =>
      grantLeases(tx, tenantId, source, demands),
    )
    return new Map(
      lacking.map(([entry], index) => {
        const answer = answers[index]!
        absorbAnswer(entry, source.epoch, answer, asked)
        entry.answersLost = 0
        return [entry.lease.key, answer]
      }),
    )
  }
}

function maySayWanted(entry: LeaseEntry, risingMs: number): boolean {
  if (risingMs - entry.calledMs < callEveryMs) return false
  entry.calledMs = risingMs
  return true
}

/**
 * First come, first served: what is left over goes on to the next one, unless somebody waits for it.
 * @returns those who wait on, in their order
 */
function admit(batch: readonly Waiter[], answers: Answers): Waiter[] {
  const patient: Waiter[] = []
  const awaited = new Set<LeaseEntry>()
  let bytes = 0
  for (const waiter of batch) {
    const { applied, entries, wanted, patience, resolve } = waiter
    const outcome = entries.some((entry) => awaited.has(entry))
      ? { ok: false as const, lacks: [] }
      : placeHold(
          entries.map(({ lease }) => lease),
          wanted,
        )
    if (outcome.ok) {
      mark(waiter, [])
      resolve(outcome)
      continue
    }
    const lacking = entries.filter(
      (entry) => awaited.has(entry) || outcome.lacks.some(({ key }) => key === entry.lease.key),
    )
    const lacks = lacking.map(({ lease: { key } }) => ({ key, lacking: 0n }))
    const refusals = refusalsOf(applied, entries, lacks, answers, wanted)
    bytes += patience?.bodyBytes ?? 0
    if (patient.length < patientMax && bytes <= patientBytesMax && isPatient(waiter, refusals)) {
      patient.push(waiter)
      mark(waiter, lacking)
      for (const entry of lacking) awaited.add(entry)
    } else {
      bytes -= patience?.bodyBytes ?? 0
      mark(waiter, [])
      resolve({ ok: false, refusals })
    }
  }
  return patient
}

/** Only what calls in flight hold is worth a moment: what is used up stays so. */
function isPatient({ patience, sinceMs }: Waiter, refusals: readonly NamedRefusal[]): boolean {
  if (patience === null || patience.call.isGone || patience.endedBy !== null) return false
  if (performance.now() - sinceMs >= heldWaitMsMax) return false
  return refusals.every(({ refusal }) => refusal.code === 'budget_held')
}

/** Whoever comes for one of these leases queues up behind. */
function mark(waiter: Waiter, entries: readonly LeaseEntry[]): void {
  for (const entry of entries) entry.waiting++
  for (const entry of waiter.marked) entry.waiting--
  waiter.marked = entries
}

/** A limit was changed, or a raise began or ended, after the pool had been asked. */
function hasChanged(batch: readonly Waiter[]): boolean {
  return batch.some(({ entries }) =>
    entries.some(
      ({ isChanged, limitEnds }) => isChanged || (limitEnds !== null && hasEnded(limitEnds)),
    ),
  )
}

function sum(list: readonly bigint[]): bigint {
  return list.reduce((all, one) => all + one, 0n)
}
