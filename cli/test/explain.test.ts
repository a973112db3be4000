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

  test('prints the sentence first, then each condition, then what carries it', async () => {
    const answer = {
      allowed: true,
      verdict: 'allowed',
      sentence: 'ana can use m1.',
      conditions: [
        { condition: 'grant', holds: true, sentence: 'a grant has the permission' },
        { condition: 'boundary', holds: false, sentence: 'the boundary has it' },
      ],
      grants: [
        {
          grant: 'grant_1',
          role: 'user',
          subject: { type: 'team', id: 'team_1', name: 'research' },
          object: 'model m1',
          createdAt: '2026-11-03T10:00:00Z',
          createdBy: 'ben',
        },
      ],
      share: null,
    }
    await using server = await startServer(() => ({ status: 200, body: answer }))
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url } })
    expect(await terminal.run('explain --account a1 --can ana model:use m1')).toBe(0)
    expect(server.received[0]!.url).toBe('/api/v1/accounts/a1/access/explain')
    expect(terminal.printed().split('\n')).toEqual([
      'ana can use m1.',
      '',
      '  ✓ a grant has the permission',
      '  ✗ the boundary has it',
      '',
      'Grants that carry it:',
      '  user on model m1, to team research: by ben, 2026-11-03T10:00:00Z',
    ])
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
