/**
 * Commonhold as an operator runs it, in one process with its own PostgreSQL, nothing switched off:
 * tokens, access, prices, journal, and three budgets in force for every call (of the account, of the
 * team and of the token). Set up through the public API like anybody's.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '@commonhold/sdk'
import { eventually } from '../../test/support/eventually.ts'
import { accept } from '../../test/support/people.ts'
import { startNode, untilReady } from './child.ts'
import { UPSTREAM_MODEL, usage } from './wire.ts'

export const MODEL = 'bench/small'
const ACCOUNT = 'root'
const AMOUNT_USD = '1000000'
/** 1 US dollar per million tokens is 1,000 nano-dollars per token. */
const INPUT_NANOS_PER_TOKEN = 1_000n
const OUTPUT_NANOS_PER_TOKEN = 2_000n
const SETTLE_MS_MAX = 20_000
const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

export interface Product {
  readonly url: string
  readonly token: string
  readonly pid: number
  /**
   * Waits until the books hold every call.
   * @returns for each budget what it has settled, in nano-dollars
   */
  settled(calls: number): Promise<readonly bigint[]>
  stop(): Promise<void>
}

/** What so many calls cost at the price that was set. */
export function costNanos(calls: number): bigint {
  const input = BigInt(usage.prompt_tokens) * INPUT_NANOS_PER_TOKEN
  return BigInt(calls) * (input + BigInt(usage.completion_tokens) * OUTPUT_NANOS_PER_TOKEN)
}

/**
 * @param cores for all of it, the database included
 * @param nodeArgs such as those that take a profile
 */
export async function startCommonhold(
  cores: string | null,
  upstreamUrl: string,
  nodeArgs: readonly string[] = [],
): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-bench-'))
  const child = startNode(cores, [...nodeArgs, main], {
    COMMONHOLD_DATA_DIR: dataDir,
    COMMONHOLD_PORT: String(await freePort()),
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
  })
  const stop = async () => {
    await child.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const [url, link] = await untilReady(child, () => linksIn(child.output()))
    const { client } = await accept(url, link, 'bench@example.com')
    const token = await setUp(client, upstreamUrl)
    const settled = (calls: number) => settledBudgets(client, calls)
    return { url, token, pid: child.process.pid!, settled, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function linksIn(printed: string): [url: string, link: string] | null {
  const url = /Console\s+(\S+)/.exec(printed)?.[1]
  const link = /Admin\s+(\S+)/.exec(printed)?.[1]
  return url && link && printed.includes('Operator') ? [url, link] : null
}

/** @returns the token of a virtual account that may call the model, and whose calls three budgets limit */
async function setUp(client: Client, upstreamUrl: string): Promise<string> {
  const account = { account: ACCOUNT }
  await client.providerAccount.create(account, {
    name: 'bench',
    provider: 'openai-compatible',
    baseUrl: `${upstreamUrl}/v1`,
    apiKey: 'bench-key',
  })
  await client.model.create(account, {
    name: 'small',
    providerAccount: 'bench',
    upstreamModel: UPSTREAM_MODEL,
    type: 'chat',
    contextTokensMax: 128_000,
    outputTokensMax: 4_096,
    price: { inputPerMillionUsd: '1.00', outputPerMillionUsd: '2.00' },
  })
  const caller = await client.virtualAccount.create(account, { name: 'caller' })
  await client.team.create(account, { name: 'callers', members: ['caller'] })
  await client.grant.create(account, {
    subject: { type: 'team', team: 'callers' },
    object: { type: 'resource', kind: 'provider-account', resource: 'bench' },
    role: 'user',
  })
  const token = await client.token.create(
    { ...account, virtualAccount: caller.id },
    { name: 'key' },
  )
  const levels = [
    { name: 'of-account', level: 'account' },
    { name: 'of-team', level: 'team', of: 'callers' },
    { name: 'of-token', level: 'token', of: token.id },
  ] as const
  for (const level of levels) {
    await client.budget.create(account, { ...level, amountUsd: AMOUNT_USD, period: 'month' })
  }
  return token.secret
}

async function settledBudgets(client: Client, calls: number): Promise<readonly bigint[]> {
  const expected = costNanos(calls)
  const read = async () => {
    const { items } = await client.budget.list({ account: ACCOUNT })
    return items.map(({ current }) => BigInt(current.settledNanos))
  }
  // What has not arrived in time is reported as it is: the caller compares.
  const all = async () => ((await read()).every((nanos) => nanos >= expected) ? true : null)
  await eventually('the books to hold every call', all, SETTLE_MS_MAX).catch(() => undefined)
  return read()
}

/** Links are printed with the port in them, so it has to be known before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
