/** Operations as commands: what is sent, what is printed, and how it ends. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { operations } from '@commonhold/sdk'
import { describe, expect, test } from 'vitest'
import { type Behaviour, closedUrl, problem, startServer } from '../../sdk/test/support/server.ts'
import { commands } from '../src/commands.generated.ts'
import { tableOf } from '../src/print.ts'
import { openTerminal } from './support/terminal.ts'

const ok: Behaviour = () => ({ status: 200, body: { name: 'done' } })

/** Runs one command against a server of its own. */
async function sent(line: string | readonly string[], behaviour = ok, input = '') {
  await using server = await startServer(behaviour)
  await using terminal = await openTerminal({ env: { COMMONHOLD_URL: server.url }, input })
  const code = await terminal.run(line)
  const bodies = server.received.map(({ body }) => (body === '' ? null : JSON.parse(body)))
  return {
    code,
    requests: server.received.map(({ method, url }) => `${method} ${url}`),
    headers: server.received[0]?.headers ?? {},
    body: bodies[0] as unknown,
    out: terminal.printed(),
    err: terminal.warned(),
  }
}

test('every operation is a command, except those that only a browser’s cookie needs', () => {
  const missing = Object.keys(operations).filter((id) => !commands.some((c) => c.id === id))
  expect(missing).toEqual([
    'session.create',
    'operator-session.create',
    'operator-session.get',
    'operator-session.delete',
  ])
})

