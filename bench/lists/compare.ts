/**
 * "What can X see" among 100,000 models: a page with its total, as the control plane answers it, and
 * as the query says it that one would write first (eligibility with an OR and an EXISTS, then
 * `count(*)`). Both are asked in the same database under the same row-level security, and must give
 * the same rows and the same total.
 */
import type { Reach } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from '../../server/src/store/database.ts'
import { listResources } from '../../server/src/store/resource-list.ts'
import type { Report, Say, Table } from '../lib/report.ts'
import { median, quantile } from '../lib/statistics.ts'
import { type ListWorld, MODELS, startListWorld } from './world.ts'

const PAGE = 50
/** Enough for the code to be as compiled as in a server that has run for a while. */
const WARM_UP_ROUNDS = 300
const ROUNDS = 200
const PLAIN_ROUNDS = 8

interface Listed {
  readonly ids: readonly string[]
  readonly total: number | null
}
type List = (tx: Tx) => Promise<Listed>

export async function compareLists(say: Say): Promise<Report> {
  say(`lists: ${MODELS.toLocaleString('en-US')} models in PostgreSQL`)
  const world = await startListWorld()
  try {
    const { shared } = world
    const some = shared.slice(0, 50)
    const asked: [string, Reach][] = [
      ['sees everything', { within: 'everything', sharedWith: shared }],
      ['is granted 50 provider accounts', { within: some, sharedWith: shared }],
      ['is granted one', { within: shared.slice(0, 1), sharedWith: shared }],
      ['is granted nothing', { within: [], sharedWith: shared }],
    ]
    const rows: Table['rows'][number][] = []
    for (const [who, reach] of asked) {
      say(`lists: who ${who}`)
      rows.push(await measure(world, who, ours(world, reach), plain(world, reach)))
    }
    return { tables: [{ title, columns, rows, notes }] }
  } finally {
    await world.close()
  }
}

const title = `Lists: a page of ${PAGE} and the total, of ${MODELS.toLocaleString('en-US')} models`
const columns = ['who', 'total', 'Commonhold p50 ms', 'p95 ms', 'plain SQL p50 ms', 'times faster']
const notes = [
  'Round trips, transaction and row-level security included; one connection.',
  'Half of the models are the account’s own, half are root’s in 500 shared provider accounts.',
]

async function measure(world: ListWorld, who: string, list: List, plainly: List) {
  const inTenant = (work: List) => world.database.withTenant(world.tenantId, work)
  const listed = await inTenant(list)
  const expected = await inTenant(plainly)
  if (JSON.stringify(listed) !== JSON.stringify(expected)) {
    throw new Error(`The lists differ for who ${who}.`)
  }
  await timed(WARM_UP_ROUNDS, () => inTenant(list))
  const times = await timed(ROUNDS, () => inTenant(list))
  const plainTimes = await timed(PLAIN_ROUNDS, () => inTenant(plainly))
  const ratio = median(plainTimes) / median(times)
  return [
    who,
    listed.total,
    median(times),
    quantile(times, 0.95),
    median(plainTimes),
    ratio,
  ] as const
}

async function timed(rounds: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const sinceMs = performance.now()
    await run()
    times.push(performance.now() - sinceMs)
  }
  return times
}

function ours({ accountId, rootAccountId }: ListWorld, reach: Reach): List {
  const request = { limit: PAGE, sort: 'name', after: null, filter: {} }
  return async (tx) => {
    const account = { id: accountId }
    const page = await listResources(tx, account, rootAccountId, 'model', reach, request)
    return { ids: page.rows.map(({ id }) => uuid(id)), total: page.total }
  }
}

function plain({ uuids }: ListWorld, { within }: Reach): List {
  const granted =
    within === 'everything'
      ? sql`true`
      : sql`(r.id = any(${within.map((id) => uuid(id))}::uuid[])
          or r.parent_id = any(${within.map((id) => uuid(id))}::uuid[]))`
  const seen = sql`from resource r where r.kind = 'model' and ${granted}
    and (r.account_id = ${uuids.account} or exists (select from share s
      where s.to_account_id = ${uuids.account} and s.resource_id in (r.id, r.parent_id)
        and s.root_account_id = r.account_id and 'model:read' = any (s.permissions)))`
  return async (tx) => {
    const page = await sql<{
      id: string
    }>`select r.id ${seen} order by r.name, r.id limit ${PAGE}`.execute(tx)
    const counted = await sql<{ total: bigint }>`select count(*) as total ${seen}`.execute(tx)
    return { ids: page.rows.map(({ id }) => id), total: Number(counted.rows[0]!.total) }
  }
}
