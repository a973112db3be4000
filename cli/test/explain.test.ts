/** The two questions that are not operations: why, and what is wrong. */
import { describe, expect, test } from 'vitest'
import { type Behaviour, closedUrl, problem, startServer } from '../../sdk/test/support/server.ts'
import { questionOf } from '../src/explain.ts'
import { UsageError } from '../src/failure.ts'
import { clockFinding } from '../src/readiness.ts'
import { version } from '../src/version.ts'
import { openTerminal } from './support/terminal.ts'

describe('explain', () => {
  test.each([
    [['model:use'], { permission: 'model:use' }],
    [['model:use', 'm1'], { permission: 'model:use', kind: 'model', resource: 'm1' }],
    [['ana@x.test', 'team:create'], { principal: 'ana@x.test', permission: 'team:create' }],
    [
      ['ci', 'secret-group:read', 'g1'],
      { principal: 'ci', permission: 'secret-group:read', kind: 'secret-group', resource: 'g1' },
    ],
  ])('asks %j', (words, question) => {
    expect(questionOf(words)).toEqual(question)
  })

  test.each([[['ana']], [['a', 'b', 'model:use']], [['model:use', 'm1', 'm2']]])(
    'does not guess what %j means',
    (words) => {
      expect(() => questionOf(words)).toThrow(UsageError)
    },
  )

  const link = { through: null, holds: true, madeBy: null, madeAt: null, expiresAt: null }
  const ben = { madeBy: { id: 'user_b', name: 'ben' }, madeAt: '2026-11-03T10:00:00Z' }
  const answer = {
    allowed: false,
    verdict: 'no_grant',
    sentence: 'ana can’t use m1.',
    permission: 'model:use',
    principal: { id: 'user_a', kind: 'user', name: 'ana' },
    conditions: [
      { condition: 'membership', holds: true, sentence: 'ana is a member.' },
      { condition: 'grant', holds: false, sentence: 'No grant.' },
    ],
    chain: [
      { ...link, type: 'account', id: 'acct_1', name: 'a1', sentence: 'a1 is active.' },
      { ...link, type: 'principal', id: 'user_a', name: 'ana', sentence: 'ana is active.', ...ben },
      { ...link, type: 'team', id: 't1', name: 'ops', sentence: 'In ops.', through: 'user_a' },
      {
        ...link,
        type: 'grant',
        id: 'g1',
        name: 'user',
        sentence: 'A grant.',
        through: 't1',
        ...ben,
      },
      {
        ...link,
        type: 'grant',
        id: null,
        name: 'no',
        sentence: 'None.',
        through: 'user_a',
        holds: false,
      },
      { ...link, type: 'boundary', id: 'acct_1', name: 'a1', sentence: 'In the boundary.' },
    ],
    moreGrants: 2,
    remedies: [
      {
        changes: [
          {
            change: 'grant',
            sentence: 'Grant ana the role user on m1.',
            operation: {
              id: 'grant.create',
              params: { account: 'a1' },
              body: { role: 'user', note: "it's" },
            },
            who: { people: [], total: 2, exact: true, sentence: 'ben and cleo.' },
            byCaller: true,
          },
        ],
      },
    ],
  }

  test('prints the chain as a tree, what fails, and the commands that would change it', async () => {
    await using server = await startServer(() => ({ status: 200, body: answer }))
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url } })
    expect(await terminal.run('explain --account a1 --token ci --can ana model:use m1')).toBe(0)
    const [received] = server.received
    expect(received!.url).toBe('/api/v1/accounts/a1/access/explain')
    expect(JSON.parse(received!.body)).toEqual({
      principal: 'ana',
      permission: 'model:use',
      kind: 'model',
      resource: 'm1',
      token: 'ci',
    })
    expect(terminal.printed().split('\n')).toEqual([
      'ana can’t use m1.',
      '',
      '✓ a1 is active.',
      '✓ ana is active. (ben, 2026-11-03)',
      '├─ ✓ In ops.',
      '│  └─ ✓ A grant. (ben, 2026-11-03)',
      '└─ ✗ None.',
      '✓ In the boundary.',
      '… and 2 more grants that carry it',
      '',
      'What fails:',
      '  ✗ grant: No grant.',
      '',
      'What would allow it, the least first:',
      '  1. Grant ana the role user on m1.',
      '     who: ben and cleo. You can.',
      `     commonhold grant create --account a1 --data '{"role":"user","note":"it'\\''s"}'`,
    ])
  })
})

