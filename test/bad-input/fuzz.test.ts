/**
 * Whatever is sent to an operation of the contract, by somebody who may do everything, is answered with
 * less than 500. Bodies begin as the example of the API reference and are damaged in a few places, so that
 * they get past the first check more often than random ones do.
 */
import { type AnyOperation, fullPath, operations } from '@commonhold/contract'
import { exampleBody } from '@commonhold/isolation'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Person, password, program, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { expectProblem, send } from './raw.ts'

const runs = 400
const damageMax = 3

let product: TestProduct
let admin: Person
let operator: Person

beforeAll(async () => {
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
  })
  admin = await signIn(product.url, 'ana@example.com')
  operator = program(product.url, product.operatorKey)
  const root = { account: 'root' }
  const { client } = admin
  await client.account.create({}, { name: 'research', boundary: 'standard' })
  await client.team.create(root, { name: 'research' })
  await client.virtualAccount.create(root, { name: 'research' })
  await client.role.create(root, { name: 'research', permissions: ['model:use'] })
  await client.cluster.create(root, { name: 'eu-west' })
  await client.workspace.create(root, { name: 'research', cluster: 'eu-west' })
  await client.providerAccount.create(root, { name: 'openai', provider: 'sandbox' })
  await client.model.create(root, {
    name: 'small',
    providerAccount: 'openai',
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 100,
    outputTokensMax: 100,
  })
  await client.prompt.create(root, { name: 'research' })
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  await client.promptVersion.create({ ...root, prompt: 'research' }, { content: { messages } })
  await client.secretGroup.create(root, { name: 'deployment' })
  await client.secret.create(root, { name: 'research', secretGroup: 'deployment', value: 'x' })
  const targets = [{ model: 'openai/small' }]
  await client.virtualModel.create(root, { name: 'research', strategy: 'priority', targets })
  await client.token.create({ ...root, virtualAccount: 'research' }, { name: 'research' })
  await client.personalAccessToken.create(root, { name: 'research' })
  const level = { name: 'research', level: 'account' } as const
  await client.budget.create(root, { ...level, amountUsd: '1', period: 'month' })
  const requests = { metric: 'requests', amount: 9, windowSeconds: 60 } as const
  await client.usageLimit.create(root, { ...level, ...requests })
  await client.user.invite(root, { email: 'ben@example.com' })
}, 90_000)
afterAll(() => product?.remove())

/** Names that exist, so that a call gets further than "there is no such thing". */
const known: Readonly<Record<string, readonly string[]>> = {
  account: ['root'],
  team: ['research'],
  'virtual-account': ['research'],
  role: ['research', 'admin'],
  cluster: ['eu-west'],
  workspace: ['research', 'eu-west/research'],
  'provider-account': ['openai'],
  model: ['openai/small', 'small'],
  prompt: ['research'],
  'secret-group': ['deployment'],
  secret: ['research'],
  'virtual-model': ['research'],
  token: ['research'],
  budget: ['research'],
  'usage-limit': ['research'],
  user: ['ben@example.com'],
  version: ['1', '0', '-1', '99999999999999999999', '1.5', '1e3'],
  label: ['live'],
  period: ['2026-11', '0000-00', '2026-1', '-'],
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\uD800',
    '\u202E',
    '%',
    '\\',
    "'",
    '__proto__',
    'null',
    '-1',
    '1e400',
  ),
  fc.constantFrom(
    'research',
    'openai/small',
    'root',
    'admin',
    'model:use',
    'everything',
    'ana@example.com',
  ),
  fc.constantFrom(
    '2026-11-23T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00Z',
    'UTC',
  ),
  fc.constantFrom(
    'http://169.254.169.254/',
    'https://[::1]',
    'https://example.com/v1',
    '0.0.0.0/0',
    '::/0',
  ),
  fc.constantFrom('0', '0.000000001', '999999999.999999999', '00', '-0', '1.', '.5'),
  fc.constantFrom(
    'team_01m83yz5taeggr1ht53m7v8cfc',
    'team_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'acct_',
    '_',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ minLength: 300, maxLength: 3_000 }),
)
const value = fc.oneof(
  text,
  fc.constantFrom(0, -0, -1, 0.5, 1e15, 2 ** 31, 2 ** 53, 1e308, -1e308, null, true, false),
  fc.constantFrom([], {}, [[]], [null], { __proto__: null, a: 1 }),
  fc.array(text, { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 3 }),
)

