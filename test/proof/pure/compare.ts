/**
 * Three opinions on the same questions: `decide`, the rule written for reading, and Cedar. The first
 * two have to agree on the reason as well, the third on yes and no. What is kept of verdicts has to be
 * what was decided, first and again. Of each world it is also asked
 * whether what is asked the other way round (what may he do, what does a list show) says the same.
 */
import * as core from '@commonhold/core'
import {
  decideNaively,
  type NaiveQuestion,
  type World,
} from '../../../core/test/support/naive-access.ts'
import { factsOf, targetOf } from '../worlds/facts.ts'
import { randomFrom } from '../worlds/random.ts'
import { askedPermissions, randomSeat, randomWorld } from '../worlds/random-world.ts'
import { cedarOf } from './cedar.ts'

const seatsPerWorld = 25
export const questionsPerWorld = seatsPerWorld * askedPermissions.length

export interface PureCounts {
  worlds: number
  /** Decided by ours and by the naive evaluator. */
  decisions: number
  /** Of these, by Cedar as well: those of one seat in one request. */
  cedarDecisions: number
  /** And again in a request of their own. */
  cedarRequests: number
  /** Policies that failed in Cedar while being evaluated. */
  cedarErrors: number
  lists: number
  verdicts: Record<string, number>
  differences: string[]
}

export interface PureRun {
  readonly seed: number
  /** Which of the worlds of the seed: from the first, as many as given. */
  readonly firstWorld: number
  readonly worlds: number
  /** Cedar is hundreds of times slower: it may be asked about every nth world alone. */
  readonly cedarEvery: number
}

/** More would say nothing new. */
const differencesShownMax = 5
/** Seeds of one run must not meet those of the next. */
const worldsPerSeed = 1_000_000
const keptLog2 = 6

export function comparePure({ seed, firstWorld, worlds, cedarEvery }: PureRun): PureCounts {
  const counts: PureCounts = {
    worlds: 0,
    decisions: 0,
    cedarDecisions: 0,
    cedarRequests: 0,
    cedarErrors: 0,
    lists: 0,
    verdicts: {},
    differences: [],
  }
  for (let index = firstWorld; index < firstWorld + worlds; index++) {
    const worldSeed = seed * worldsPerSeed + index
    const random = randomFrom(worldSeed)
    const world = randomWorld(random)
    const cedar = index % cedarEvery === 0 ? cedarOf(world, askedPermissions) : null
    const differ = (what: string, question: NaiveQuestion, said: object) => {
      if (counts.differences.length >= differencesShownMax) return
      counts.differences.push(JSON.stringify({ what, worldSeed, question, said, world }))
    }
    // Small enough that much of what it keeps is displaced again.
    const memo = new core.VerdictMemo(keptLog2)
    const seats = Array.from({ length: seatsPerWorld }, () => randomSeat(random))
    for (const [nth, seat] of seats.entries()) {
      const atOnce = cedar?.askAll(seat)
      const facts = { ...factsOf(core, world, seat), serial: core.newSerial() }
      const target = { ...targetOf(world, seat), serial: core.newSerial() }
      const keep = (permission: core.Permission) =>
        memo.decide(facts, core.permissionBit(permission), target)
      const kept = askedPermissions.map(keep)
      for (const [at, permission] of askedPermissions.entries()) {
        const question = { ...seat, permission }
        const naive = decideNaively(world, question)
        const ours = core.decide(facts, core.permissionBit(permission), target)
        const [first, again] = [kept[at], keep(permission)]
        if (first !== ours || again !== ours) differ('kept', question, { ours, first, again })
        if (naive !== ours) differ('verdict', question, { naive, ours })
        const cedars = [
          ...(atOnce ? [atOnce.get(permission)!] : []),
          ...(cedar && nth === 0 ? [cedar.ask(question)] : []),
        ]
        for (const said of cedars) {
          if (said.allowed !== (naive === 'allowed')) differ('Cedar', question, { naive, said })
          counts.cedarErrors += said.errors
        }
        counts.decisions++
        counts.cedarDecisions += Math.min(cedars.length, 1)
        counts.cedarRequests += Math.max(cedars.length - 1, 0)
        counts.verdicts[naive] = (counts.verdicts[naive] ?? 0) + 1
      }
    }
    compareTurnedRound(world, { ...seats[0]!, permission: askedPermissions[0]! }, counts, differ)
    counts.worlds++
  }
  return counts
}

/** The counts of several runs, put together. */
export function sumOf(all: readonly PureCounts[]): PureCounts {
  const [first, ...rest] = all
  const sum = structuredClone(first!)
  for (const one of rest) {
    sum.worlds += one.worlds
    sum.decisions += one.decisions
    sum.cedarDecisions += one.cedarDecisions
    sum.cedarRequests += one.cedarRequests
    sum.cedarErrors += one.cedarErrors
    sum.lists += one.lists
    for (const [verdict, count] of Object.entries(one.verdicts)) {
      sum.verdicts[verdict] = (sum.verdicts[verdict] ?? 0) + count
    }
    sum.differences.push(...one.differences)
  }
  return sum
}

/** `powerOn` is what `decide` allows, and `reach` with eligibility is the list of it. */
function compareTurnedRound(
  world: World,
  question: NaiveQuestion,
  counts: PureCounts,
  differ: (what: string, question: NaiveQuestion, said: object) => void,
): void {
  const facts = factsOf(core, world, question)
  const allowed = (permission: core.Permission, resource: string | null) =>
    decideNaively(world, { ...question, permission, resource }) === 'allowed'
  for (const resource of [null, ...world.resources.map(({ id }) => id)]) {
    const power = core.powerOn(facts, targetOf(world, { ...question, resource }))
    for (const permission of askedPermissions) {
      const has = core.has(power, core.permissionBit(permission))
      if (has !== allowed(permission, resource)) {
        differ('power', { ...question, permission, resource }, { has })
      }
    }
  }
  for (const permission of askedPermissions) {
    const listed = listedOf(world, { ...question, permission }, facts)
    const filtered = world.resources.map(({ id }) => id).filter((id) => allowed(permission, id))
    if (listed.join() !== filtered.join()) {
      differ('list', { ...question, permission }, { listed, filtered })
    }
    counts.lists++
  }
}

/** As the store does it: own, or root's and shared with the permission; and within what is reached. */
function listedOf(world: World, question: NaiveQuestion, facts: core.AccessFacts): string[] {
  const { account, tenant } = facts
  const { within, sharedWith } = core.reach(facts, question.permission)
  const isIn = (resources: readonly string[], { path }: core.AccessTarget) =>
    path.some((one) => resources.includes(one))
  return world.resources
    .map(({ id }) => ({ id, target: targetOf(world, { ...question, resource: id }) }))
    .filter(({ target }) => target.tenantId === tenant.id)
    .filter(
      ({ target }) =>
        target.ownerId === account.id ||
        (target.ownerId === account.rootAccountId && isIn(sharedWith, target)),
    )
    .filter(({ target }) => within === 'everything' || isIn(within, target))
    .map(({ id }) => id)
}
