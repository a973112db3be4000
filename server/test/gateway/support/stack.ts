/** Gateways over real HTTP, with the real sandbox behind them and a real database beside. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Id, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { type FreshDatabase, freshDatabase } from '../../../../test/support/postgres.ts'
import { type Gateway, type GatewayOptions, startGateway } from '../../../src/gateway/gateway.ts'
import { handleGateway } from '../../../src/http/gateway.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import type { Database } from '../../../src/store/database.ts'
import { quietLog } from './quiet-log.ts'
import { hasher, vault, World } from './world.ts'

const pollMs = 200

export interface Running {
  readonly gateway: Gateway
  readonly url: string
  readonly journalDirectory: string
  stop(): Promise<void>
}

export interface Stack {
  readonly files: FreshDatabase
  readonly database: Database
  readonly sandbox: Sandbox
  readonly first: Running
  world(name: string): Promise<World>
  gateway(options?: Partial<GatewayOptions>): Promise<Running>
  stop(): Promise<void>
}

/** One gateway, and more on demand. */
export async function startStack(options: Partial<GatewayOptions> = {}): Promise<Stack> {
  const files = await freshDatabase()
  const database = World.open(files.appUrl)
  const sandbox = await startSandbox()
  const running: Running[] = []
  const gateway = async (more: Partial<GatewayOptions> = {}) => {
    const one = await startOne(database, sandbox, { ...options, ...more })
    running.push(one)
    return one
  }
  const first = await gateway()
  return {
    files,
    database,
    sandbox,
    first,
    gateway,
    world: (name) => World.create(database, name),
    stop: async () => {
      for (const one of running) await one.stop()
      await sandbox.close()
      await database.close()
      await files.drop()
      for (const { journalDirectory } of running) {
        rmSync(journalDirectory, { recursive: true, force: true })
      }
    },
  }
}

async function startOne(
  database: Database,
  sandbox: Sandbox,
  options: Partial<GatewayOptions>,
): Promise<Running> {
  const journalDirectory =
    options.journalDirectory ?? mkdtempSync(join(tmpdir(), 'commonhold-journal-'))
  const gateway = await startGateway({
    database,
    hasher,
    vault,
    sandboxUrl: sandbox.url,
    allowPrivateUpstreams: true,
    stalenessMsMax: 60_000,
    log: quietLog,
    ...options,
    tuning: { pollMs, leaseIdleMs: 200, shipEveryMs: 5, ...options.tuning },
    journalDirectory,
  })
  const server = createServer(handleGateway(gateway))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let stopping: Promise<void> | undefined
  return {
    gateway,
    journalDirectory,
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      stopping ??= stopOne(gateway, server)
      return stopping
    },
  }
}

async function stopOne(gateway: Gateway, server: Server): Promise<void> {
  await gateway.stop()
  server.close()
  server.closeAllConnections()
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** What tests look into, of all the bodies that the gateway answers with. */
export interface Body {
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly type: string
    readonly param: string | null
  }
  readonly choices?: readonly { readonly message: { readonly content: string } }[]
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
  readonly data?: readonly { readonly id: string; readonly embedding?: number[] }[]
  readonly model?: string
  readonly id?: string
  readonly models?: readonly string[]
  readonly limits?: readonly Record<string, string | number | null>[]
  readonly account?: { readonly name: string }
}

export async function send(
  url: string,
  token: string | null,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text) }
}

export function chat(url: string, token: string, model: string, more: object = {}) {
  const messages = [{ role: 'user', content: 'Say something about commons.' }]
  return send(url, token, '/v1/chat/completions', { model, messages, ...more })
}

export interface Streamed {
  readonly status: number
  readonly events: string[]
  readonly text: string
}

/** Reads a stream to its end, or until `until` says that it has seen enough and leaves. */
export async function stream(
  url: string,
  token: string,
  model: string,
  more: object = {},
  until: (events: string[]) => boolean = () => false,
): Promise<Streamed> {
  const leave = new AbortController()
  const messages = [{ role: 'user', content: 'Say something about commons.' }]
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true, ...more }),
    signal: leave.signal,
  })
  let text = ''
  const decoder = new TextDecoder()
  const events = () => text.split('\n\n').filter((event) => event !== '')
  try {
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true })
      if (until(events())) leave.abort()
    }
  } catch (error) {
    if (!leave.signal.aborted) throw error
  }
  return { status: response.status, events: events(), text }
}

/** Waits until `probe` gives something, and fails with the last answer when it never does. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  deadlineMs = 8_000,
): Promise<T> {
  const untilMs = Date.now() + deadlineMs
  for (;;) {
    const found = await probe()
    if (found !== null && found !== undefined && found !== false) return found
    if (Date.now() > untilMs) throw new Error(`It never happened: ${what}`)
    await wait(20)
  }
}

export interface UsageRow {
  readonly id: string
  readonly requestId: string
  readonly attempt: number
  readonly accountId: string
  readonly modelName: string
  readonly status: string
  readonly numbersFrom: string
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  readonly costNanos: bigint
  readonly heldNanos: bigint
  readonly shareId: string | null
  readonly metadata: Record<string, unknown>
}

/** All usage records of the tenant, oldest first, once there are as many as expected. */
export function usageOf(world: World, count: number): Promise<UsageRow[]> {
  return eventually(`${count} usage records`, async () => {
    const rows = await world.run((tx) =>
      tx.selectFrom('usageRecord').selectAll().orderBy('id').execute(),
    )
    if (rows.length > count) throw new Error(`${rows.length} records instead of ${count}`)
    return rows.length === count && (rows as unknown as UsageRow[])
  })
}

export interface PoolSums {
  readonly settled: bigint
  readonly credited: bigint
  readonly leased: bigint
  readonly remaining: bigint
}

/** A pool, and what its leases say together. */
export async function poolOf(world: World, ownerId: Id): Promise<PoolSums | null> {
  const { rows } = await world.run((tx) =>
    sql<PoolSums>`select p.settled, p.credited, p.leased, coalesce((select
        sum(l.granted - l.returned - l.settled) from lease l
        where l.owner_id = p.owner_id and l.period_id = p.period_id), 0)::bigint as remaining
      from pool p where p.owner_id = ${uuidOf(ownerId)}`.execute(tx),
  )
  return rows[0] ?? null
}

/** Waits until the gateway knows the tenant as it is now. */
export async function settledSnapshot(world: World, running: Running): Promise<void> {
  const { revision } = await world.run((tx) =>
    tx.selectFrom('tenantRevision').select('revision').executeTakeFirstOrThrow(),
  )
  await eventually(
    'the snapshot is current',
    () => (running.gateway.revisionOf(world.tenantId) ?? -1) >= Number(revision),
  )
}