type Damage = {
  readonly place: number
  readonly how: 'replace' | 'remove' | 'add'
  readonly with: unknown
}
const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(1_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
  with: value,
})

type Json = { [key: string]: unknown }
const isObject = (one: unknown): one is Json => typeof one === 'object' && one !== null

/** Every field of the body, at any depth, as the object and the key that it has there. */
function places(body: unknown): [Json, string][] {
  if (!isObject(body)) return []
  return Object.keys(body).flatMap((key) => [[body, key] as [Json, string], ...places(body[key])])
}

let made = 0

/**
 * What is created gets a name of its own, or the second one would be refused for that alone; what is
 * changed keeps its name, or nobody would find it again.
 */
function damaged(operation: AnyOperation, damages: readonly Damage[]): unknown {
  const example = exampleBody(operation)
  if (example === undefined && damages.length < 2) return undefined
  const body: unknown = structuredClone(example ?? {})
  if (isObject(body) && operation.method === 'POST' && 'name' in body) body.name = `fresh-${made++}`
  if (isObject(body) && operation.method === 'PATCH') delete body.name
  for (const one of damages) {
    const all = places(body)
    const [object, key] = all[one.place % Math.max(all.length, 1)] ?? [body as Json, 'name']
    if (one.how === 'remove') delete object[key]
    else object[one.how === 'add' ? 'extra' : key] = structuredClone(one.with)
  }
  return body
}

const taking = operations.filter(
  ({ method, id }) =>
    ['POST', 'PATCH', 'PUT'].includes(method) &&
    // These would end the session that asks, or lock its tenant.
    !['me.change-password', 'operator-tenant.suspend'].includes(id),
)

const asked = fc
  .constantFrom(...taking)
  .chain((operation) => fc.record({ operation: fc.constant(operation), ...partsOf(operation) }))

function partsOf(operation: AnyOperation) {
  const names = [...operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)
  const params = names.map((name) => {
    const real = known[name] ?? ['nothing-has-this-name']
    return fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...real) },
      { weight: 1, arbitrary: text },
    )
  })
  return {
    params: fc.tuple(...params),
    body: fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .array(damage, { maxLength: damageMax })
          .map((damages) => damaged(operation, damages)),
      },
      { weight: 1, arbitrary: value },
    ),
    dryRun: fc.boolean(),
  }
}

function pathOf(operation: AnyOperation, params: readonly string[]): string {
  let position = 0
  return fullPath(operation).replace(/\{[^}]+\}/g, () =>
    encodeURIComponent((params[position++] ?? '').toWellFormed()),
  )
}

it(`${runs} damaged bodies: none is answered with a 5xx`, async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ operation, params, body, dryRun }) => {
      const answer = await send(product.url, {
        method: operation.method,
        path: pathOf(operation, params) + (dryRun ? '?dryRun=true' : ''),
        who: operation.area === 'operator' ? operator : admin,
        body: JSON.stringify(body),
      })
      if (answer.status >= 400) expectProblem(answer, [400, 401, 403, 404, 409, 412, 413, 422, 429])
    }),
    { numRuns: runs },
  )
}, 120_000)

const reading = operations.filter(({ method }) => method === 'GET')
const queried = fc.constantFrom(...reading).chain((operation) =>
  fc.record({
    operation: fc.constant(operation),
    params: partsOf(operation).params,
    query: fc.dictionary(
      fc.constantFrom(
        'limit',
        'sort',
        'q',
        'cursor',
        'from',
        'to',
        'groupBy',
        'filter[team]',
        'filter[from]',
        'filter[model]',
        'filter[actor]',
        'timeZone',
      ),
      text,
      { maxKeys: 3 },
    ),
  }),
)

it(`${runs} odd queries: none is answered with a 5xx`, async () => {
  await fc.assert(
    fc.asyncProperty(queried, async ({ operation, params, query }) => {
      const answer = await send(product.url, {
        path: `${pathOf(operation, params)}?${new URLSearchParams(query)}`,
        who: operation.area === 'operator' ? operator : admin,
      })
      expect(answer.status, answer.text).toBeLessThan(500)
    }),
    { numRuns: runs },
  )
}, 120_000)
