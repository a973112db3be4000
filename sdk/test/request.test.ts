/** What the client puts on the wire. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClient, type OperationId, operations } from '../src/index.ts'
import { startServer } from './support/server.ts'

describe('a request', () => {
  test('has the path and query parameters where the contract has them', async () => {
    await using server = await startServer(() => ({
      status: 200,
      body: { items: [], nextCursor: null },
    }))
    const client = createClient({ baseUrl: `${server.url}/`, token: 'ch_1' })
    await client.token.list({ account: 'root', virtualAccount: 'ci bot', limit: 5, sort: '-name' })
    await client.account.list({ 'filter[state]': 'active' })
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/accounts/root/virtual-accounts/ci%20bot/tokens?limit=5&sort=-name',
      'GET /api/v1/accounts?filter%5Bstate%5D=active',
    ])
  })

  test('carries the token and no cookie or CSRF token beside it', async () => {
    await using server = await startServer(() => ({ status: 201, body: {} }))
    const client = createClient({ baseUrl: server.url, token: 'ch_1', csrfToken: () => 'csrf' })
    await client.team.create({ account: 'root' }, { name: 'team1' })
    const { headers, body } = server.received[0]!
    expect(headers.authorization).toBe('Bearer ch_1')
    expect(headers['x-csrf-token']).toBeUndefined()
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(body)).toEqual({ name: 'team1' })
  })

  test('sends the CSRF token with changes only when there is no token', async () => {
    await using server = await startServer(() => ({ status: 200, body: {} }))
    const client = createClient({ baseUrl: server.url, csrfToken: () => 'csrf' })
    await client.me.get()
    await client.me.update({}, { displayName: 'Ana' })
    expect(server.received.map(({ headers }) => headers['x-csrf-token'])).toEqual([
      undefined,
      'csrf',
    ])
  })

  test('names the revision in If-Match and asks for a dry run in the query', async () => {
    await using server = await startServer(() => ({
      status: 200,
      body: { dryRun: true, changes: [], lost: [{ what: 'grant', id: 'grant_1', sentence: 's' }] },
    }))
    const client = createClient({ baseUrl: server.url })
    const plan = await client.team.delete(
      { account: 'a', team: 't1' },
      { dryRun: true, ifMatch: 3 },
    )
    expect(plan.lost[0]?.id).toBe('grant_1')
    expect(server.received[0]!.url).toBe('/api/v1/accounts/a/teams/t1?dryRun=true')
    expect(server.received[0]!.headers['if-match']).toBe('"3"')
  })

  test('refuses a path parameter that is missing, or that would leave the path', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:1' })
    for (const team of ['', '.', '..']) {
      await expect(client.team.get({ account: 'root', team })).rejects.toThrow(
        new TypeError('team.get needs the parameter team.'),
      )
    }
    await expect(client.call('team.get', { account: 'root', teem: 'x' })).rejects.toThrow(TypeError)
  })

  test('never leaves its own path, whatever a parameter holds', async () => {
    const paths: string[] = []
    const client = createClient({
      baseUrl: 'http://api.test',
      fetch: async (input) => {
        paths.push(new URL(String(input)).pathname)
        return new Response(null, { status: 204 })
      },
    })
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 3 }).filter(isWellFormed), async (team) => {
        await client.team.get({ account: 'root', team })
        const [, name] = /^\/api\/v1\/accounts\/root\/teams\/([^/]+)$/.exec(paths.pop()!) ?? []
        expect(decodeURIComponent(name!)).toBe(team)
      }),
    )
  })
})

const isWellFormed = (text: string) => text.isWellFormed()

test('every operation of the table can be called by its noun and verb', () => {
  const client = createClient({ baseUrl: '' }) as unknown as Record<string, Record<string, unknown>>
  for (const id of Object.keys(operations) as OperationId[]) {
    const { noun, verb } = operations[id]
    expect(client[noun]![verb], id).toBeTypeOf('function')
  }
})
