/**
 * Whether the time of an answer tells a foreign id from a missing one. Both are asked for in turns, in
 * random order, so that whatever else the machine does falls on both alike; then the two samples are
 * compared by rank (Mann-Whitney), which asks nothing of their distribution. What looks different is
 * measured once more, longer: among many pairs one looks different by chance.
 */
import { performance } from 'node:perf_hooks'
import { bodyRows } from '../cases/body-rows.ts'
import { here } from '../cases/case.ts'
import { idParameters, inAccount, objectOf, operationOf } from '../cases/operations.ts'
import { type Actor, actors } from '../world/actors.ts'
import { missingLike } from '../world/missing.ts'
import { ask, exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'

export const samplesDefault = 100
const warmUpPairs = 5
/** Chance that a random foreign answer is slower than a random missing one: 0.5 is no difference. */
const effectMax = 0.1
/** Standard deviations: about once in 15,000 by chance. */
const deviationsMax = 4
const secondLookFactor = 3

export interface Timing {
  /** What was asked, and whose id it was. */
  readonly what: string
  readonly samples: number
  readonly foreignMedianMicros: number
  readonly missingMedianMicros: number
  /** Chance that a foreign answer is slower than a missing one: 0.5 is no difference. */
  readonly slowerChance: number
  /** How many standard deviations that is from 0.5. */
  readonly deviations: number
  readonly differs: boolean
}

interface Resolver {
  readonly what: string
  readonly id: (world: World) => string
  readonly ask: (world: World, id: string) => Promise<unknown>
}

type OtherPlace = 'account2' | 'otherTenant'
const whose = { account2: 'another account’s', otherTenant: 'another tenant’s' } as const
const others = ['account2', 'otherTenant'] as const

/** For each kind of object the operation that reads one. */
const readers = inAccount.filter(
  (o) => o.method === 'GET' && idParameters(o).length === 1 && o.path.endsWith('}'),
)

const byPath = (place: OtherPlace): Resolver[] =>
  readers.map((operation) => {
    const name = idParameters(operation)[0]!
    return {
      what: `${operation.id}, ${whose[place]}`,
      id: (world) => world[place].objects[objectOf(operation, name)]!,
      ask: (world, id) =>
        ask(
          world.url,
          operation,
          { params: { ...here(world), [name]: id } },
          actors.admin.of(world),
        ),
    }
  })

const byModel = (place: OtherPlace): Resolver => ({
  what: `GET /v1/models/*, ${whose[place]}`,
  id: (world) => `${world[place].ownName}/${world[place].ownName}`,
  ask: (world, id) =>
    exchange(world.gatewayUrl, 'GET', `/v1/models/${id}`, actors.caller.of(world)),
})

/** For each field of a body that refers to something. */
const byBody: readonly Resolver[] = bodyRows
  .filter(([, , , , where]) => where === undefined)
  .map(([operationId, field, kind, body]) => {
    const operation = operationOf(operationId)
    return {
      what: `${operationId} ${field} (${kind}), ${whose.account2}`,
      id: ({ account2 }) => (kind === 'account' ? account2.accountId : account2.objects[kind]!),
      ask: (world, id) =>
        ask(
          world.url,
          operation,
          { params: here(world), body: body([id], world.account1.objects) },
          actors.admin.of(world),
        ),
    }
  })

const byAccount = (actor: Actor): Resolver => ({
  what: `account in the path, to ${actor.name}`,
  id: (world) => world.account1.accountId,
  ask: (world, id) =>
    ask(world.url, readers[0]!, { params: { ...here(world), account: id } }, actor.of(world)),
})

const resolvers: readonly Resolver[] = [
  ...others.flatMap(byPath),
  ...others.map(byModel),
  byAccount(actors.otherAccountAdmin),
  byAccount(actors.otherTenantAccountAdmin),
  ...byBody,
]

export interface TimingOptions {
  /** Of each of the two, for each resolver. */
  readonly samples?: number | undefined
  /** Only those whose description has this in it. */
  readonly only?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onResolver?: (done: number, of: number) => void
}

export async function compareTimes(
  world: World,
  { samples = samplesDefault, only = '', signal, onResolver }: TimingOptions = {},
): Promise<Timing[]> {
  const found: Timing[] = []
  const asked = resolvers.filter(({ what }) => what.includes(only))
  for (const resolver of asked) {
    if (signal?.aborted) break
    const first = await measure(world, resolver, samples)
    found.push(
      first.differs
        ? confirmed(first, await measure(world, resolver, secondLookFactor * samples))
        : first,
    )
    onResolver?.(found.length, asked.length)
  }
  return found
}

/** It differs when it does so again, and in the same direction. */
function confirmed(first: Timing, second: Timing): Timing {
  const sameSide = first.deviations > 0 === second.deviations > 0
  return { ...second, differs: second.differs && sameSide }
}

async function measure(world: World, resolver: Resolver, samples: number): Promise<Timing> {
  const foreignId = resolver.id(world)
  const missingId = missingLike(foreignId)
  const timed = async (id: string) => {
    const startedMs = performance.now()
    await resolver.ask(world, id)
    return (performance.now() - startedMs) * 1_000
  }
  const foreign: number[] = []
  const missing: number[] = []
  for (let i = -warmUpPairs; i < samples; i++) {
    const foreignFirst = Math.random() < 0.5
    const one = await timed(foreignFirst ? foreignId : missingId)
    const other = await timed(foreignFirst ? missingId : foreignId)
    if (i < 0) continue
    foreign.push(foreignFirst ? one : other)
    missing.push(foreignFirst ? other : one)
  }
  const { slowerChance, deviations } = compareRanks(foreign, missing)
  return {
    what: resolver.what,
    samples,
    foreignMedianMicros: Math.round(median(foreign)),
    missingMedianMicros: Math.round(median(missing)),
    slowerChance,
    deviations,
    differs: Math.abs(slowerChance - 0.5) > effectMax && Math.abs(deviations) > deviationsMax,
  }
}

/** Mann-Whitney: the chance that one of `a` is greater than one of `b`, and how sure that is. */
export function compareRanks(
  a: readonly number[],
  b: readonly number[],
): { slowerChance: number; deviations: number } {
  let greater = 0
  for (const x of a) for (const y of b) greater += x > y ? 1 : x === y ? 0.5 : 0
  const pairs = a.length * b.length
  const deviation = Math.sqrt((pairs * (a.length + b.length + 1)) / 12)
  return { slowerChance: greater / pairs, deviations: (greater - pairs / 2) / deviation }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
