/**
 * What can happen next: each step that a process, the network, the disk, the clock or fate may take from a
 * state. A process does what server/src/gateway does, in the same order: limits/lease-book.ts, serve/,
 * journal/, ledger/shipper.ts and ledger/recovery.ts.
 */
import { freeIn } from '@commonhold/core'
import { committedIn } from './committed.ts'
import {
  apply,
  closeThrough,
  type Demand,
  endRaise,
  giveBack,
  grant,
  register,
} from './database-model.ts'
import type { Rules } from './rules.ts'
import {
  type Entry,
  localOf,
  type Message,
  nanosOnly,
  newProcess,
  type Process,
  poolsOf,
  sendReturns,
  unacknowledged,
  type World,
} from './world.ts'

export interface Step {
  readonly name: string
  /** Changes the world that it is given. */
  take(world: World, rules: Rules): void
}

/** @returns every step that is possible now */
export function stepsOf(world: World, rules: Rules): Step[] {
  const steps: Step[] = []
  const add = (name: string, take: Step['take']) => steps.push({ name, take })
  for (const [p, process] of world.processes.entries()) addSteps(world, rules, p, process, add)
  for (const [m, message] of world.messages.entries()) {
    const what = `${message.kind} of ${message.process}`
    add(`deliver ${what}`, (w, r) => deliver(w, r, w.messages.splice(m, 1)[0]!))
    add(`lose ${what}`, (w) => w.messages.splice(m, 1))
    // A transaction is not executed twice; to ask again is to ask anew.
    if (world.left.repeats === 0 || message.kind === 'ask') continue
    add(`deliver ${what} and keep it`, (w, r) => {
      w.left.repeats--
      deliver(w, r, w.messages[m]!)
    })
  }
  if (world.db.raised[0]! > 0n) add('the raise ends', (w) => endRaise(w.db, 0))
  if (world.left.periods > 0) {
    add('a new period', (w) => {
      w.left.periods--
      w.period++
    })
  }
  return steps
}

function addSteps(
  world: World,
  rules: Rules,
  p: number,
  process: Process,
  add: (name: string, take: Step['take']) => void,
): void {
  const { left, phases } = world
  if (process.mode === 'down') add(`start ${p}`, (w) => start(w, p, rules))
  if (process.mode === 'recovering') add(`recover ${p}`, (w, r) => recover(w, r, p))
  const canCrash = process.mode === 'up' || process.mode === 'recovering'
  if (canCrash && left.crashes > 0) {
    add(`crash ${p}`, (w) => {
      w.left.crashes--
      crash(w, p)
    })
  }
  if (process.mode !== 'up') return
  for (const [call, phase] of phases.entries()) {
    if (phase === 'new') add(`${p} gets call ${call}`, (w, r) => arrive(w, r, p, call))
    const held = process.holds[call]
    if (!held) continue
    if (phase === 'held' && (process.intents.has(call) || !rules.waitsForIntent)) {
      for (const cost of world.scenario.calls[call]!.costs) {
        add(`call ${call} consumes ${cost}`, (w) => {
          w.consumed[call] = cost
          w.phases[call] = 'called'
        })
      }
    }
    if (phase === 'called') add(`call ${call} ends`, (w, r) => end(w, r, p, call))
  }
  const roomInNetwork = world.messages.length < world.scenario.most.messages
  const wantsToAsk = process.waiting.length > 0 || (rules.asksAfterLoss && isUnsure(process))
  if (!process.isAsking && wantsToAsk && left.asks > 0 && roomInNetwork) {
    add(`${p} asks`, (w, r) => ask(w, r, p))
  }
  if (process.isAsking) add(`${p} gives up asking`, (w) => giveUpAsking(w, p))
  if (process.queued.length > 0) add(`${p} writes to disk`, (w) => flush(w, p))
  if (unacknowledged(process).length > 0 && roomInNetwork) {
    add(`${p} ships`, (w, r) => ship(w, r, p))
  }
  if (left.returns > 0 && roomInNetwork && hasToReturn(process)) {
    add(`${p} returns`, (w, r) => returnIdle(w, r, p))
  }
  if (left.retirements > 0 && isIdle(process)) {
    add(`retire ${p}`, (w, r) => {
      w.left.retirements--
      retire(w, r, p)
    })
  }
}

export const isUnsure = ({ unsure }: Process) => unsure.some(Boolean)

function arrive(world: World, rules: Rules, p: number, call: number): void {
  const process = world.processes[p]!
  const pools = poolsOf(world, call)
  // Whoever comes while others wait for the same lease does not overtake them.
  const isQueued = process.waiting.some((one) => one.pools.some((pool) => pools.includes(pool)))
  if (!isQueued && hold(world, rules, process, call, pools)) return
  process.waiting.push({ call, pools })
  world.phases[call] = 'waiting'
}