describe('access', () => {
  const way = {
    grant: 'g1',
    role: 'user',
    object: 'm1',
    team: { id: 't1', name: 'ops' },
    createdBy: { id: 'user_b', name: 'ben' },
    createdAt: '2026-11-03T10:00:00Z',
    expiresAt: null,
  }
  const page = (name: string, nextCursor: string | null) => ({
    items: [{ id: name, kind: 'user', name, displayName: name, ways: [way], waysTotal: 2 }],
    nextCursor,
    total: 2,
    barrier: null,
    sharedWith: null,
  })

  test('who-can reads every page, each with the same question', async () => {
    await using server = await startServer(({ url }) => ({
      status: 200,
      body: url.includes('cursor=c1') ? page('bo', null) : page('ana', 'c1'),
    }))
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url } })
    expect(await terminal.run('access who-can --account a1 --all model:use m1')).toBe(0)
    const bodies = server.received.map(({ body }) => JSON.parse(body))
    expect(bodies).toEqual([
      { permission: 'model:use', kind: 'model', resource: 'm1' },
      { permission: 'model:use', kind: 'model', resource: 'm1' },
    ])
    expect(terminal.printed().split('\n')).toEqual([
      'ana',
      '├─ user on m1, through the team ops (ben, 2026-11-03)',
      '└─ and 1 more',
      'bo',
      '├─ user on m1, through the team ops (ben, 2026-11-03)',
      '└─ and 1 more',
      '2 can.',
    ])
  })

  test('what-can tells what a token reaches', async () => {
    const body = {
      items: [
        {
          id: 'm',
          kind: 'model',
          name: 'p/m1',
          displayName: 'M1',
          shared: true,
          permissions: ['model:use'],
        },
      ],
      nextCursor: null,
      total: 1,
      principal: { id: 'va_1', kind: 'virtual-account', name: 'ci' },
      token: { id: 'tok_1', name: 'main' },
      accountWide: ['prompt:read', 'prompt:use'],
    }
    await using server = await startServer(() => ({ status: 200, body }))
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url } })
    expect(await terminal.run('access what-can --account a1 --token main ci')).toBe(0)
    expect(JSON.parse(server.received[0]!.body)).toEqual({ principal: 'ci', token: 'main' })
    expect(terminal.printed().split('\n')).toEqual([
      'In the account as a whole, the token main of ci may:',
      '  prompt  read, use',
      '',
      'the token main of ci reaches 1 resource:',
      '  model  p/m1  use (shared)',
    ])
    expect(await terminal.run('access what-can --account a1 --json')).toBe(0)
    expect(JSON.parse(terminal.printed())).toEqual(body)
  })
})

describe('doctor', () => {
  const healthy: Behaviour = ({ url }) => {
    if (url === '/readyz') {
      return {
        status: 200,
        body: { status: 'ready', parts: { database: 'ok', gateway: 'ok' } },
      }
    }
    if (url === '/api/v1/deployment') {
      return { status: 200, body: { mode: 'self-hosted', version } }
    }
    return problem(401, 'credential_expired')
  }

  test('finds nothing wrong with a server that is well', async () => {
    await using server = await startServer(healthy)
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url } })
    expect(await terminal.run('doctor')).toBe(0)
    const lines = terminal.printed().split('\n')
    expect(lines.map((line) => line.slice(0, 14).trim())).toEqual([
      '✓ server',
      '✓ version',
      '✓ clock',
      '✓ readiness',
      '✓ database',
      '✓ gateway',
      '! credential',
    ])
  })

  test('ends with 1 when a credential does not work or a part is down', async () => {
    await using server = await startServer((request, index) =>
      request.url === '/readyz'
        ? {
            status: 503,
            body: { status: 'not ready', parts: { database: 'It refuses connections.' } },
          }
        : healthy(request, index),
    )
    const env = { COMMONHOLD_URL: server.url, COMMONHOLD_TOKEN: 'ch_1' }
    await using terminal = await openTerminal({ env })
    expect(await terminal.run('doctor')).toBe(1)
    const printed = terminal.printed()
    expect(printed).toMatch(/✗ readiness +the server is not ready \(503\)/)
    expect(printed).toMatch(/✗ database +It refuses connections\./)
    expect(printed).toMatch(/✗ credential/)
  })

  test('ends with 3 when nothing answers', async () => {
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: await closedUrl() } })
    expect(await terminal.run('doctor')).toBe(3)
  })

  test('tells clocks apart by more than the second that a Date header leaves open', () => {
    const now = Date.parse('2026-11-03T10:00:00.900Z')
    const at = (date: string) => clockFinding(new Date(date).toUTCString(), now)[0]
    expect(at('2026-11-03T10:00:00Z')).toMatchObject({ state: 'ok' })
    expect(at('2026-11-03T09:59:40Z')?.detail).toBe('this machine is 20 s ahead of the server')
    expect(at('2026-11-03T10:05:00Z')).toMatchObject({ state: 'failed' })
    expect(clockFinding(null, now)).toEqual([])
  })
})
