/**
 * Everything that a client can do wrong, against the real product: each is refused with a 4xx that
 * names field and rule, and leaves nothing behind.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { expectProblem, type RawRequest, send } from './raw.ts'

const root = { account: 'root' }
const base = '/api/v1/accounts/root'

let product: TestProduct
let admin: Person

beforeAll(async () => {
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
  })
  admin = await signIn(product.url, 'ana@example.com')
  const { client } = admin
  await client.team.create(root, { name: 'research' })
  await client.team.create(root, { name: 'platform' })
  await client.team.create(root, { name: 'support' })
  await client.virtualAccount.create(root, { name: 'app' })
  await client.cluster.create(root, { name: 'eu-west' })
  await client.providerAccount.create(root, { name: 'vendor', provider: 'sandbox' })
}, 90_000)
afterAll(() => product?.remove())

const ask = (asked: RawRequest) => send(product.url, { who: admin, ...asked })
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask({ method: 'POST', path: `${base}${path}`, body, headers })

/** The newest audit event: whatever is written has one. */
async function lastWritten(): Promise<number> {
  const { items } = await admin.client.auditEvent.list({ ...root, limit: 1 })
  return items[0]!.sequence
}

async function writesNothing(work: () => Promise<void>): Promise<void> {
  const before = await lastWritten()
  await work()
  expect(await lastWritten()).toBe(before)
}

const model = {
  name: 'fresh',
  providerAccount: 'vendor',
  upstreamModel: 'm',
  type: 'chat',
  contextTokensMax: 1,
  outputTokensMax: 1,
}
const token = { name: 'fresh' }
const tokens = '/virtual-accounts/app/tokens'
const budget = { name: 'fresh', level: 'account', amountUsd: '1', period: 'month' }