function hold(
  world: World,
  rules: Rules,
  process: Process,
  call: number,
  pools: readonly number[],
): boolean {
  const { worst } = world.scenario.calls[call]!
  const leases = pools.map((pool) => localOf(process, pool))
  for (const pool of pools) giveUpAfterRaise(world, rules, process, pool)
  if (!rules.placeHold(leases, nanosOnly(worst)).ok) return false
  const held = { epoch: process.epoch, pools, worst }
  process.holds[call] = held
  process.queued.push({ kind: 'intent', call, hold: held })
  world.phases[call] = 'held'
  // Whatever a limit was before: what is held anew fits into what it is now.
  const pool = pools.find((one) => committedIn(world, one) > world.db.pools[one]!.limit)
  if (pool !== undefined) world.wrong = `pool ${pool}: call ${call} is held above the limit`
  return true
}

/** What was granted under a raise may not be held after it, nor anything while the pool is above its limit. */
function giveUpAfterRaise({ db }: World, rules: Rules, process: Process, pool: number): void {
  const hasEnded = process.raised[pool] && db.raised[pool] === 0n
  if (hasEnded || process.over[pool]) giveUp(rules, process, pool)
}

function giveUp(rules: Rules, process: Process, pool: number): void {
  const lease = localOf(process, pool)
  const before = lease.returned
  if (rules.giveUpUnused(lease, 0n) !== before) process.returnsPending[pool] = true
}

function end(world: World, rules: Rules, p: number, call: number): void {
  const process = world.processes[p]!
  const { pools, worst, epoch } = process.holds[call]!
  const cost = world.consumed[call]!
  const leases = pools.map((pool) => localOf(process, pool))
  const open = { leases, wanted: nanosOnly(worst), open: true }
  if (cost === 0n) rules.releaseHold(open, 'rejected_by_provider')
  else rules.settleHold(open, nanosOnly(cost))
  process.holds[call] = undefined
  const settled = rules.settlesInPeriodOfHold ? pools : poolsOf(world, call)
  const position = { epoch: process.epoch, sequence: ++process.sequence }
  const outcome = { call, position, leaseEpoch: epoch, cost, pools: settled }
  process.queued.push({ kind: 'outcome', outcome })
  world.phases[call] = 'ended'
}

export function ask(world: World, rules: Rules, p: number): void {
  const process = world.processes[p]!
  const wants = new Map<number, bigint[]>()
  for (const { call, pools } of process.waiting) {
    for (const pool of pools) {
      const list = wants.get(pool) ?? []
      wants.set(pool, list)
      list.push(world.scenario.calls[call]!.worst)
    }
  }
  const demands: Demand[] = []
  for (const [pool, list] of [...wants].sort(([a], [b]) => a - b)) {
    const free = freeIn(localOf(process, pool))
    if (list.reduce((a, b) => a + b, 0n) > free) demands.push({ pool, wants: list, free })
  }
  for (const [pool, isUnsure] of process.unsure.entries()) {
    // To want nothing is to ask what was granted.
    if (isUnsure && !wants.has(pool)) demands.push({ pool, wants: [], free: 0n })
  }
  if (demands.length === 0) {
    admitWaiting(world, rules, process)
    return
  }
  endOldAsks(world, p)
  world.left.asks--
  process.isAsking = true
  const { epoch } = process
  world.messages.push({ kind: 'ask', process: p, epoch, serial: ++process.serial, demands })
}

/**
 * An ask whose asker has left is a transaction that either commits now or never: what it locked is what the
 * next one waits for. That it commits before is another step, taken before this one.
 */
function endOldAsks(world: World, p: number): void {
  world.messages = world.messages.filter(({ kind, process }) => kind !== 'ask' || process !== p)
}

function admitWaiting(world: World, rules: Rules, process: Process): void {
  const { waiting } = process
  process.waiting = []
  process.isAsking = false
  for (const { call, pools } of waiting) {
    if (!hold(world, rules, process, call, pools)) world.phases[call] = 'refused'
  }
}

/** The connection broke: whoever waited is told to come back, and what was granted is not known. */
export function giveUpAsking(world: World, p: number): void {
  const process = world.processes[p]!
  for (const { call, pools } of process.waiting) {
    world.phases[call] = 'refused'
    for (const pool of pools) process.unsure[pool] = true
  }
  process.waiting = []
  process.isAsking = false
}

/** One record reaches the disk: any prefix of what was written may survive. */
export function flush(world: World, p: number): void {
  const process = world.processes[p]!
  store(process, process.queued.shift()!)
  if (process.returning === null) return
  process.returning = { ...process.returning, behind: process.returning.behind - 1 }
  sendReturns(world, p, process)
}

function store(process: Process, entry: Entry): void {
  if (entry.kind === 'intent') {
    process.intents.set(entry.call, entry.hold)
    return
  }
  process.intents.delete(entry.outcome.call)
  process.outcomes.push(entry.outcome)
}

