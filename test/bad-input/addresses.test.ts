/** Paths, queries, cursors and methods that are not what they should be. */
import { describe, expect, it } from 'vitest'
import { base, controlPlane, model, root, tokens } from './control-plane.ts'
import { expectProblem } from './raw.ts'

const here = controlPlane()

describe('a path or query that is not what it should be', () => {
  it('an id of the wrong kind is like a missing one', async () => {
    const team = await here.admin.client.team.get({ ...root, team: 'research' })
    for (const path of [
      `/virtual-accounts/${team.id}`,
      `/models/${team.id}`,
      `/budgets/${team.id}`,
    ]) {
      expectProblem(await here.ask({ path: `${base}${path}` }), 404, 'not_found')
    }
    expectProblem(await here.ask({ path: `/api/v1/accounts/${team.id}/teams` }), 404, 'not_found')
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
    const answer = await here.ask({
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
    const answer = await here.ask({ path: `${base}/virtual-accounts?${query}` })
    expectProblem(answer, 400)
  })

  it('an empty limit, and percent signs and backslashes in a search', async () => {
    for (const q of ['%25', '_', '%5C', "'", '%5C%25', '%F0%9F%98%80']) {
      const answer = await here.ask({ path: `${base}/teams?q=${q}` })
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
    expectProblem(await here.ask({ path: `${base}/usage?${query}` }), [400, 404])
  })

  it('a time at the end of the calendar is a time', async () => {
    for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z']) {
      const { status, text } = await here.ask({ path: `${base}/usage?filter[from]=${at}` })
      expect([200, 400], text).toContain(status)
      const sum = await here.ask({ path: `${base}/usage/summary?from=${at}` })
      expect(sum.status, sum.text).toBeLessThan(500)
    }
  })

  it('and so it is in a body: accepted, or refused by name', async () => {
    const ends = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z']
    for (const [n, at] of ends.entries()) {
      const name = `at-the-end-${n}`
      const subject = { type: 'virtual-account', virtualAccount: 'app' }
      const asked = [
        await here.post(tokens, { name, expiresAt: at }),
        await here.post('/grants', {
          subject,
          object: { type: 'account' },
          role: 'viewer',
          expiresAt: at,
        }),
        await here.post('/models', { ...model, name }),
        await here.post(`/models/vendor%2F${name}/prices`, {
          inputPerMillionUsd: '1',
          outputPerMillionUsd: '1',
          validFrom: at,
        }),
      ]
      for (const { status, text } of asked) expect(status, `${at} ${text}`).toBeLessThan(500)
    }
    for (const path of ['/grants', tokens, '/models', '/models/vendor%2Fat-the-end-2/prices']) {
      expect((await here.ask({ path: base + path })).status).toBe(200)
    }
  })

  it('an edited cursor, and one of another list, order or caller', async () => {
    const first = await here.ask({ path: `${base}/teams?limit=1` })
    const cursor = first.body.nextCursor!
    const next = await here.ask({ path: `${base}/teams?limit=1&cursor=${cursor}` })
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
        await here.ask({ path: `${base}/teams?limit=1&cursor=${one}` }),
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
      expectProblem(await here.ask({ path: `${path}&cursor=${cursor}` }), 400, 'invalid_cursor')
    }
  })

  it('a method that the address does not know', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expectProblem(await here.ask({ method, path: `${base}/teams` }), 405, 'method_not_allowed')
    }
    const answer = await here.ask({ method: 'PUT', path: `${base}/teams/research`, body: {} })
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
      expectProblem(await here.ask({ path }), 404, 'not_found')
    }
  })
})