/** What is wrong, where it is sent, the body, and the pointer that the answer has to name. */
const wrong: readonly (readonly [string, string, unknown, string])[] = [
  ['an unknown field', '/teams', { name: 'fresh', colour: 'red' }, '/colour'],
  ['a field of another tenant', '/teams', { name: 'fresh', tenant: 'other' }, '/tenant'],
  ['an account in the body', '/teams', { name: 'fresh', account: 'other' }, '/account'],
  ['a number for a name', '/teams', { name: 42 }, '/name'],
  ['null for a name', '/teams', { name: null }, '/name'],
  ['no name', '/teams', {}, '/name'],
  ['a name of 65 letters', '/teams', { name: 'a'.repeat(65) }, '/name'],
  ['a name of a million letters', '/teams', { name: 'a'.repeat(1_000_000) }, '/name'],
  ['a name in capitals', '/teams', { name: 'Research' }, '/name'],
  ['a name that looks like an id', '/teams', { name: 'team_01m83yz5taeggr1ht53m7v8cfc' }, '/name'],
  ['a Cyrillic а in a name', '/teams', { name: 'rese\u0430rch' }, '/name'],
  ['a line break after a name', '/teams', { name: 'fresh\n' }, '/name'],
  ['a slash in a name', '/teams', { name: 'a/b' }, '/name'],
  ['a bidi override', '/teams', { name: 'fresh', displayName: 'a\u202Egpj.exe' }, '/displayName'],
  [
    'a zero-width space',
    '/teams',
    { name: 'fresh', displayName: 'Re\u200Bsearch' },
    '/displayName',
  ],
  ['a NUL byte', '/teams', { name: 'fresh', displayName: 'a\u0000b' }, '/displayName'],
  ['a lone surrogate', '/teams', { name: 'fresh', displayName: 'a\uD800b' }, '/displayName'],
  ['blanks alone', '/teams', { name: 'fresh', displayName: '   ' }, '/displayName'],
  ['201 letters', '/teams', { name: 'fresh', displayName: 'a'.repeat(201) }, '/displayName'],
  ['a list where a text belongs', '/teams', { name: ['fresh'] }, '/name'],
  ['a text where a list belongs', '/teams', { name: 'fresh', members: 'app' }, '/members'],
  ['a NUL byte in a reference', '/teams', { name: 'fresh', members: ['a\u0000'] }, '/members/0'],
  ['a number as text', '/models', { ...model, contextTokensMax: '1' }, '/contextTokensMax'],
  ['half a token', '/models', { ...model, contextTokensMax: 1.5 }, '/contextTokensMax'],
  ['a negative count', '/models', { ...model, outputTokensMax: -1 }, '/outputTokensMax'],
  ['an endless count', '/models', { ...model, contextTokensMax: 1e300 }, '/contextTokensMax'],
  ['a type that is none', '/models', { ...model, type: 'image' }, '/type'],
  ['a NUL byte in free text', '/models', { ...model, upstreamModel: 'a\u0000' }, '/upstreamModel'],
  ['a price as a number', '/models', withPrice(1), '/price/inputPerMillionUsd'],
  ['a negative price', '/models', withPrice('-1'), '/price/inputPerMillionUsd'],
  ['ten digits after the point', '/models', withPrice('0.0000000001'), '/price/inputPerMillionUsd'],
  ['a price in another notation', '/models', withPrice('1e3'), '/price/inputPerMillionUsd'],
  ['a comma in a price', '/models', withPrice('1,50'), '/price/inputPerMillionUsd'],
  ['money beyond measure', '/budgets', { ...budget, amountUsd: '9'.repeat(30) }, '/amountUsd'],
  ['a time zone that is none', '/budgets', { ...budget, timeZone: 'Mars/Olympus' }, '/timeZone'],
  ['a date that is none', tokens, { ...token, expiresAt: '2027-02-30T00:00:00Z' }, '/expiresAt'],
  ['a date without a time', tokens, { ...token, expiresAt: '2027-02-01' }, '/expiresAt'],
  [
    'a date with five-digit years',
    tokens,
    { ...token, expiresAt: '+99999-01-01T00:00:00Z' },
    '/expiresAt',
  ],
  ['an address that is none', tokens, { ...token, ipAllowlist: ['10.0.0.0/33'] }, '/ipAllowlist/0'],
  [
    'a permission that is none',
    '/roles',
    { name: 'fresh', permissions: ['model:fly'] },
    '/permissions/0',
  ],
  [
    'a url that is none',
    '/provider-accounts',
    { name: 'fresh', provider: 'openai-compatible', baseUrl: 'javascript:alert(1)' },
    '/baseUrl',
  ],
]

function withPrice(inputPerMillionUsd: unknown) {
  return { ...model, price: { inputPerMillionUsd, outputPerMillionUsd: '1' } }
}

