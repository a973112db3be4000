/**
 * Bodies that are not what they should be: each is refused with a 4xx that names field and rule, and leaves
 * nothing behind.
 */
import { describe, expect, it } from 'vitest'
import { base, controlPlane, model, tokens } from './control-plane.ts'
import { expectProblem } from './raw.ts'

const here = controlPlane()

const token = { name: 'fresh' }
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
  ['a type that is none', '/models', { ...model, type: 'video' }, '/type'],
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
    await here.writesNothing(async () => {
      const answer = await here.post(path, body)
      expectProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors!.map((one) => one.pointer)).toContain(pointer)
      expect(answer.body.errors!.every(({ rule, message }) => rule !== '' && message !== '')).toBe(
        true,
      )
    })
  })

  it('all faults are told at once', async () => {
    const answer = await here.post('/models', {
      ...model,
      type: 'x',
      outputTokensMax: -1,
      extra: 1,
    })
    const pointers = answer.body.errors!.map(({ pointer }) => pointer)
    expect(pointers.sort()).toEqual(['/extra', '/outputTokensMax', '/type'])
  })

  it('a key that would reach into prototypes is an unknown field', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      await here.writesNothing(async () => {
        const answer = await here.post('/teams', `{"name":"fresh","${key}":{"isAdmin":true}}`)
        expectProblem(answer, 400)
      })
    }
    await here.writesNothing(async () => {
      const nested = '{"name":"fresh","boundary":"standard","settings":{"__proto__":{"x":1}}}'
      expectProblem(await here.ask({ method: 'POST', path: '/api/v1/accounts', body: nested }), 400)
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
    await here.writesNothing(async () =>
      expectProblem(await here.post('/teams', body), 400, 'malformed_request'),
    )
  })

  const others: readonly (readonly [string, string])[] = [
    ['a list', '[]'],
    ['a text', '"fresh"'],
    ['a number', '1'],
    ['null', 'null'],
  ]
  it.each(others)('%s where an object belongs', async (_, body) => {
    await here.writesNothing(async () => expectProblem(await here.post('/teams', body), 400))
  })

  it('bytes that are not UTF-8', async () => {
    const body = Buffer.from([
      0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d,
    ])
    await here.writesNothing(async () => expectProblem(await here.post('/teams', body), 400))
  })

  it('another content type, and none', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await here.post('/teams', '{"name":"fresh"}', { 'content-type': type })
      expectProblem(answer, 415, 'unsupported_media_type')
    }
  })

  it('deeper than anybody nests', async () => {
    const deep = `{"name":"fresh","displayName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    await here.writesNothing(async () => expectProblem(await here.post('/teams', deep), 400))
  })

  it('10 MB: told so, and the server serves on', async () => {
    await here.writesNothing(async () => {
      const body = JSON.stringify({ name: 'fresh', displayName: 'a'.repeat(10_485_760) })
      expectProblem(await here.post('/teams', body), 413, 'body_too_large')
      const after = await Promise.all(
        Array.from({ length: 5 }, () => here.ask({ path: `${base}/teams` })),
      )
      expect(after.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    })
  })
})