describe('a request', () => {
  test('acts in the root account unless another is named', async () => {
    expect((await sent('team list --limit 5')).requests).toEqual([
      'GET /api/v1/accounts/root/teams?limit=5',
    ])
    expect((await sent('team get team1 --account acct1')).requests).toEqual([
      'GET /api/v1/accounts/acct1/teams/team1',
    ])
  })

  test('never deletes an account that was not named', async () => {
    const { code, requests, err } = await sent('account delete')
    expect({ code, requests, err }).toEqual({ code: 2, requests: [], err: 'Missing: --account' })
    expect((await sent('account delete acct1 --force')).requests).toEqual([
      'DELETE /api/v1/accounts/acct1?force=true',
    ])
  })

  test('has a filter as a flag of its field', async () => {
    const { requests } = await sent('usage list --virtual-account ci --status ok')
    expect(requests).toEqual([
      'GET /api/v1/accounts/root/usage?filter%5BvirtualAccount%5D=ci&filter%5Bstatus%5D=ok',
    ])
  })

  test('has a body made of flags, nested ones with a dot', async () => {
    const { body, headers } = await sent(
      'account create --name acct1 --boundary standard --admin.email ana@example.com ' +
        '--admin.display-name Ana --idempotency-key k1',
    )
    expect(headers['idempotency-key']).toBe('k1')
    expect(body).toEqual({
      name: 'acct1',
      boundary: 'standard',
      admin: { email: 'ana@example.com', displayName: 'Ana' },
    })
  })

  test('repeats a flag for a list', async () => {
    const { body } = await sent(
      'account create --name acct1 --boundary model:use --boundary model:read',
    )
    expect(body).toEqual({ name: 'acct1', boundary: ['model:use', 'model:read'] })
  })

  test('tells the subject and the object of a grant by the fields that are given', async () => {
    const user = await sent(
      'grant create --subject.user ana --object.kind model --object.resource m1 --role user',
    )
    expect(user.body).toEqual({
      subject: { type: 'user', user: 'ana' },
      object: { type: 'resource', kind: 'model', resource: 'm1' },
      role: 'user',
    })
    const team = await sent('grant create --subject.team t1 --object.type account --role viewer')
    expect(team.body).toEqual({
      subject: { type: 'team', team: 't1' },
      object: { type: 'account' },
      role: 'viewer',
    })
  })

  test('has numbers, null and JSON where the operation takes them', async () => {
    const target = '{"model":"a/b","weight":2}'
    const models = await sent(
      `virtual-model create --name v1 --strategy weighted --targets ${target} --targets {"model":"c/d"}`,
    )
    expect(models.body).toEqual({
      name: 'v1',
      strategy: 'weighted',
      targets: [{ model: 'a/b', weight: 2 }, { model: 'c/d' }],
    })
    expect((await sent('account update acct1 --budget null')).body).toEqual({ budget: null })
    expect((await sent('usage-limit update l1 --amount 7')).body).toEqual({ amount: 7 })
  })

  test('takes the body from a file or the standard input, and flags go before it', async () => {
    await using terminal = await openTerminal()
    const path = join(terminal.io.env.HOME!, 'team.json')
    await writeFile(path, '{"name":"from-file","displayName":"From file"}')
    expect((await sent(`team create --data @${path} --name team1`)).body).toEqual({
      name: 'team1',
      displayName: 'From file',
    })
    expect((await sent('team create --data -', ok, '{"name":"piped"}')).body).toEqual({
      name: 'piped',
    })
  })

  test('has a secret from the standard input, and there is no flag that would show it', async () => {
    const create = 'secret create --name s1 --secret-group g1'
    const { body } = await sent(`${create} --value-stdin`, ok, 'line 1\nline 2\n')
    expect(body).toEqual({ name: 's1', secretGroup: 'g1', value: 'line 1\nline 2' })
    expect(await sent(`${create} --value hunter2`)).toMatchObject({ code: 2, requests: [] })
    const both = 'me change-password --current-password-stdin --new-password-stdin'
    expect((await sent(both, ok, 'old one\nnew one\n')).body).toEqual({
      currentPassword: 'old one',
      newPassword: 'new one',
    })
  })

  test('asks for a secret that is needed when somebody is there', async () => {
    await using server = await startServer(ok)
    const env = { COMMONHOLD_URL: server.url }
    await using terminal = await openTerminal({ env, answers: ['the-value'] })
    await terminal.run('secret create --name s1 --secret-group g1')
    expect(JSON.parse(server.received[0]!.body)).toMatchObject({ value: 'the-value' })
  })

  test('names a revision, and asks what would be lost', async () => {
    const target = { kind: 'team', id: 'team_1', name: 't1' }
    const changes = [{ target, before: { state: 'active' }, after: {} }]
    const lost = [{ what: 'grant', id: 'grant_1', sentence: 'editor on m1' }]
    const plan = { dryRun: true, changes, lost }
    const answer = () => ({ status: 200, body: plan })
    const { requests, headers, out } = await sent('team delete t1 --dry-run --if-match 4', answer)
    expect(requests).toEqual(['DELETE /api/v1/accounts/root/teams/t1?dryRun=true'])
    expect(headers['if-match']).toBe('"4"')
    expect(out.split('\n').slice(1)).toEqual([
      '  team t1 (team_1)',
      '    state  active → –',
      '  lost with it:',
      '    editor on m1 (grant_1)',
    ])
  })

  test('of the operator carries the operator key, and is not made without it', async () => {
    expect(await sent('operator-tenant list')).toMatchObject({ code: 2, requests: [] })
    await using server = await startServer(() => ({ status: 200, body: { items: [] } }))
    await using terminal = await openTerminal({
      env: { COMMONHOLD_URL: server.url, COMMONHOLD_OPERATOR_KEY: 'op', COMMONHOLD_TOKEN: 'ch_1' },
    })
    expect(await terminal.run('operator-tenant list')).toBe(0)
    expect(server.received[0]!.headers.authorization).toBe('Bearer op')
  })
})

