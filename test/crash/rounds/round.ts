/**
 * One round: a new budget, six callers at once until it is used up, and kill -9 of whatever the seed says at
 * the moments that it says. Then everything is up again, and the books must agree.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Random, randomOf } from '../../proof/leases/simulation/random.ts'
import { eventually } from '../../support/eventually.ts'
import { type Caller, known, makeCaller } from '../caller.ts'
import type { Deployment, Role } from '../deployment.ts'
import type { Upstream } from '../upstream.ts'
import { type Books, disagreements, sumOf } from './books.ts'

const root = { account: 'root' }
const amountUsd = '2'
const amountNanos = 2_000_000_000n
const loops = 6

export type Victim = Role | 'database'

export interface Stage {
  readonly deployment: Deployment
  readonly upstream: Upstream
  readonly victims: readonly Victim[]
  /** kill -9 of PostgreSQL, which comes back by itself; where the stage has one of its own. */
  readonly killDatabase?: () => void
  /**
   * The negative control: what the gateway has written is lost with it, as if there were no journal. Only
   * this stage can say so; the product has no such setting.
   */
  readonly forgetsJournal?: boolean
  /** The load ends here where the budget does not. */
  readonly loadMsMax: number
  readonly settleMsMax: number
}

export interface Round {
  readonly seed: number
  readonly killed: readonly Victim[]
  readonly served: number
  readonly billed: number
  readonly unknown: number
  readonly problems: readonly string[]
}

export async function runRound(stage: Stage, seed: number): Promise<Round> {
  const { deployment, upstream, loadMsMax, settleMsMax } = stage
  const random = randomOf(seed)
  const before = await invoiced(deployment)
  const caller = await makeCaller(deployment.admin, upstream, `round-${seed}`, amountUsd)
  const url = deployment.url.gateway
  await known(caller, url)
  const load = { isOver: false }
  const callers = Promise.all(Array.from({ length: loops }, () => spend(caller, url, load, random)))
  const killed = await killAtRandom(stage, caller, random)
  const late = setTimeout(() => {
    load.isOver = true
  }, loadMsMax)
  await callers
  clearTimeout(late)
  const read = async (): Promise<Books> => ({
    records: await caller.records(),
    served: caller.served(),
    budget: await caller.budget(),
    amountNanos,
    invoicedNanos: (await invoiced(deployment)) - before,
  })
  // What disagrees until usage is applied agrees in the end, or is a problem.
  await eventually(
    'books that agree',
    async () => {
      const books = await read().catch(() => null)
      return books !== null && disagreements(books).length === 0
    },
    settleMsMax,
  ).catch(() => undefined)
  const books = await read()
  const unknown = books.records.filter(({ status }) => status === 'unknown').length
  return {
    seed,
    killed,
    served: books.served.length,
    billed: books.records.length,
    unknown,
    problems: disagreements(books),
  }
}

async function invoiced({ admin }: Deployment): Promise<bigint> {
  const { items } = await admin.client.invoice.list(root)
  return sumOf(items.map(({ totalNanos }) => BigInt(totalNanos)))
}

/** Calls until the budget is used up, streamed or not, over every outage. */
async function spend(
  caller: Caller,
  url: string,
  load: { readonly isOver: boolean },
  random: Random,
): Promise<void> {
  while (!load.isOver) {
    const answer = await caller
      .call(url, random.next() < 0.3 ? { stream: true } : {})
      .catch(() => null)
    if (answer?.status === 429 && answer.headers.get('x-should-retry') === 'false') return
    if (answer?.status !== 200) await wait(25)
  }
}

async function killAtRandom(stage: Stage, caller: Caller, random: Random): Promise<Victim[]> {
  const { victims, deployment } = stage
  const killed: Victim[] = []
  const kills = random.between(1, 2)
  for (let n = 0; n < kills; n++) {
    const victim = victims[random.between(0, victims.length - 1)]!
    const count = caller.served().length + random.between(1, 8)
    // So many calls later, or when the load has nothing left to spend.
    await eventually('calls', async () => caller.served().length >= count, 3_000).catch(() => null)
    if (victim === 'gateway') caller.leave(deployment.url.gateway, random.between(0, 2))
    await wait(random.between(0, 40))
    await kill(stage, victim)
    killed.push(victim)
  }
  return killed
}

async function kill({ deployment, killDatabase, forgetsJournal }: Stage, victim: Victim) {
  if (victim === 'database') {
    killDatabase?.()
    for (const role of ['gateway', 'control'] as const) await ready(deployment.url[role])
    return
  }
  await deployment.kill(victim)
  if (forgetsJournal && victim === 'gateway') {
    rmSync(join(deployment.dataDir('gateway'), 'journal'), { recursive: true, force: true })
  }
  await deployment.start(victim)
  await ready(deployment.url[victim])
}

function ready(url: string): Promise<unknown> {
  const ask = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  return eventually(`${url} to be ready`, ask, 30_000)
}
