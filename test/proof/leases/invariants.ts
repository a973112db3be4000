/**
 * What must hold in every state, and what must be reachable from every state: that all of it comes home.
 * An observer checks it who sees all processes, the database and the provider at once.
 */
import { freeIn, remainingIn } from '@commonhold/core'
import { commitmentOf } from './committed.ts'
import type { Rules } from './rules.ts'
import {
  ask,
  crash,
  deliver,
  flush,
  giveUpAsking,
  isUnsure,
  recover,
  returnIdle,
  ship,
  start,
  stepsOf,
} from './steps.ts'
import { copyWorld, limitMostOf, unacknowledged, type World } from './world.ts'

const sum = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n)

/** @returns what is wrong with this state, or null */
export function brokenIn(world: World): string | null {
  return world.wrong ?? brokenBooks(world) ?? brokenLimits(world) ?? brokenProcesses(world)
}

function brokenBooks(world: World): string | null {
  const { db, phases } = world
  for (const [pool, { settled, leased }] of db.pools.entries()) {
    const leases = db.leases[pool]!.flat().filter((lease) => lease !== undefined)
    if (settled + leased > limitMostOf(world, pool))
      return `pool ${pool}: settled + leased is above the limit`
    if (leased !== sum(leases.map(remainingIn)))
      return `pool ${pool}: leased is not what leases hold`
    if (settled !== sum(leases.map((lease) => lease.settled)))
      return `pool ${pool}: money made or lost`
  }
  for (const call of phases.keys()) {
    if (db.billed.filter((one) => one.call === call).length > 1)
      return `call ${call} is billed twice`
  }
  return null
}

/** What is committed to each call, wherever it is written down, and what the provider consumed. */
function brokenLimits(world: World): string | null {
  const { db, consumed } = world
  const committed = new Map<number, bigint>()
  const spent = new Map<number, bigint>()
  const add = (to: Map<number, bigint>, pools: readonly number[], amount: bigint) => {
    for (const pool of pools) to.set(pool, (to.get(pool) ?? 0n) + amount)
  }
  for (const call of world.phases.keys()) {
    const commitment = commitmentOf(world, call)
    const used = consumed[call] ?? 0n
    if (!commitment) {
      if (consumed[call] !== undefined) return `call ${call} was made and nothing remembers it`
      continue
    }
    const { pools, amount, isCharge } = commitment
    add(committed, pools, amount)
    add(spent, pools, used)
    if (isCharge && used > amount) return `call ${call} is charged too little`
  }
  for (const pool of db.pools.keys()) {
    const limit = limitMostOf(world, pool)
    if ((committed.get(pool) ?? 0n) > limit)
      return `pool ${pool}: settled + held is above the limit`
    if ((spent.get(pool) ?? 0n) > limit) return `pool ${pool}: the provider consumed too much`
  }
  return null
}

function brokenProcesses({ db, processes }: World): string | null {
  for (const [p, { mode, epoch, locals, holds }] of processes.entries()) {
    if (mode !== 'up') continue
    for (const [pool, local] of locals.entries()) {
      if (!local) continue
      const own = holds.filter((held) => held?.pools.includes(pool))
      if (local.held !== sum(own.map((held) => held!.worst)))
        return `process ${p}: a hold has leaked`
      if (freeIn(local) < 0n) return `process ${p} admitted more than its lease`
      const lease = db.leases[pool]![p]![epoch]
      const granted = lease ? lease.granted - lease.returned : 0n
      if (local.amount > granted) return `process ${p} knows of more than it was granted`
    }
  }
  return null
}

/**
 * Everything comes home by itself: the calls end, the network works again, nobody asks for anything new.
 * @returns what is stranded, or null
 */
export function strandedWhenQuiet(before: World, rules: Rules): string | null {
  const world = copyWorld(before)
  world.messages = []
  for (const p of world.processes.keys()) settleQuietly(world, rules, p)
  return brokenIn(world) ?? leftOver(world, 'without a crash')
}

function settleQuietly(world: World, rules: Rules, p: number): void {
  if (world.processes[p]!.mode === 'down') start(world, p, rules)
  if (world.processes[p]!.mode === 'recovering') recover(world, rules, p)
  const process = world.processes[p]!
  if (process.mode !== 'up') return
  const send = (act: () => void) => {
    act()
    while (world.messages.length > 0) deliver(world, rules, world.messages.shift()!)
  }
  if (process.isAsking) giveUpAsking(world, p)
  for (const { call } of process.waiting) world.phases[call] = 'refused'
  process.waiting = []
  while (process.queued.length > 0) flush(world, p)
  for (const call of process.holds.keys()) finish(world, rules, p, call)
  while (process.queued.length > 0) flush(world, p)
  while (unacknowledged(process).length > 0) send(() => ship(world, rules, p))
  if (rules.asksAfterLoss && isUnsure(process)) send(() => ask(world, rules, p))
  send(() => returnIdle(world, rules, p))
}

function finish(world: World, rules: Rules, p: number, call: number): void {
  while (world.processes[p]!.holds[call]) {
    const own = stepsOf(world, rules).findLast(({ name }) => name.startsWith(`call ${call} `))
    if (!own) return
    own.take(world, rules)
  }
}

/**
 * All processes die and come back; then whatever was still on its way arrives.
 * @returns what is stranded, lost or billed wrongly, or null
 */
export function strandedAfterCrash(before: World, rules: Rules): string | null {
  const world = copyWorld(before)
  const late = world.messages
  world.messages = []
  for (const [p, { mode }] of world.processes.entries()) {
    if (mode === 'retired') continue
    if (mode !== 'down') crash(world, p)
    start(world, p, rules)
    recover(world, rules, p)
  }
  for (const message of late) deliver(world, rules, message)
  return brokenIn(world) ?? leftOver(world, 'after recovery')
}

function leftOver({ db, consumed, phases }: World, when: string): string | null {
  const stranded = db.pools.findIndex(({ leased }) => leased !== 0n)
  if (stranded >= 0) return `pool ${stranded}: ${db.pools[stranded]!.leased} stranded ${when}`
  for (const call of phases.keys()) {
    const bill = db.billed.find((one) => one.call === call)
    const used = consumed[call]
    if (used !== undefined && !bill) return `call ${call} was made and is not billed ${when}`
    if (bill && phases[call] === 'ended' && bill.cost < (used ?? 0n)) {
      return `call ${call} is billed below its cost ${when}`
    }
  }
  return null
}