describe('a body that is not what it should be', () => {
  it.each(wrong)('%s', async (_, path, body, pointer) => {
    await writesNothing(async () => {
      const answer = await post(path, body)
      expectProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors!.map((one) => one.pointer)).toContain(pointer)
      expect(answer.body.errors!.every(({ rule, message }) => rule !== '' && message !== '')).toBe(
        true,
      )
    })
  })

  it('all faults are told at once', async () => {
    const answer = await post('/models', { ...model, type: 'x', outputTokensMax: -1, extra: 1 })
    const pointers = answer.body.errors!.map(({ pointer }) => pointer)
    expect(pointers.sort()).toEqual(['/extra', '/outputTokensMax', '/type'])
  })

  it('a key that would reach into prototypes is an unknown field', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      await writesNothing(async () => {
        const answer = await post('/teams', `{"name":"fresh","${key}":{"isAdmin":true}}`)
        expectProblem(answer, 400)
      })
    }
    await writesNothing(async () => {
      const nested = '{"name":"fresh","boundary":"standard","settings":{"__proto__":{"x":1}}}'
      expectProblem(await ask({ method: 'POST', path: '/api/v1/accounts', body: nested }), 400)
    })
  })

  const malformed: readonly (readonly [string, string])[] = [
    ['broken off', '{"name":'],
    ['with a comma too many', '{"name":"fresh",}'],
    ['of single quotes', "{'name':'fresh'}"],
    ['with NaN', '{"name":NaN}'],
    ['of two values', '{"name":"fresh"}{"name":"again"}'],
    ['nothing at all', ''],
  ]
  it.each(malformed)('JSON %s', async (_, body) => {
    await writesNothing(async () =>
      expectProblem(await post('/teams', body), 400, 'malformed_request'),
    )
  })

  const others: readonly (readonly [string, string])[] = [
    ['a list', '[]'],
    ['a text', '"fresh"'],
    ['a number', '1'],
    ['null', 'null'],
  ]
  it.each(others)('%s where an object belongs', async (_, body) => {
    await writesNothing(async () => expectProblem(await post('/teams', body), 400))
  })

  it('bytes that are not UTF-8', async () => {
    const body = Buffer.from([
      0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d,
    ])
    await writesNothing(async () => expectProblem(await post('/teams', body), 400))
  })

  it('another content type, and none', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await post('/teams', '{"name":"fresh"}', { 'content-type': type })
      expectProblem(answer, 415, 'unsupported_media_type')
    }
  })

  it('deeper than anybody nests', async () => {
    const deep = `{"name":"fresh","displayName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    await writesNothing(async () => expectProblem(await post('/teams', deep), 400))
  })

  it('10 MB: told so, and the server serves on', async () => {
    await writesNothing(async () => {
      const body = JSON.stringify({ name: 'fresh', displayName: 'a'.repeat(10_485_760) })
      expectProblem(await post('/teams', body), 413, 'body_too_large')
      const after = await Promise.all(
        Array.from({ length: 5 }, () => ask({ path: `${base}/teams` })),
      )
      expect(after.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    })
  })
})

describe('a path or query that is not what it should be', () => {
  it('an id of the wrong kind is like a missing one', async () => {
    const team = await admin.client.team.get({ ...root, team: 'research' })
    for (const path of [
      `/virtual-accounts/${team.id}`,
      `/models/${team.id}`,
      `/budgets/${team.id}`,
    ]) {
      expectProblem(await ask({ path: `${base}${path}` }), 404, 'not_found')
    }
    expectProblem(await ask({ path: `/api/v1/accounts/${team.id}/teams` }), 404, 'not_found')
  })

  const odd: readonly (readonly [string, string])[] = [
    ['a NUL byte', '/teams/%00'],
    ['a NUL byte in the account', '/../../accounts/%00/teams'],
    ['half a percent sign', '/teams/%E0%A4%A'],
    ['an encoded slash', '/teams/research%2Fmembers'],
    ['an encoded dot-dot', '/teams/%2e%2e'],
    ['a lone surrogate', '/teams/%ED%A0%80'],
    ['an apostrophe', "/teams/'%20or%20'1'='1"],
    ['400 letters', `/teams/${'a'.repeat(400)}`],
    ['5000 letters', `/teams/${'a'.repeat(5_000)}`],
    ['a verb that is none', '/teams/research:explode'],
    ['nothing at all', '/teams/'],
    ['a version that is no number', '/prompts/none/versions/abc'],
    ['a version beyond measure', '/prompts/none/versions/99999999999999999999'],
    ['a month that is none', '/invoices/2026-13'],
    ['a month of another age', '/invoices/9999-99'],
    ['an id of almost 26 letters', '/teams/team_01m83yz5taeggr1ht53m7v8cf'],
    ['an id beyond a UUID', '/teams/team_zzzzzzzzzzzzzzzzzzzzzzzzzz'],
  ]
  it.each(odd)('%s', async (_, path) => {
    const answer = await ask({
      path: path.startsWith('/../..') ? `/api/v1${path.slice(6)}` : base + path,
    })
    expectProblem(answer, [400, 404])
  })

  const queries: readonly string[] = [
    'limit=0',
    'limit=-1',
    'limit=201',
    'limit=99999999999999999999',
    'limit=1.5',
    'limit=abc',
    'limit=1&limit=2',
    'sort=secret',
    'sort=name&sort=-name',
    'sort=name;drop%20table',
    'cursor=abc',
    'cursor=',
    'cursor=W10.W10',
    `cursor=${'a'.repeat(2_000)}`,
    'q=%00',
    `q=${'a'.repeat(201)}`,
    'unknown=1',
    'filter[unknown]=1',
    'filter[state]=active&filter[state]=suspended',
    '__proto__=1',
    '__proto__[x]=1',
  ]
  it.each(queries)('?%s', async (query) => {
    const answer = await ask({ path: `${base}/virtual-accounts?${query}` })
    expectProblem(answer, 400)
  })

  it('an empty limit, and percent signs and backslashes in a search', async () => {
    for (const q of ['%25', '_', '%5C', "'", '%5C%25', '%F0%9F%98%80']) {
      const answer = await ask({ path: `${base}/teams?q=${q}` })
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body.items).toEqual([])
    }
  })

  const times: readonly string[] = [
    'filter[from]=yesterday',
    'filter[from]=2026-13-01T00:00:00Z',
    'filter[to]=0000-00-00T00:00:00Z',
    'filter[model]=%00',
  ]
  it.each(times)('usage ?%s', async (query) => {
    expectProblem(await ask({ path: `${base}/usage?${query}` }), [400, 404])
  })

  it('a time at the end of the calendar is a time', async () => {
    for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z']) {
      const { status, text } = await ask({ path: `${base}/usage?filter[from]=${at}` })
      expect([200, 400], text).toContain(status)
      const sum = await ask({ path: `${base}/usage/summary?from=${at}` })
      expect(sum.status, sum.text).toBeLessThan(500)
    }
  })

  it('an edited cursor, and one of another list, order or caller', async () => {
    const first = await ask({ path: `${base}/teams?limit=1` })
    const cursor = first.body.nextCursor!
    const next = await ask({ path: `${base}/teams?limit=1&cursor=${cursor}` })
    expect(next.body.items).toHaveLength(1)
    const [body = '', signature = ''] = cursor.split('.')
    const other = Buffer.from('["a","b"]').toString('base64url')
    const bad = [
      `${other}.${signature}`,
      `${body}.${signature.slice(1)}`,
      `${body}.`,
      `${cursor}.x`,
    ]
    for (const one of bad) {
      expectProblem(
        await ask({ path: `${base}/teams?limit=1&cursor=${one}` }),
        400,
        'invalid_cursor',
      )
    }
    const elsewhere = [
      `${base}/roles?limit=1`,
      `${base}/teams?limit=1&sort=-name`,
      `${base}/teams?limit=1&q=e`,
    ]
    for (const path of elsewhere) {
      expectProblem(await ask({ path: `${path}&cursor=${cursor}` }), 400, 'invalid_cursor')
    }
  })

  it('a method that the address does not know', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expectProblem(await ask({ method, path: `${base}/teams` }), 405, 'method_not_allowed')
    }
    const answer = await ask({ method: 'PUT', path: `${base}/teams/research`, body: {} })
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.allow).toBe('DELETE, GET, HEAD, PATCH')
  })

  it('an address that is none', async () => {
    for (const path of [
      '/api/v1/nothing',
      '/api/v2/me',
      '/api/',
      `${base}/teams/`,
      '/api/v1//me',
    ]) {
      expectProblem(await ask({ path }), 404, 'not_found')
    }
  })
})

describe('headers that are not what they should be', () => {
  it('If-Match: a revision that has passed, another form, garbage', async () => {
    const path = `${base}/teams/research`
    const change = (tag: string) =>
      ask({ method: 'PATCH', path, body: { displayName: 'Changed' }, headers: { 'if-match': tag } })
    await writesNothing(async () => {
      for (const tag of ['"999"', '"0"', 'W/"999"', '"-1"']) {
        expectProblem(await change(tag), [400, 412])
      }
      for (const tag of ['garbage', '""', '"1', '99999999999999999999', '"1e0"']) {
        expectProblem(await change(tag), [400, 412])
      }
    })
    const now = await ask({ path })
    expect((await change(String(now.headers.etag))).status).toBe(200)
    expectProblem(await change(String(now.headers.etag)), 412, 'revision_mismatch')
  })

  it('credentials of any form but one', async () => {
    const bad = [
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer ch_va_x',
      'ch_va_x',
      `Bearer ${'a'.repeat(5_000)}`,
    ]
    for (const authorization of bad) {
      const answer = await ask({ path: `${base}/teams`, who: null, headers: { authorization } })
      expectProblem(answer, 401)
    }
    const cookie = 'commonhold-tenant=ch_sess_forged'
    expectProblem(await ask({ path: `${base}/teams`, who: null, headers: { cookie } }), 401)
  })

  it('a session without its CSRF token changes nothing', async () => {
    const { cookie } = admin.headers as { cookie: string }
    await writesNothing(async () => {
      const wrongOnes: Record<string, string>[] = [{}, { 'x-csrf-token': 'wrong' }]
      for (const csrf of wrongOnes) {
        const headers = { cookie, ...csrf }
        const asked = { method: 'POST', path: `${base}/teams`, who: null, body: { name: 'fresh' } }
        expectProblem(await ask({ ...asked, headers }), 403, 'csrf_token_missing')
      }
    })
  })

  it('a request id that could forge a log line is replaced', async () => {
    for (const given of ['a b', 'x'.repeat(500), '<script>', '{"level":50}']) {
      const answer = await ask({ path: '/healthz', headers: { 'x-request-id': given } })
      expect(answer.headers['x-request-id']).toMatch(/^req_/)
    }
  })
})

describe('Idempotency-Key', () => {
  it('repeats the answer, with its secret, and creates once', async () => {
    const key = randomUUID()
    const create = (body: unknown) => post(tokens, body, { 'idempotency-key': key })
    const first = await create({ name: 'once' })
    expect(first.status).toBe(201)
    const again = await create({ name: 'once' })
    expect(again.status).toBe(201)
    expect(again.text).toBe(first.text)
    expect(again.body.secret).toMatch(/^ch_va_/)
    expectProblem(await create({ name: 'twice' }), 422, 'idempotency_key_reused')
    const { items } = await admin.client.token.list({ ...root, virtualAccount: 'app' })
    expect(items.map(({ name }) => name)).toEqual(['once'])
  })

  it('used by many at the same time makes one object', async () => {
    const key = randomUUID()
    const asked = Array.from({ length: 8 }, () =>
      post('/teams', { name: 'concurrent' }, { 'idempotency-key': key }),
    )
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('of any form that is no key is refused', async () => {
    await writesNothing(async () => {
      for (const key of ['', ' ', 'a'.repeat(256), 'a'.repeat(10_000)]) {
        const answer = await post('/teams', { name: 'fresh' }, { 'idempotency-key': key })
        expectProblem(answer, 400)
      }
    })
  })

  it('does not remember a refusal as an answer', async () => {
    const key = randomUUID()
    const headers = { 'idempotency-key': key }
    expectProblem(await post('/teams', { name: 'Wrong' }, headers), 400)
    expect((await post('/teams', { name: 'right-now' }, headers)).status).toBe(201)
  })
})

describe('dryRun', () => {
  it('writes nothing, and says what it would write', async () => {
    await writesNothing(async () => {
      const made = await post('/teams?dryRun=true', { name: 'not-made' })
      expect(made.status).toBe(200)
      const token = await post(`${tokens}?dryRun=true`, { name: 'not-made' })
      expect(token.status).toBe(200)
      expect(token.text).not.toMatch(/ch_va_/)
      const path = `${base}/teams/support?dryRun=true`
      expect((await ask({ method: 'DELETE', path })).status).toBe(200)
    })
    const { items } = await admin.client.team.list(root)
    const names = items.map(({ name }) => name)
    expect(names).toContain('support')
    expect(names).not.toContain('not-made')
  })

  it('is true or false and nothing else', async () => {
    await writesNothing(async () => {
      for (const value of ['yes', '1', '', 'true&dryRun=false']) {
        const answer = await post(`/teams?dryRun=${value}`, { name: 'fresh' })
        expectProblem(answer, 400)
      }
    })
  })
})
