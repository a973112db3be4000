/**
 * A virtual account that calls a counted model on a budget of its own, and its bill: what the tests
 * compare with what the upstream has counted.
 */
import type { UsageRecord } from '@commonhold/sdk'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'
import type { ServedCall, Upstream } from './upstream.ts'

const root = { account: 'root' }
/** One page has them all. */
export const recordsMax = 200

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Caller {
  readonly name: string
  /** One call. Rejects where the connection breaks. */
  call(url: string, more?: { hold?: true; stream?: true }): Promise<Answered>
  /** Calls that nobody waits for; they end when the gateway does. */
  leave(url: string, count: number, more?: { stream?: true }): void
  records(): Promise<UsageRecord[]>
  /** The records, once there are as many. */
  billed(count: number): Promise<UsageRecord[]>
  served(): ServedCall[]
  budget(): Promise<{ settledNanos: string; heldNanos: string; amountNanos: string }>
}

/** @param amountUsd the caller's own budget */
export async function makeCaller(
  admin: Person,
  upstream: Upstream,
  name: string,
  amountUsd: string,
): Promise<Caller> {
  const { client } = admin
  await client.providerAccount.create(root, {
    name,
    provider: 'openai-compatible',
    baseUrl: upstream.url,
    apiKey: 'the-key-of-the-upstream',
  })
  await client.model.create(root, {
    name: 'counted',
    providerAccount: name,
    upstreamModel: 'counted',
    type: 'chat',
    contextTokensMax: 200,
    outputTokensMax: 20,
    price: { inputPerMillionUsd: '1000', outputPerMillionUsd: '2000' },
  })
  await client.virtualAccount.create(root, { name })
  await client.grant.create(root, {
    subject: { type: 'virtual-account', virtualAccount: name },
    object: { type: 'resource', kind: 'model', resource: `${name}/counted` },
    role: 'user',
  })
  const level = { level: 'virtual-account', of: name } as const
  await client.budget.create(root, { name, ...level, amountUsd, period: 'month' })
  const { secret } = await client.token.create({ ...root, virtualAccount: name }, { name })

  const call: Caller['call'] = async (url, { hold, stream = false } = {}) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: `${name}/counted`,
        user: name,
        stream,
        messages: [{ role: 'user', content: hold ? 'hold' : 'Hello' }],
      }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const records = async () => {
    const asked = { ...root, limit: recordsMax, 'filter[virtualAccount]': name }
    return (await client.usage.list(asked)).items
  }
  return {
    name,
    call,
    leave: (url, count, more) => {
      for (let n = 0; n < count; n++) call(url, { hold: true, ...more }).catch(() => undefined)
    },
    records,
    billed: (count) =>
      eventually(`${count} records of ${name}`, async () => {
        const found = await records()
        if (found.length > count) throw new Error(`${found.length} records instead of ${count}`)
        return found.length === count && found
      }),
    served: () => upstream.calls.filter(({ user }) => user === name),
    budget: async () => {
      const { amountNanos, current } = await client.budget.get({ ...root, budget: name })
      return { amountNanos, ...current }
    },
  }
}

/** Waits until a gateway has heard of the caller. */
export function known(caller: Caller, url: string): Promise<unknown> {
  return eventually(`the gateway to know ${caller.name}`, () =>
    caller.call(url).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
}

export const totalNanos = (records: readonly UsageRecord[]) =>
  records.reduce((sum, { costNanos }) => sum + BigInt(costNanos), 0n)
