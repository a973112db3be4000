/**
 * From the answer of the API to a change until each of three processes decides by it, in a tenant of
 * 100,000 grants: one grant is taken and given back, over and over, while each process is asked as its
 * owner. And from the answer to the end of a stream that runs by that grant.
 */
import type { Client } from '@commonhold/sdk'
import type { Report, Say, Table } from '../lib/report.ts'
import { quantile } from '../lib/statistics.ts'
import { type Deployment, GRANTS, RESOURCES, startThree, USERS } from './deployment.ts'

const CHANGES = 100
const STREAMED = 20
const KNOWN_MS_MAX = 120_000
const SEEN_MS_MAX = 10_000
const account = { account: 'root' }
const fast = 'sandbox/sandbox-fast'
const slow = 'sandbox/sandbox-slow'

interface Caller {
  readonly token: string
  give(): Promise<void>
  take(): Promise<void>
}

export async function compareVisibility(say: Say): Promise<Report> {
  say('visibility: three processes, and a tenant of 100,000 grants')
  const deployment = await startThree()
  try {
    const caller = await makeCaller(deployment.client)
    await caller.give()
    // The first of them reads as a whole what was written behind its back.
    await seenBy(deployment, caller, true, KNOWN_MS_MAX)
    say(`visibility: ${2 * CHANGES} changes`)
    const taken: number[][] = []
    const given: number[][] = []
    for (let round = 0; round < CHANGES; round++) {
      await caller.take()
      taken.push(await seenBy(deployment, caller, false))
      await caller.give()
      given.push(await seenBy(deployment, caller, true))
    }
    say(`visibility: ${3 * STREAMED} streams`)
    const ended: number[][] = []
    for (let round = 0; round < STREAMED; round++) {
      ended.push(await streamsEnd(deployment, caller))
      await caller.give()
      await seenBy(deployment, caller, true)
    }
    return { tables: [tableOf({ taken, given, ended })] }
  } finally {
    await deployment.stop()
  }
}

function tableOf(times: Readonly<Record<'taken' | 'given' | 'ended', number[][]>>): Table {
  const row = (name: string, rounds: readonly number[][], of: (all: number[]) => number[]) => {
    const all = rounds.flatMap(of)
    return [name, all.length, ...[0.5, 0.99, 1].map((part) => quantile(all, part))] as const
  }
  const last = (all: number[]) => [Math.max(...all)]
  const each = (all: number[]) => all
  return {
    title: 'How fast a change acts: from the API’s answer until a process decides by it',
    columns: ['', 'measured', 'p50 ms', 'p99 ms', 'longest ms'],
    rows: [
      row('grant taken, in each process', times.taken, each),
      row('grant taken, in the last of three', times.taken, last),
      row('grant given, in the last of three', times.given, last),
      row('running stream ended, in the last of three', times.ended, last),
    ],
    notes: [
      `A tenant of ${n(GRANTS)} grants to ${n(USERS)} users on ${n(RESOURCES)} resources; three processes on one PostgreSQL.`,
      'The request that finds out is in the figures: each process is asked again as soon as it has answered.',
    ],
  }
}

const n = (count: number) => count.toLocaleString('en-US')

async function makeCaller(client: Client): Promise<Caller> {
  await client.providerAccount.create(account, { name: 'sandbox', provider: 'sandbox' })
  for (const name of ['sandbox-fast', 'sandbox-slow']) {
    const size = { contextTokensMax: 128_000, outputTokensMax: 16_384 }
    const model = { name, providerAccount: 'sandbox', upstreamModel: name, type: 'chat' } as const
    await client.model.create(account, { ...model, ...size })
  }
  const { id } = await client.virtualAccount.create(account, { name: 'caller' })
  const token = await client.token.create({ ...account, virtualAccount: id }, { name: 'key' })
  let grant: string | null = null
  return {
    token: token.secret,
    give: async () => {
      const made = await client.grant.create(account, {
        subject: { type: 'virtual-account', virtualAccount: 'caller' },
        object: { type: 'resource', kind: 'provider-account', resource: 'sandbox' },
        role: 'user',
      })
      grant = made.id
    },
    take: async () => {
      await client.grant.delete({ ...account, grant: grant! })
    },
  }
}

/** @returns for each process, how long from now until it answers as expected, in ms */
function seenBy(
  { urls }: Deployment,
  { token }: Caller,
  expected: boolean,
  msMax = SEEN_MS_MAX,
): Promise<number[]> {
  const sinceMs = performance.now()
  const seen = async (url: string) => {
    for (;;) {
      const isAllowed = await mayUse(url, token)
      const tookMs = performance.now() - sinceMs
      if (isAllowed === expected) return tookMs
      if (tookMs > msMax) throw new Error(`${url} has not seen the change after ${tookMs} ms.`)
    }
  }
  return Promise.all(urls.map(seen))
}

async function mayUse(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/v1/models/${fast}`, { headers })
  await response.arrayBuffer()
  if (response.status !== 200 && response.status !== 404) {
    throw new Error(`${url} answered ${response.status}.`)
  }
  return response.status === 200
}

/** @returns for each process, how long from the API's answer until its stream has ended, in ms */
async function streamsEnd({ urls }: Deployment, caller: Caller): Promise<number[]> {
  const streams = await Promise.all(urls.map((url) => openStream(url, caller.token)))
  await caller.take()
  const sinceMs = performance.now()
  return Promise.all(
    streams.map(async (end) => {
      const last = await end()
      if (!last.includes('access_revoked')) throw new Error(`A stream ended with ${last}.`)
      return performance.now() - sinceMs
    }),
  )
}

/** @returns once its first bytes are there: what waits for its end, and gives what it ended with */
async function openStream(url: string, token: string): Promise<() => Promise<string>> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: slow,
      stream: true,
      messages: [{ role: 'user', content: 'Say something about commons.' }],
    }),
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let last = (await reader.read()).value ?? ''
  return async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return last
      last = value
    }
  }
}