describe('an answer', () => {
  const teams = [
    {
      id: 'team_1',
      kind: 'team',
      name: 'team1',
      displayName: 'team1',
      state: 'active',
      members: 2,
    },
    { id: 'team_2', kind: 'team', name: 't2', displayName: 'Two\u001b[31m', state: 'suspended' },
  ]
  const paged: Behaviour = ({ url }) => {
    const isSecond = url.includes('cursor=c2')
    const items = isSecond ? teams.slice(1) : teams.slice(0, 1)
    return { status: 200, body: { items, nextCursor: isSecond ? null : 'c2' } }
  }

  test('that is a list is a table, without letters that a terminal would obey', async () => {
    const { out, code } = await sent('team list', () => ({
      status: 200,
      body: { items: teams, nextCursor: null },
    }))
    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      'NAME  DISPLAY NAME  STATE  MEMBERS  ID',
      'team1  team1  active  2  team_1',
      't2  Two\uFFFD[31m  suspended  –  team_2',
    ])
  })

  test('keeps the name and the id in a terminal that is too narrow for the rest', () => {
    const items = [{ id: 'team_1', name: 'team1', state: 'active', note: 'x'.repeat(100) }]
    expect(tableOf(items, 26)).toEqual(['NAME   STATE   ID', 'team1  active  team_1'])
    expect(tableOf(items, 18)).toEqual(['NAME   ID', 'team1  team_1'])
    expect(tableOf(items, 8)).toEqual(['NAME   …', 'team1  …'])
    expect(tableOf(items, 400)[1]).toMatch(/^team1 {2}active {2}x{47}… {2}team_1$/)
  })

  test('says how to go on when there is more, and --all goes on', async () => {
    expect((await sent('team list', paged)).err).toContain('--all')
    const all = await sent('team list --all --json', paged)
    expect(all.requests).toHaveLength(2)
    expect(JSON.parse(all.out).items).toEqual(teams)
  })

  test('that is an object has a line for each field', async () => {
    const body = { name: 'b1', current: { heldUsd: '0', remainingUsd: '5' }, of: null }
    const { out } = await sent('budget get b1', () => ({ status: 200, body }))
    expect(out).toBe('name     b1\ncurrent\n  heldUsd       0\n  remainingUsd  5\nof       –')
  })

  test('without content is "Done."', async () => {
    expect((await sent('team delete t1', () => ({ status: 204 }))).out).toBe('Done.')
  })
})

describe('the end', () => {
  test('is 1 when the server refuses, with everything that it says', async () => {
    const { code, err } = await sent('team create --name x', () =>
      problem(400, 'invalid_input', {
        title: 'Some input is missing or wrong',
        errors: [{ pointer: '/name', rule: 'pattern', message: 'is 3 to 64 letters' }],
        missingPermissions: ['team:create'],
      }),
    )
    expect(code).toBe(1)
    expect(err.split('\n')).toEqual([
      'Some input is missing or wrong (400 invalid_input).',
      'Because.',
      'Missing permissions: team:create',
      '  /name  is 3 to 64 letters',
      'Request: req_1',
    ])
  })

  test.each([
    ['an unknown command', 'teem list'],
    ['an unknown flag', 'team list --nmae x'],
    ['a missing field', 'team create'],
    ['a missing object', 'team get'],
    ['a number that is none', 'team list --limit many'],
    ['JSON that is none', 'team create --data {name}'],
    ['a file that is not there', 'team create --data @/nowhere.json'],
    ['a secret that nobody can be asked for', 'secret create --name s1 --secret-group g1'],
    ['an address that is none', 'team list --url nowhere'],
  ])('is 2 for %s, and nothing is sent', async (_, line) => {
    const { code, requests, err } = await sent(line)
    expect({ code, requests }).toEqual({ code: 2, requests: [] })
    expect(err).not.toBe('')
  })

  test('is 3 when the server can’t be reached', async () => {
    await using terminal = await openTerminal({ env: { COMMONHOLD_URL: await closedUrl() } })
    expect(await terminal.run('team list')).toBe(3)
    expect(terminal.warned()).toContain('The server can’t be reached (network).')
  })

  test('is 0 for help, which no command lacks', async () => {
    await using terminal = await openTerminal()
    for (const { noun, verb, summary } of commands) {
      expect(await terminal.run([noun, verb, '--help'])).toBe(0)
      const help = terminal.printed().replace(/\s+/g, ' ')
      expect(help).toContain(summary)
      expect(help).not.toMatch(/--(password|api-key|value|secret|key) </)
    }
  })
})
