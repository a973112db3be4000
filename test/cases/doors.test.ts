/** Whether one gets in hangs on the path alone, and nobody gets in while it can't be decided. */
import { fullPath, operations } from '@commonhold/contract'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../bad-input/raw.ts'
import { type Person, password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

let product: TestProduct
let admin: Person
beforeAll(async () => {
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
  })
  admin = await signIn(product.url, 'ana@example.com')
})
afterAll(() => product?.remove())

/** Addresses that anybody may call. */
const open = ['/api/v1/session', '/api/v1/invitations:accept', '/healthz', '/api/v1/deployment']
/** The operator's are told apart by a key that is known without the database: they stay a 401. */
const ofTenants = operations.filter(({ access, area }) => access.by !== 'anyone' && area === 'api')

it('an open address in a query or a fragment opens nothing (A+3)', async () => {
  for (const path of open) {
    for (const about of ['/api/v1/accounts/root/users', '/v1/models']) {
      const spellings = [
        `${about}?next=${path}`,
        `${about}?${path}`,
        `${about}?a=${encodeURIComponent(path)}&${path}=1`,
        `${about};${path}`,
        `${about}%3f${path}`,
        `${about}#${path}`,
        `${path}/..%2f..${about}`,
        `${path}%00${about}`,
        `${path}/../../..${about}`,
      ]
      for (const spelling of spellings) {
        const { status, text } = await send(product.url, { path: spelling })
        expect([spelling, status, text]).not.toEqual([
          spelling,
          200,
          expect.stringContaining('items'),
        ])
        expect([spelling, [400, 401, 404, 405].includes(status), status]).toEqual([
          spelling,
          true,
          status,
        ])
      }
    }
  }
})

it('a method that is not the operation’s own does not get round it (A+3)', async () => {
  const path = '/api/v1/accounts/root/users'
  for (const header of [
    'x-http-method-override',
    'x-method-override',
    'x-original-url',
    'x-rewrite-url',
  ]) {
    const { status } = await send(product.url, { path, headers: { [header]: '/healthz' } })
    expect([header, status]).toEqual([header, 401])
  }
})

/** Last, because it takes the database away. */
it('without the database nobody is let in: a 5xx, whatever is asked, and never a 200 (A+5)', async () => {
  const client = new Client({
    connectionString: product.database.superuserUrl.replace(/\/[^/?]*(\?|$)/, '/postgres$1'),
  })
  await client.connect()
  const name = new URL(product.database.appUrl).pathname.slice(1)
  await client.query(`alter database ${name} allow_connections false`)
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  )
  try {
    for (const operation of ofTenants) {
      const path = fullPath(operation)
        .replace(/\{account\}/, 'root')
        .replace(/\{[^}]+\}/g, 'some-thing')
      const { status } = await send(product.url, {
        method: operation.method,
        path,
        who: admin,
        body: {},
      })
      // What is refused before anything is looked up, such as a body without a field, is a 4xx as ever.
      const isRefused = status >= 500 || status === 400 || status === 422
      expect([operation.id, status, isRefused]).toEqual([operation.id, status, true])
    }
  } finally {
    await client.query(`alter database ${name} allow_connections true`)
    await client.end()
  }
})
