/**
 * A tenant whose tokens and budgets are written as rows, because making 100,000 through the API is not what
 * is measured, and gateways that serve it as an operator starts them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { newTokenText } from '../../server/src/crypto/credential-hash.ts'
import { newUuid } from '../../server/src/crypto/new-id.ts'
import { startEmbedded } from '../../server/src/postgres/embedded.ts'
import { migrate } from '../../server/src/store/migrate.ts'
import { hasher, masterKey, World } from '../../server/test/gateway/support/world.ts'
import { freePort } from '../../test/support/process.ts'
import { startNode, untilReady } from '../gateway/child.ts'
import type { Subject } from '../gateway/subjects.ts'
import { UPSTREAM_MODEL } from '../gateway/wire.ts'

const main = new URL('../../server/src/main.ts', import.meta.url).pathname
const ROWS_AT_ONCE = 10_000
const plenty = 10n ** 18n

export interface ScaleWorld {
  /** So many more tokens of the caller. @returns their texts */
  addTokens(count: number): Promise<string[]>
  /** One more budget that every call counts under. */
  addBudget(): Promise<void>
  /** A gateway, of so many processes, on these cores. */
  start(name: string, cores: string | null, processes?: number): Promise<Gateway>
  stop(): Promise<void>
}

export interface Gateway extends Subject {
  readonly pid: number
  stop(): Promise<void>
}

export async function startScaleWorld(upstreamUrl: string): Promise<ScaleWorld> {
  const directories = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'commonhold-bench-')))
  const [ofPostgres, ofGateways] = directories as [string, string]
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: silent, error: console.error }
  const server = await startEmbedded({ dataDir: ofPostgres, log })
  await migrate(server.ownerUrl)
  const database = World.open(server.appUrl)
  const world = await World.create(database, 'bench')
  const spec = { provider: 'openai-compatible', baseUrl: `${upstreamUrl}/v1` }
  const provider = await world.providerAccount(world.rootId, 'bench', spec, 'bench-key')
  await world.model(world.rootId, provider, 'small', { upstreamModel: UPSTREAM_MODEL })
  const caller = await world.virtualAccount(world.rootId, 'caller')
  await world.grant(world.rootId, { principal: caller }, ['model:use', 'model:read'])
  let budgets = 0
  let gateways = 0
  return {
    addTokens: (count) => insertTokens(world, uuidOf(caller), count),
    addBudget: async () => {
      await world.budget(world.rootId, `budget-${budgets++}`, plenty)
    },
    start: async (name, cores, processes = 1) => {
      const child = startNode(cores, [main], {
        DATABASE_URL: server.ownerUrl,
        COMMONHOLD_APP_DATABASE_URL: server.appUrl,
        COMMONHOLD_ROLES: 'gateway',
        COMMONHOLD_GATEWAY_PROCESSES: String(processes),
        COMMONHOLD_PORT: await freePort(),
        COMMONHOLD_DATA_DIR: join(ofGateways, `gateway-${gateways++}`),
        COMMONHOLD_MASTER_KEY: masterKey.toString('base64'),
        COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
      })
      const linkIn = () =>
        child.output().includes('Commonhold is running')
          ? (/http:\/\/\S+:\d+/.exec(child.output())?.[0] ?? null)
          : null
      const url = (await untilReady(child, linkIn)).replace('localhost', '127.0.0.1')
      const headers = { 'content-type': 'application/json' }
      const pid = child.process.pid!
      return { name, url, headers, model: 'bench/small', pid, stop: child.stop }
    },
    stop: async () => {
      await database.close()
      await server.stop()
      for (const directory of directories) rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function insertTokens(world: World, principal: string, count: number): Promise<string[]> {
  const texts: string[] = []
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const ids = Array.from({ length: Math.min(ROWS_AT_ONCE, count - from) }, () => newUuid())
    const some = ids.map((id) => newTokenText('va', id))
    const hashes = some.map((text) => hasher.hash(text).toString('hex'))
    texts.push(...some)
    await world.run(async (tx) => {
      const [tenant, account] = [uuidOf(world.tenantId), uuidOf(world.rootId)]
      await sql`insert into token (tenant_id, account_id, id, principal_id, name, display_name, created_by)
        select ${tenant}, ${account}, t, ${principal}, 't-' || t, 'token', 'bench'
        from unnest(${`{${ids}}`}::uuid[]) t`.execute(tx)
      await sql`insert into credential (tenant_id, hash, pepper_id, token_id)
        select ${tenant}, decode(h, 'hex'), ${hasher.pepperId}, t
        from unnest(${`{${ids}}`}::uuid[], ${`{${hashes}}`}::text[]) as x (t, h)`.execute(tx)
    })
  }
  return texts
}
