/**
 * A small world of gateway processes around one database: every piece of state that the lease protocol has,
 * and the truth that only an observer knows (what the provider has consumed). A state is copied before it is
 * stepped, so an exploration can go on from each one.
 */
import { type LocalLease, newLocalLease, type Quantities } from '@commonhold/core'
import {
  type Answer,
  beginRaise,
  copyDatabase,
  type Demand,
  type ModelDatabase,
  newDatabase,
  type Outcome,
  type Position,
  type Told,
} from './database-model.ts'

export interface Scenario {
  readonly processes: number
  /** The limit of each budget. The first one counts by period, the others for ever. */
  readonly limits: readonly bigint[]
  readonly calls: readonly {
    readonly worst: bigint
    readonly costs: readonly bigint[]
    /** The budgets that it counts under, in ascending order. */
    readonly budgets: readonly number[]
  }[]
  /** By how much the first budget is raised until the raise ends. */
  readonly raise?: bigint
  /** How much may happen of what could otherwise happen for ever. */
  readonly most: Allowance
}

export interface Allowance {
  readonly messages: number
  readonly asks: number
  readonly returns: number
  readonly crashes: number
  readonly repeats: number
  readonly periods: number
  readonly retirements: number
}

export type Message = { readonly process: number; readonly epoch: number } & (
  | { readonly kind: 'ask'; readonly serial: number; readonly demands: readonly Demand[] }
  | { readonly kind: 'answer'; readonly serial: number; readonly told: readonly Answer[] }
  | { readonly kind: 'return'; readonly told: readonly Told[] }
  | { readonly kind: 'ship'; readonly outcomes: readonly Outcome[] }
)

/** What is in the journal about a call. */
export type Entry =
  | { readonly kind: 'intent'; readonly call: number; readonly hold: Held }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }

export interface Held {
  readonly epoch: number
  readonly pools: readonly number[]
  readonly worst: bigint
}

export type Mode = 'up' | 'down' | 'recovering' | 'retired'

export interface Process {
  mode: Mode
  epoch: number
  /** By pool. */
  locals: (LocalLease | undefined)[]
  /** Calls that wait for the pool's answer, in order. */
  waiting: { readonly call: number; readonly pools: readonly number[] }[]
  isAsking: boolean
  /** The number of the last ask: its answer is told from those of earlier ones. */
  serial: number
  /** Pools of which an answer may have been lost. */
  unsure: boolean[]
  /** Pools of which something was granted under a raise, as far as it knows. */
  raised: boolean[]
  /** Pools that were above their limit when they answered last. */
  over: boolean[]
  returnsPending: boolean[]
  /** What was given up, and how many records must be on disk before the pool may hear of it. */
  returning: { readonly told: readonly Told[]; readonly behind: number } | null
  holds: (Held | undefined)[]
  /** Written, but not on disk. */
  queued: Entry[]
  /** On disk: survives. */
  intents: Map<number, Held>
  outcomes: Outcome[]
  acknowledged: Position
  sequence: number
}

export type Phase = 'new' | 'waiting' | 'held' | 'called' | 'ended' | 'refused' | 'cut'

export interface World {
  readonly scenario: Scenario
  db: ModelDatabase
  processes: Process[]
  messages: Message[]
  period: number
  phases: Phase[]
  /** What the provider consumed for each call; undefined while it was not called. */
  consumed: (bigint | undefined)[]
  /** What an observer saw go wrong in the last step, which no state tells. */
  wrong: string | null
  left: { -readonly [K in keyof Allowance]: number }
}

export function newWorld(scenario: Scenario): World {
  const { processes, limits, calls, most } = scenario
  // Every budget has a pool for each of two periods; only the first budget ever uses its second.
  const db = newDatabase([...limits, ...limits], processes)
  if (scenario.raise !== undefined) beginRaise(db, 0, scenario.raise)
  return {
    scenario,
    db,
    processes: Array.from({ length: processes }, () => newProcess(0, 'up')),
    messages: [],
    period: 0,
    phases: calls.map(() => 'new'),
    consumed: calls.map(() => undefined),
    wrong: null,
    left: { ...most },
  }
}

export function newProcess(epoch: number, mode: Mode): Process {
  return {
    mode,
    epoch,
    locals: [],
    waiting: [],
    isAsking: false,
    serial: 0,
    unsure: [],
    raised: [],
    over: [],
    returnsPending: [],
    returning: null,
    holds: [],
    queued: [],
    intents: new Map(),
    outcomes: [],
    acknowledged: { epoch: 0, sequence: 0 },
    sequence: 0,
  }
}

export function copyWorld(world: World): World {
  return {
    scenario: world.scenario,
    db: copyDatabase(world.db),
    processes: world.processes.map((process) => ({
      ...process,
      locals: process.locals.map((lease) => lease && { ...lease }),
      waiting: [...process.waiting],
      unsure: [...process.unsure],
      raised: [...process.raised],
      over: [...process.over],
      returnsPending: [...process.returnsPending],
      holds: [...process.holds],
      queued: [...process.queued],
      intents: new Map(process.intents),
      outcomes: [...process.outcomes],
    })),
    messages: [...world.messages],
    period: world.period,
    phases: [...world.phases],
    consumed: [...world.consumed],
    wrong: world.wrong,
    left: { ...world.left },
  }
}

