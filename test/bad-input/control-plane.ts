/** The product with a little in it, for tests that send it what no client would. */
import { afterAll, beforeAll, expect } from 'vitest'
import { type Person, password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { type RawAnswer, type RawRequest, send } from './raw.ts'

export const root = { account: 'root' }
export const base = '/api/v1/accounts/root'
/** The tokens of the one virtual account that there is. */
export const tokens = '/virtual-accounts/app/tokens'
export const model = {
  name: 'fresh',
  providerAccount: 'vendor',
  upstreamModel: 'm',
  type: 'chat',
  contextTokensMax: 1,
  outputTokensMax: 1,
}

export interface ControlPlane {
  readonly admin: Person
  /** As the admin, unless somebody else is named. */
  ask(asked: RawRequest): Promise<RawAnswer>
  /** @param path below the root account */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<RawAnswer>
  /** Runs `work`, and fails if anything was written: whatever is written has an audit event. */
  writesNothing(work: () => Promise<void>): Promise<void>
}

/** Starts it before the tests of the file and removes it after them. */
export function controlPlane(): ControlPlane {
  let product: TestProduct
  let admin: Person
  beforeAll(async () => {
    product = await startProduct({
      COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
      COMMONHOLD_ADMIN_PASSWORD: password,
    })
    admin = await signIn(product.url, 'ana@example.com')
    await fill(admin)
  }, 90_000)
  afterAll(() => product?.remove())

  const ask = (asked: RawRequest) => send(product.url, { who: admin, ...asked })
  const lastWritten = async () => {
    const { items } = await admin.client.auditEvent.list({ ...root, limit: 1 })
    return items[0]!.sequence
  }
  return {
    get admin() {
      return admin
    },
    ask,
    post: (path, body, headers = {}) =>
      ask({ method: 'POST', path: `${base}${path}`, body, headers }),
    writesNothing: async (work) => {
      const before = await lastWritten()
      await work()
      expect(await lastWritten()).toBe(before)
    },
  }
}

async function fill({ client }: Person): Promise<void> {
  for (const name of ['research', 'platform', 'support']) await client.team.create(root, { name })
  await client.virtualAccount.create(root, { name: 'app' })
  await client.cluster.create(root, { name: 'eu-west' })
  await client.providerAccount.create(root, { name: 'vendor', provider: 'sandbox' })
}
