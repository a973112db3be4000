/** What the client makes of answers, refusals and failures. */
import { describe, expect, test } from 'vitest'
import { CommonholdError, createClient, everyItem } from '../src/index.ts'
import { type Behaviour, problem, startServer } from './support/server.ts'

const team = { name: 'team1' }

async function failureOf(call: Promise<unknown>): Promise<CommonholdError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(CommonholdError)
  return error as CommonholdError
}

async function withServer<T>(
  behaviour: Behaviour,
  act: (client: ReturnType<typeof createClient>, received: readonly unknown[]) => Promise<T>,
) {
  await using server = await startServer(behaviour)
  await act(createClient({ baseUrl: server.url }), server.received)
}

describe('a refusal', () => {
  test('is an error with everything that the problem says', () =>
    withServer(
      () => problem(403, 'not_allowed', { missingPermissions: ['team:create'] }),
      async (client) => {
        const error = await failureOf(client.team.create({ account: 'root' }, team))
        expect(error).toMatchObject({
          status: 403,
          code: 'not_allowed',
          title: 'Refused',
          detail: 'Because.',
          missingPermissions: ['team:create'],
          errors: [],
          requestId: 'req_1',
          retryAfterSeconds: null,
        })
      },
    ))

  test('says which input is wrong', () => {
    const errors = [{ pointer: '/name', rule: 'invalid_format', message: 'is 3 to 64 letters' }]
    return withServer(
      () => problem(400, 'invalid_input', { errors }),
      async (client) => {
        const error = await failureOf(client.team.create({ account: 'root' }, team))
        expect(error.errors).toEqual(errors)
      },
    )
  })

  test('by something that is not Commonhold is told apart', () =>
    withServer(
      () => ({ status: 502, body: '<html>Bad gateway</html>' }),
      async (client) => {
        const error = await failureOf(client.me.get())
        expect(error).toMatchObject({ status: 502, code: 'unreadable_answer' })
      },
    ))

  test('an answer that is not JSON is an error, not undefined', () =>
    withServer(
      () => ({ status: 200, body: '<html>Hello</html>' }),
      async (client) => {
        expect(await failureOf(client.me.get())).toMatchObject({ code: 'unreadable_answer' })
      },
    ))
})

describe('a repeated call', () => {
  test('is made for a read that found the server unavailable', () =>
    withServer(
      (_, index) =>
        index === 0
          ? { ...problem(503, 'unavailable'), headers: { 'retry-after': '0' } }
          : { status: 200, body: { name: 'team1' } },
      async (client, received) => {
        const answer = await client.team.get({ account: 'root', team: 'team1' })
        expect(answer.name).toBe('team1')
        expect(received).toHaveLength(2)
      },
    ))

  test('of a creation has the same key as the first', async () => {
    await using server = await startServer((_, index) =>
      index === 0 ? 'cut' : { status: 201, body: team },
    )
    await createClient({ baseUrl: server.url }).team.create({ account: 'root' }, team)
    const keys = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(2)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
  })

  test('is made at most twice, and then the failure is told', () =>
    withServer(
      () => 'cut',
      async (client, received) => {
        expect(await failureOf(client.me.get())).toMatchObject({ code: 'network', status: 0 })
        expect(received).toHaveLength(3)
      },
    ))

  test('is never made for a change without a key', () =>
    withServer(
      () => 'cut',
      async (client, received) => {
        await failureOf(client.team.update({ account: 'root', team: 't1' }, { displayName: 'T' }))
        await failureOf(client.team.delete({ account: 'root', team: 't1' }))
        expect(received).toHaveLength(2)
      },
    ))

  test('is not made when the server asks for a longer pause than a caller would wait', () =>
    withServer(
      () => ({ ...problem(503, 'unavailable'), headers: { 'retry-after': '60' } }),
      async (client, received) => {
        expect(await failureOf(client.me.get())).toMatchObject({ retryAfterSeconds: 60 })
        expect(received).toHaveLength(1)
      },
    ))

  test('is not made after any other refusal', () =>
    withServer(
      () => problem(404, 'not_found'),
      async (client, received) => {
        await failureOf(client.me.get())
        expect(received).toHaveLength(1)
      },
    ))
})

describe('a call that takes too long', () => {
  test('ends as the caller’s own abort', () =>
    withServer(
      () => 'never',
      async (client) => {
        const controller = new AbortController()
        const call = client.me.get({}, { signal: controller.signal })
        controller.abort()
        await expect(call).rejects.toMatchObject({ name: 'AbortError' })
      },
    ))

  test('ends at its time limit', () =>
    withServer(
      () => 'never',
      async (client, received) => {
        const error = await failureOf(client.me.get({}, { timeoutMs: 50 }))
        expect(error).toMatchObject({ code: 'network', title: 'The server did not answer in time' })
        expect(received).toHaveLength(1)
      },
    ))
})

test('everyItem walks all pages, and reads none that is not needed', () =>
  withServer(
    ({ url }) => {
      const cursor = new URL(url, 'http://x').searchParams.get('cursor')
      const page = { items: [{ name: `after-${cursor}` }], nextCursor: cursor === '2' ? null : '2' }
      return { status: 200, body: page }
    },
    async (client, received) => {
      const names: string[] = []
      for await (const item of everyItem(client.team.list, { account: 'root', limit: 1 })) {
        names.push(item.name)
      }
      expect(names).toEqual(['after-null', 'after-2'])
      for await (const _ of everyItem(client.team.list, { account: 'root' })) break
      expect(received).toHaveLength(3)
    },
  ))