export function ship(world: World, rules: Rules, p: number): void {
  const process = world.processes[p]!
  const outcomes = unacknowledged(process)
  world.messages.push({ kind: 'ship', process: p, epoch: process.epoch, outcomes })
  if (!rules.acknowledgesWhenApplied) process.acknowledged = outcomes.at(-1)!.position
}

function hasToReturn({ locals, returnsPending, returning, waiting }: Process): boolean {
  if (waiting.length > 0 || returning !== null) return false
  return returnsPending.some(Boolean) || locals.some((lease) => lease && freeIn(lease) > 0n)
}

export function returnIdle(world: World, rules: Rules, p: number): void {
  const process = world.processes[p]!
  world.left.returns--
  const told = []
  for (const [pool, lease] of process.locals.entries()) {
    if (!lease) continue
    const before = lease.returned
    const total = rules.giveUpUnused(lease, 0n)
    if (total !== before) process.returnsPending[pool] = true
    if (process.returnsPending[pool]) told.push({ pool, total })
  }
  process.returning = { told, behind: rules.returnsWhatIsWritten ? process.queued.length : 0 }
  sendReturns(world, p, process)
}

function isIdle(process: Process): boolean {
  const { waiting, isAsking, holds, queued, returning } = process
  if (returning !== null) return false
  return waiting.length === 0 && !isAsking && !holds.some(Boolean) && queued.length === 0
}

/** A clean end: the journal is applied, then what is left of the leases goes back. */
function retire(world: World, rules: Rules, p: number): void {
  const process = world.processes[p]!
  apply(world.db, rules, p, unacknowledged(process))
  acknowledgeAll(process)
  if (rules.closingWaits) endOldAsks(world, p)
  closeThrough(world.db, rules, p, process.epoch)
  process.mode = 'retired'
}

export function deliver(world: World, rules: Rules, message: Message): void {
  const { db } = world
  const { process: p, epoch } = message
  const process = world.processes[p]!
  // A process that was replaced hears nothing any more; the database does, whoever asked.
  const isHeard = process.mode === 'up' && process.epoch === epoch
  if (message.kind === 'ask') {
    const told = grant(db, rules, p, epoch, message.demands)
    const { serial } = message
    if (isHeard) world.messages.push({ kind: 'answer', process: p, epoch, serial, told })
  } else if (message.kind === 'return') {
    giveBack(db, rules, p, epoch, message.told)
    if (!isHeard) return
    for (const { pool, total } of message.told) {
      // What was given up since then is to be told still.
      if (process.locals[pool]?.returned === total) process.returnsPending[pool] = false
    }
  } else if (message.kind === 'ship') {
    apply(db, rules, p, message.outcomes)
    if (isHeard) process.acknowledged = message.outcomes.at(-1)!.position
  } else if (isHeard) {
    const isLatest = message.serial === process.serial
    for (const { pool, total, isRaised, isOver } of message.told) {
      rules.absorbGrant(localOf(process, pool), epoch, total)
      process.raised[pool] = isRaised
      process.over[pool] = rules.givesUpWhenOver && isOver
      if (isLatest) process.unsure[pool] = false
    }
    if (process.isAsking && isLatest) admitWaiting(world, rules, process)
  }
}

/** Memory is gone, and with it what was written and not yet on disk. */
export function crash(world: World, p: number): void {
  const before = world.processes[p]!
  const { epoch, intents, outcomes, acknowledged } = before
  const cut = [...before.waiting.map(({ call }) => call), ...before.holds.keys()]
  for (const call of cut) {
    const phase = world.phases[call]
    const isOwn = phase === 'waiting' || before.holds[call] !== undefined
    if (isOwn) world.phases[call] = 'cut'
  }
  world.processes[p] = { ...newProcess(epoch, 'down'), intents, outcomes, acknowledged }
}

/** A new life: it registers, and gives an outcome to every call that has none. */
export function start(world: World, p: number, rules: Rules): void {
  const { epoch: before, intents, outcomes, acknowledged } = world.processes[p]!
  const epoch = before + 1
  register(world.db, p, epoch)
  const process = { ...newProcess(epoch, 'recovering'), outcomes: [...outcomes], acknowledged }
  for (const [call, held] of intents) {
    const position = { epoch, sequence: ++process.sequence }
    const cost = rules.chargesUnknown ? held.worst : 0n
    process.outcomes.push({ call, position, leaseEpoch: held.epoch, cost, pools: held.pools })
  }
  world.processes[p] = process
  if (!rules.closesAfterApplying) closeThrough(world.db, rules, p, epoch - 1)
}

/** Everything is applied, and only then the leases of earlier lives are closed. */
export function recover(world: World, rules: Rules, p: number): void {
  const process = world.processes[p]!
  apply(world.db, rules, p, unacknowledged(process))
  acknowledgeAll(process)
  if (rules.closesAfterApplying) closeThrough(world.db, rules, p, process.epoch - 1)
  process.mode = 'up'
}

function acknowledgeAll(process: Process): void {
  process.acknowledged = process.outcomes.at(-1)?.position ?? process.acknowledged
}
