/** Headers that are not what they should be, and what Idempotency-Key and dryRun promise. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base, controlPlane, root, tokens } from './control-plane.ts'
import { expectProblem } from './raw.ts'

const here = controlPlane()

describe('headers that are not what they should be', () => {
  it('If-Match: a revision that has passed, another form, garbage', async () => {
    const path = `${base}/teams/research`
    const change = (tag: string) =>
      here.ask({
        method: 'PATCH',
        path,
        body: { displayName: 'Changed' },
        headers: { 'if-match': tag },
      })
    await here.writesNothing(async () => {
      for (const tag of ['"999"', '"0"', 'W/"999"', '"-1"']) {
        expectProblem(await change(tag), [400, 412])
      }
      for (const tag of ['garbage', '""', '"1', '99999999999999999999', '"1e0"']) {
        expectProblem(await change(tag), [400, 412])
      }
    })
    const now = await here.ask({ path })
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
      const answer = await here.ask({
        path: `${base}/teams`,
        who: null,
        headers: { authorization },
      })
      expectProblem(answer, 401)
    }
    const cookie = 'commonhold-tenant=ch_sess_forged'
    expectProblem(await here.ask({ path: `${base}/teams`, who: null, headers: { cookie } }), 401)
  })

  it('a session without its CSRF token changes nothing', async () => {
    const { cookie } = here.admin.headers as { cookie: string }
    await here.writesNothing(async () => {
      const wrongOnes: Record<string, string>[] = [{}, { 'x-csrf-token': 'wrong' }]
      for (const csrf of wrongOnes) {
        const headers = { cookie, ...csrf }
        const asked = { method: 'POST', path: `${base}/teams`, who: null, body: { name: 'fresh' } }
        expectProblem(await here.ask({ ...asked, headers }), 403, 'csrf_token_missing')
      }
    })
  })

  it('a request id that could forge a log line is replaced', async () => {
    for (const given of ['a b', 'x'.repeat(500), '<script>', '{"level":50}']) {
      const answer = await here.ask({ path: '/healthz', headers: { 'x-request-id': given } })
      expect(answer.headers['x-request-id']).toMatch(/^req_/)
    }
  })
})

describe('Idempotency-Key', () => {
  it('repeats the answer, with its secret, and creates once', async () => {
    const key = randomUUID()
    const create = (body: unknown) => here.post(tokens, body, { 'idempotency-key': key })
    const first = await create({ name: 'once' })
    expect(first.status).toBe(201)
    const again = await create({ name: 'once' })
    expect(again.status).toBe(201)
    expect(again.text).toBe(first.text)
    expect(again.body.secret).toMatch(/^ch_va_/)
    expectProblem(await create({ name: 'twice' }), 422, 'idempotency_key_reused')
    const { items } = await here.admin.client.token.list({
      ...root,
      virtualAccount: 'app',
      q: 'ce',
    })
    expect(items.map(({ name }) => name)).toEqual(['once'])
  })

  it('used by many at the same time makes one object', async () => {
    const key = randomUUID()
    const asked = Array.from({ length: 8 }, () =>
      here.post('/teams', { name: 'concurrent' }, { 'idempotency-key': key }),
    )
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('of any form that is no key is refused', async () => {
    await here.writesNothing(async () => {
      for (const key of ['', ' ', 'a'.repeat(256), 'a'.repeat(10_000)]) {
        const answer = await here.post('/teams', { name: 'fresh' }, { 'idempotency-key': key })
        expectProblem(answer, 400)
      }
    })
  })

  it('does not remember a refusal as an answer', async () => {
    const key = randomUUID()
    const headers = { 'idempotency-key': key }
    expectProblem(await here.post('/teams', { name: 'Wrong' }, headers), 400)
    expect((await here.post('/teams', { name: 'right-now' }, headers)).status).toBe(201)
  })
})

describe('dryRun', () => {
  it('writes nothing, and says what it would write', async () => {
    await here.writesNothing(async () => {
      const made = await here.post('/teams?dryRun=true', { name: 'not-made' })
      expect(made.status).toBe(200)
      const token = await here.post(`${tokens}?dryRun=true`, { name: 'not-made' })
      expect(token.status).toBe(200)
      expect(token.text).not.toMatch(/ch_va_/)
      const path = `${base}/teams/support?dryRun=true`
      expect((await here.ask({ method: 'DELETE', path })).status).toBe(200)
    })
    const { items } = await here.admin.client.team.list(root)
    const names = items.map(({ name }) => name)
    expect(names).toContain('support')
    expect(names).not.toContain('not-made')
  })

  it('is true or false and nothing else', async () => {
    await here.writesNothing(async () => {
      for (const value of ['yes', '1', '', 'true&dryRun=false']) {
        const answer = await here.post(`/teams?dryRun=${value}`, { name: 'fresh' })
        expectProblem(answer, 400)
      }
    })
  })
})
