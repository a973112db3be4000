/**
 * A small world around one limit: processes that crash, a network that loses, repeats and delays,
 * journals that survive. It knows the whole truth, so after every step it can say whether the lease
 * protocol kept its word. It is driven at random and exhaustively by `lease.test.ts`.
 */
import type { Quantities } from '../src/budget.ts'
import {
  absorbGrant,
  applySettlement,
  closeLease,
  extendHold,
  giveUpUnused,
  grantLease,
  type Hold,
  type JournalCursor,
  type LeasePool,
  type LocalLease,
  newLocalLease,
  newPoolLease,
  type PoolLease,
  type PoolStep,
  placeHold,
  placeOfRecord,
  releaseHold,
  remainingIn,
  returnLease,
  settleHold,
} from '../src/lease.ts'

interface Call {
  readonly id: number
  readonly hold: Hold
}

/**
 * A journal's intents are kept by call; its outcomes are numbered, for they are what is shipped.
 */
interface Journal {
  readonly intents: Map<number, bigint>
  readonly outcomes: { readonly cost: bigint; readonly held: bigint }[]
}

interface Process {
  epoch: number
  up: boolean
  local: LocalLease
  calls: Call[]
  journal: Journal
  /** Answers of the pool that are still on their way. */
  late: bigint[]
}

export interface LeaseWorld {
  pool: LeasePool
  /** By process, then by epoch. */
  leases: PoolLease[][]
  cursors: JournalCursor[][]
  processes: Process[]
  /** Every outcome that any journal ever recorded: what the providers will bill. */
  costs: bigint
  /** By how much outcomes were above their holds. */
  overruns: bigint
  callsStarted: number
}

export type Step =
  | { do: 'ask'; process: number; wanted: bigint; answer: 'arrives' | 'is_late' | 'is_lost' }
  | { do: 'hear_late'; process: number; which: number }
  | { do: 'begin'; process: number; amount: bigint }
  | { do: 'extend'; process: number; which: number; amount: bigint }
  | { do: 'finish'; process: number; which: number; cost: bigint }
  | { do: 'void'; process: number; which: number }
  | { do: 'ship'; process: number; from: number }
  | { do: 'give_back'; process: number; keep: bigint; message: 'arrives' | 'is_lost' }
  | { do: 'crash'; process: number }
  | { do: 'restart'; process: number }
  | { do: 'zombie'; process: number; wanted: bigint }

export function nanosOnly(nanos: bigint): Quantities {
  return { nanos, requests: 0n, tokens: 0n, concurrency: 0n }
}

export function newWorld(limit: bigint, processCount: number): LeaseWorld {
  const each = <T>(make: () => T) => Array.from({ length: processCount }, make)
  return {
    pool: { limit, settled: 0n, leased: 0n },
    leases: each(() => [newPoolLease(0)]),
    cursors: each(() => [{ epoch: 0, appliedThrough: 0 }]),
    processes: each(() => newProcess(0)),
    costs: 0n,
    overruns: 0n,
    callsStarted: 0,
  }
}

function newProcess(epoch: number): Process {
  return {
    epoch,
    up: true,
    local: newLocalLease('limit', 'nanos', epoch),
    calls: [],
    journal: { intents: new Map(), outcomes: [] },
    late: [],
  }
}

/** @returns whether the step could be taken; one that could not changed nothing */
export function take(world: LeaseWorld, step: Step): boolean {
  const process = world.processes[step.process]!
  if (step.do === 'restart') return !process.up && restart(world, step.process)
  if (!process.up) return false
  switch (step.do) {
    case 'ask':
      return ask(world, step.process, step.wanted, step.answer)
    case 'hear_late': {
      const granted = process.late.splice(step.which, 1)[0]
      return granted !== undefined && absorbGrant(process.local, process.epoch, granted)
    }
    case 'begin':
      return begin(world, process, step.amount)
    case 'extend':
      return extend(process, step.which, step.amount)
    case 'finish':
      return finish(world, process, step.which, step.cost)
    case 'void':
      return voidCall(world, process, step.which)
    case 'ship':
      return ship(world, step.process, step.from)
    case 'give_back': {
      const total = giveUpUnused(process.local, step.keep)
      if (step.message === 'is_lost') return true
      const lease = leaseOf(world, step.process)
      return commit(world, step.process, returnLease(world.pool, lease, process.epoch, total))
    }
    case 'crash':
      // Memory and messages on the way are gone; the journal is not.
      process.up = false
      process.late = []
      return true
    case 'zombie':
      return zombie(world, step.process, step.wanted)
  }
}

/**
 * Brings every call to its end and every message home, as a clean shutdown of all processes does.
 */
export function windDown(world: LeaseWorld): void {
  for (let i = 0; i < world.processes.length; i++) {
    if (world.processes[i]!.up) take(world, { do: 'crash', process: i })
    take(world, { do: 'restart', process: i })
  }
}

/** @returns what is wrong with the world, or null: checked after every single step */
export function broken(world: LeaseWorld): string | null {
  const { pool, overruns, costs } = world
  const leases = world.leases.flat()
  const sum = (amounts: bigint[]) => amounts.reduce((a, b) => a + b, 0n)
  if (pool.settled + pool.leased > pool.limit + overruns) return 'the pool is above its limit'
  if (pool.leased !== sum(leases.map(remainingIn))) return 'leased is not what leases hold'
  if (leases.some((lease) => remainingIn(lease) < 0n)) return 'a lease is below zero'
  if (pool.settled !== sum(leases.map(({ settled }) => settled))) return 'settled is not conserved'
  if (pool.settled !== appliedCosts(world)) return 'settled is not what was applied'

  const heldInFlight = sum(world.processes.flatMap(({ journal }) => [...journal.intents.values()]))
  if (costs + heldInFlight > pool.limit + overruns) return 'providers may bill above the limit'

  for (const [i, { up, local }] of world.processes.entries()) {
    if (!up) continue
    const lease = leaseOf(world, i)
    if (local.held + local.spent > local.amount + overruns) return 'a lease admitted too much'
    if (local.amount > lease.granted - lease.returned) return 'a process knows of more than it has'
  }
  return null
}

