/**
 * What grows with a deployment, and what does not: the same traffic with 10 and 100,000 tokens, with 1 and 20
 * budgets for each call, in one process and in two; and the memory of an open stream.
 */
import { startServer } from '../gateway/child.ts'
import { type Driver, type Measured, startDriver } from '../gateway/driver.ts'
import { type Placement, placement } from '../lib/machine.ts'
import type { Figure, Report, Say } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { bytesPerStream } from './memory.ts'
import { type Gateway, type ScaleWorld, startScaleWorld } from './world.ts'

const CALLERS = 64
const SECONDS = 2
const ROUNDS = 3
const WARM_UP_ANSWERS = 25_000
const FEW_TOKENS = 10
const MANY_TOKENS = 100_000
const MANY_BUDGETS = 20
const upstreamFile = new URL('../gateway/upstream.ts', import.meta.url).pathname

export async function compareScale(say: Say): Promise<Report> {
  const where = placement()
  const { child, url } = await startServer(where.load, [upstreamFile])
  const load = startDriver(where)
  say('scale: starting PostgreSQL')
  const world = await startScaleWorld(url)
  try {
    return await compareWith(world, load, where, say)
  } finally {
    await load.stop()
    await world.stop()
    await child.stop()
  }
}

async function compareWith(
  world: ScaleWorld,
  load: Driver,
  { subject }: Placement,
  say: Say,
): Promise<Report> {
  await world.addBudget()
  const few = await world.addTokens(FEW_TOKENS)
  const small = await world.start('10 tokens, 1 budget', subject)
  const first = await measured(load, small, few)
  say('scale: memory of open streams')
  const bytes = await bytesPerStream(small, few[0]!)
  await small.stop()

  say('scale: two processes')
  const one = await world.start('one process', null)
  const alone = await measured(load, one, few)
  await one.stop()
  const two = await world.start('two processes', null, 2)
  const both = await measured(load, two, few)
  await two.stop()

  say('scale: 100,000 tokens')
  const all = [...few, ...(await world.addTokens(MANY_TOKENS - FEW_TOKENS))]
  const large = await world.start('100,000 tokens', subject)
  const sameTraffic = await measured(load, large, few)
  const allTraffic = await measured(load, large, all)
  say('scale: 20 budgets')
  for (let budgets = 1; budgets < MANY_BUDGETS; budgets++) await world.addBudget()
  const heavy = await measured(load, large, few)
  await large.stop()

  const rows: [string, Measured[]][] = [
    ['10 tokens, 1 budget', first],
    ['100,000 tokens, the same 10 calling', sameTraffic],
    ['100,000 tokens, all calling', allTraffic],
    ['100,000 tokens, 20 budgets for each call', heavy],
  ]
  return {
    tables: [
      {
        title: `Scale: one core, ${CALLERS} callers, PostgreSQL elsewhere`,
        columns: ['', 'calls/s', 'CPU ms/call', 'times the first'],
        rows: rows.map(([name, results]) => rowOf(name, results, first)),
        notes: [
          bytes === null
            ? 'The memory of open streams can be read on Linux only.'
            : `An open stream takes ${Math.round(bytes / 1_024)} kB of memory, both connections and ` +
              'what the system does not count left out.',
        ],
      },
      {
        title: 'Scale: processes, which share all cores with the load, the upstream and PostgreSQL',
        columns: ['', 'calls/s', 'CPU ms/call', 'times the first'],
        rows: [rowOf('one process', alone, alone), rowOf('two processes', both, alone)],
        notes: [
          'Where a call costs as much in two processes as in one, two free cores serve twice as much.',
        ],
      },
    ],
  }
}

async function measured(load: Driver, gateway: Gateway, tokens: readonly string[]) {
  const how = { callers: CALLERS, seconds: SECONDS, tokens }
  await ready(gateway, tokens.at(-1)!)
  // As in the gateway's part: until what is called often has been compiled.
  for (let answers = 0; answers < WARM_UP_ANSWERS; ) {
    answers += (await load.run(gateway, false, how)).answersTotal
  }
  const results: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) results.push(await load.run(gateway, false, how))
  return results
}

/** A gateway takes a moment to hear of what was written. */
async function ready({ url, headers }: Gateway, token: string): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs; ) {
    const authorization = `Bearer ${token}`
    const answer = await fetch(`${url}/v1/key`, { headers: { ...headers, authorization } })
    await answer.arrayBuffer()
    if (answer.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The gateway has not heard of the tokens.')
}

function rowOf(
  name: string,
  results: readonly Measured[],
  first: readonly Measured[],
): [string, ...Figure[]] {
  const cost = costOf(results)
  const before = costOf(first)
  const rate = median(results.map(({ answersPerSecond }) => answersPerSecond))
  return [name, rate, cost, cost === null || before === null ? null : cost / before]
}

function costOf(results: readonly Measured[]): number | null {
  if (results.some(({ cpuSeconds }) => cpuSeconds === null)) return null
  return median(results.map(({ cpuSeconds, answersTotal }) => (cpuSeconds! * 1_000) / answersTotal))
}