export const nanosOnly = (nanos: bigint): Quantities => ({
  nanos,
  requests: 0n,
  tokens: 0n,
  concurrency: 0n,
})

/** The pools of a call now: the first budget has one for each period. */
export function poolsOf({ scenario, period }: World, call: number): number[] {
  const { limits, calls } = scenario
  return calls[call]!.budgets.map((budget) =>
    budget === 0 ? period * limits.length : budget,
  ).sort((a, b) => a - b)
}

/** The most that the limit of a pool ever was. */
export const limitMostOf = ({ scenario, db }: World, pool: number): bigint =>
  db.pools[pool]!.limit + (pool === 0 && db.raised[0] === 0n ? (scenario.raise ?? 0n) : 0n)

/** The budget that a pool belongs to. */
export const budgetOf = ({ limits }: Scenario, pool: number) => pool % limits.length

export function localOf(process: Process, pool: number): LocalLease {
  process.locals[pool] ??= newLocalLease(String(pool), 'nanos', process.epoch)
  return process.locals[pool]
}

/** Sends what was given up, once everything written before that is on disk. */
export function sendReturns({ messages }: World, p: number, process: Process): void {
  if (process.returning === null || process.returning.behind > 0) return
  const { told } = process.returning
  process.returning = null
  messages.push({ kind: 'return', process: p, epoch: process.epoch, told })
}

/** Outcomes on disk that are not known to be applied. */
export function unacknowledged({ outcomes, acknowledged }: Process): Outcome[] {
  return outcomes.filter(
    ({ position: { epoch, sequence } }) =>
      epoch > acknowledged.epoch ||
      (epoch === acknowledged.epoch && sequence > acknowledged.sequence),
  )
}

/** Equal for two worlds of which nothing that matters differs. */
export function keyOf({ db, processes, messages, period, phases, consumed, left }: World): string {
  let key = `${db.raised.join()}|${period}|${phases.join()}|${consumed.join()}|${Object.values(left).join()}|`
  for (const [pool, { settled, leased }] of db.pools.entries()) {
    key += `P${settled},${leased}`
    for (const epochs of db.leases[pool]!) {
      for (const lease of epochs) {
        key += lease ? `${lease.granted},${lease.returned},${lease.settled},${lease.closed};` : '-'
      }
      key += '/'
    }
  }
  key += `|${db.epochs.join()}|${db.marks.map(textOfPosition).join()}|`
  for (const { call, cost } of db.billed) key += `${call}=${cost},`
  for (const process of processes) key += textOfProcess(process)
  return key + messages.map(textOfMessage).sort().join('')
}

const textOfPosition = ({ epoch, sequence }: Position) => `${epoch}:${sequence}`
const textOfHeld = (held: Held | undefined) => held && `${held.epoch}*${held.worst}@${held.pools}`
const textOfTold = ({ pool, total }: Told) => `${pool}=${total}`
const textOfOutcome = ({ call, position, leaseEpoch, cost, pools }: Outcome) =>
  `${call}#${position.epoch}:${position.sequence}@${leaseEpoch}=${cost}@${pools}`

function textOfProcess(process: Process): string {
  const { mode, epoch, isAsking, serial, acknowledged, sequence, returning } = process
  let key = `[${mode}${epoch}${isAsking}${serial}${textOfPosition(acknowledged)}.${sequence}`
  for (const lease of process.locals) {
    key += lease ? `${lease.amount},${lease.returned},${lease.held},${lease.spent};` : '-'
  }
  key += `${process.waiting.map(({ call, pools }) => `${call}@${pools}`)}|${process.unsure.join()}|${process.raised.join()}`
  key += `|${process.over.join()}`
  key += `|${process.returnsPending.join()}|${process.holds.map(textOfHeld).join()}|`
  for (const entry of process.queued) {
    key += entry.kind === 'intent' ? `i${entry.call}` : textOfOutcome(entry.outcome)
  }
  for (const [call, held] of process.intents) key += `I${call}${textOfHeld(held)}`
  key += process.outcomes.map(textOfOutcome).join()
  return `${key}|${returning ? `${returning.behind}${returning.told.map(textOfTold)}` : ''}]`
}

function textOfMessage(message: Message): string {
  const serial = 'serial' in message ? message.serial : ''
  const head = `<${message.kind}${message.process}.${message.epoch}.${serial}`
  if (message.kind === 'ship') return head + message.outcomes.map(textOfOutcome).join()
  if (message.kind !== 'ask') return head + message.told.map(textOfTold).join()
  return head + message.demands.map(({ pool, wants, free }) => `${pool}:${wants}-${free}`).join()
}