function appliedCosts(world: LeaseWorld): bigint {
  let applied = 0n
  for (const [i, { epoch, journal }] of world.processes.entries()) {
    const { appliedThrough } = world.cursors[i]![epoch]!
    for (const { cost } of journal.outcomes.slice(0, appliedThrough)) applied += cost
    // The journals of earlier epochs were applied to the end before the new epoch began.
    for (const lease of world.leases[i]!.slice(0, epoch)) applied += lease.settled
  }
  return applied
}

const leaseOf = (world: LeaseWorld, i: number) => world.leases[i]![world.processes[i]!.epoch]!

function commit(world: LeaseWorld, i: number, step: PoolStep): boolean {
  if (!step.ok) return false
  world.pool = step.pool
  world.leases[i]![step.lease.epoch] = step.lease
  return true
}

function ask(
  world: LeaseWorld,
  i: number,
  wanted: bigint,
  answer: 'arrives' | 'is_late' | 'is_lost',
): boolean {
  const process = world.processes[i]!
  const step = grantLease(world.pool, leaseOf(world, i), process.epoch, wanted)
  if (!commit(world, i, step)) return false
  const { granted } = leaseOf(world, i)
  if (answer === 'is_late') process.late.push(granted)
  return answer === 'arrives' ? absorbGrant(process.local, process.epoch, granted) : true
}

function begin(world: LeaseWorld, process: Process, amount: bigint): boolean {
  const outcome = placeHold([process.local], nanosOnly(amount))
  if (!outcome.ok) return false
  const id = world.callsStarted++
  process.journal.intents.set(id, amount)
  process.calls.push({ id, hold: outcome.hold })
  return true
}

function extend(process: Process, which: number, amount: bigint): boolean {
  const call = process.calls[which]
  if (!call || extendHold(call.hold, nanosOnly(amount)).length > 0) return false
  process.journal.intents.set(call.id, call.hold.wanted.nanos)
  return true
}

function finish(world: LeaseWorld, process: Process, which: number, cost: bigint): boolean {
  const [call] = process.calls.splice(which, 1)
  if (!call) return false
  record(world, process.journal, call.id, cost)
  const expected = cost > call.hold.wanted.nanos ? 'settled_above_hold' : 'settled'
  return (
    settleHold(call.hold, nanosOnly(cost)) === expected &&
    settleHold(call.hold, nanosOnly(cost)) === 'already_closed'
  )
}

function voidCall(world: LeaseWorld, process: Process, which: number): boolean {
  const [call] = process.calls.splice(which, 1)
  if (!call) return false
  record(world, process.journal, call.id, 0n)
  return (
    releaseHold(call.hold, 'rejected_by_provider') &&
    !releaseHold(call.hold, 'rejected_by_provider')
  )
}

function record(world: LeaseWorld, journal: Journal, id: number, cost: bigint): void {
  const held = journal.intents.get(id)!
  journal.intents.delete(id)
  journal.outcomes.push({ cost, held })
  world.costs += cost
  if (cost > held) world.overruns += cost - held
}

/** Ships the journal from any record on: too early repeats some, too late leaves a gap. */
function ship(world: LeaseWorld, i: number, from: number): boolean {
  const { epoch, journal } = world.processes[i]!
  for (let sequence = from; sequence <= journal.outcomes.length; sequence++) {
    const cursor = world.cursors[i]![epoch]!
    const place = placeOfRecord(cursor, epoch, sequence)
    if (place === 'already_applied') continue
    if (place !== 'next') return false
    const { cost } = journal.outcomes[sequence - 1]!
    commit(world, i, applySettlement(world.pool, leaseOf(world, i), epoch, cost))
    world.cursors[i]![epoch] = { epoch, appliedThrough: sequence }
  }
  return true
}

/** Recovery: unknown outcomes at their worst case, the journal to its end, the old lease closed. */
function restart(world: LeaseWorld, i: number): boolean {
  const { epoch, journal } = world.processes[i]!
  for (const [id, worstCase] of [...journal.intents]) record(world, journal, id, worstCase)
  ship(world, i, 1)
  commit(world, i, closeLease(world.pool, leaseOf(world, i), epoch))
  world.leases[i]!.push(newPoolLease(epoch + 1))
  world.cursors[i]!.push({ epoch: epoch + 1, appliedThrough: 0 })
  world.processes[i] = newProcess(epoch + 1)
  return true
}

/** Messages of the epoch before, which come when the process has long been replaced. */
function zombie(world: LeaseWorld, i: number, wanted: bigint): boolean {
  const { epoch, local } = world.processes[i]!
  const old = world.leases[i]![epoch - 1]
  if (!old) return false
  const now = leaseOf(world, i)
  const accepted =
    grantLease(world.pool, now, old.epoch, wanted).ok ||
    grantLease(world.pool, old, old.epoch, wanted).ok ||
    returnLease(world.pool, old, old.epoch, wanted).ok ||
    returnLease(world.pool, now, old.epoch, wanted).ok ||
    applySettlement(world.pool, now, old.epoch, wanted).ok ||
    closeLease(world.pool, now, old.epoch).ok ||
    absorbGrant(local, old.epoch, wanted)
  if (accepted) throw new Error('a message of an epoch that is over was accepted')
  return true
}
