/**
 * What is committed to calls, wherever it is written down: a hold in the memory of a process, an intent, or what
 * an outcome charges.
 */
import type { Held, World } from './world.ts'

export interface Commitment {
  readonly pools: readonly number[]
  readonly amount: bigint
  /** The call is over, and this is its charge. */
  readonly isCharge: boolean
}

/** @returns undefined for a call that nothing remembers */
export function commitmentOf(world: World, call: number): Commitment | undefined {
  for (const process of world.processes) {
    for (const { call: of, pools, cost } of outcomesOf(process)) {
      if (of === call) return { pools, amount: cost, isCharge: true }
    }
  }
  const held = holdOf(world, call)
  return held && { pools: held.pools, amount: held.worst, isCharge: false }
}

export function committedIn(world: World, pool: number): bigint {
  let sum = 0n
  for (const call of world.phases.keys()) {
    const commitment = commitmentOf(world, call)
    if (commitment?.pools.includes(pool)) sum += commitment.amount
  }
  return sum
}

function holdOf({ processes }: World, call: number): Held | undefined {
  for (const { holds, intents } of processes) {
    const held = holds[call] ?? intents.get(call)
    if (held) return held
  }
  return undefined
}

function outcomesOf({ outcomes, queued }: World['processes'][number]) {
  return [
    ...outcomes,
    ...queued.flatMap((entry) => (entry.kind === 'outcome' ? [entry.outcome] : [])),
  ]
}
