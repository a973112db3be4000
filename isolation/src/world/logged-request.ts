/** A request in the log of an account: one that the gateway refuses, so that it costs nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Person } from './person.ts'
import { exchange } from './request.ts'

const deadlineMs = 10_000
const pollMs = 50

/** Switches the account's log on, bodies included. @returns the id of the request */
export async function logRequest(
  gatewayUrl: string,
  { client }: Person,
  at: { readonly account: string },
): Promise<string> {
  await client.gatewaySetting.update(at, { requestLog: { mode: 'full' } })
  const { secret } = await client.personalAccessToken.create(at, { name: 'logged' })
  const body = { model: 'nothing/nothing', messages: [{ role: 'user', content: 'Hello' }] }
  const headers = { authorization: `Bearer ${secret}` }
  await exchange(gatewayUrl, 'POST', '/v1/chat/completions', null, { headers, body })
  const untilMs = Date.now() + deadlineMs
  for (;;) {
    const { items } = await client.requestLog.list(at)
    if (items.length > 0) return items[0]!.id
    if (Date.now() > untilMs) throw new Error('A request of the gateway is not in the log.')
    await wait(pollMs)
  }
}
