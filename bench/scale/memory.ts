/** How much memory a gateway takes for each stream that is open and silent. */
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { requestBody } from '../gateway/wire.ts'
import type { Gateway } from './world.ts'

const FIRST = 1_000
const MORE = 2_000
const AT_ONCE = 50
const SETTLE_MS = 1_000

/** @returns bytes, or null where there is no /proc */
export async function bytesPerStream(gateway: Gateway, token: string): Promise<number | null> {
  const pool = new Pool(gateway.url, { connections: FIRST + MORE, pipelining: 1, bodyTimeout: 0 })
  try {
    // What grows only once, as the heap does, has grown with the first ones.
    await open(pool, gateway, token, FIRST)
    const before = await residentBytes(gateway.pid)
    await open(pool, gateway, token, MORE)
    const after = await residentBytes(gateway.pid)
    return before === null || after === null ? null : (after - before) / MORE
  } finally {
    await pool.destroy()
  }
}

async function open(pool: Pool, gateway: Gateway, token: string, count: number): Promise<void> {
  const body = JSON.stringify({ ...JSON.parse(requestBody(gateway.model, true)), user: 'held' })
  const headers = { ...gateway.headers, authorization: `Bearer ${token}` }
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const path = '/v1/chat/completions'
        const answer = await pool.request({ method: 'POST', path, headers, body })
        if (answer.statusCode !== 200) throw new Error(await answer.body.text())
        answer.body.on('error', () => undefined)
        await new Promise((resolve) => answer.body.once('data', resolve))
      }),
    )
  }
}

async function residentBytes(pid: number): Promise<number | null> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024
  } catch {
    return null
  }
}
