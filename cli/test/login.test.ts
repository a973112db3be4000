/** What is kept after signing in, who may read it, and where it is sent. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Behaviour, problem, startServer } from '../../sdk/test/support/server.ts'
import { credentialsPath } from '../src/credentials.ts'
import { openTerminal } from './support/terminal.ts'

const account = (name: string, isRoot: boolean) => ({
  id: 'acct_1',
  name,
  displayName: name,
  isRoot,
})

const me = (accounts: object[]) => ({
  principal: {
    id: 'user_1',
    kind: 'user',
    name: 'ana',
    displayName: 'Ana',
    email: 'ana@example.com',
  },
  tenant: { id: 'tnt_1', name: 'acme', displayName: 'Acme' },
  accounts,
  hasAccounts: true,
})

/** A server that signs anybody in whose password is "right". */
function signingIn(accounts: object[] = [account('root', true)]): Behaviour {
  return ({ method, url, body, headers }) => {
    if (method === 'POST' && url === '/api/v1/session') {
      if (JSON.parse(body).password !== 'right') return problem(401, 'sign_in_failed')
      return {
        status: 201,
        body: { csrfToken: 'csrf-1' },
        headers: { 'set-cookie': '__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax' },
      }
    }
    const isKnown =
      headers.cookie === '__Host-session=abc' || headers.authorization === 'Bearer ch_1'
    if (!isKnown) return problem(401, 'not_signed_in')
    if (url === '/api/v1/me') return { status: 200, body: me(accounts) }
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: {} }
  }
}

describe('login', () => {
  test('with a password keeps the session, readable by nobody else', async () => {
    await using server = await startServer(signingIn())
    await using terminal = await openTerminal({ answers: ['ana@example.com', 'right'] })
    expect(await terminal.run(`login --url ${server.url} --tenant acme`)).toBe(0)
    expect(terminal.printed()).toBe(
      `Signed in to ${server.url} as ana@example.com.\nTenant: Acme. Account: root.`,
    )
    expect(JSON.parse(server.received[0]!.body)).toEqual({
      email: 'ana@example.com',
      password: 'right',
      tenant: 'acme',
    })
    const path = credentialsPath(terminal.io)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
    expect(await readFile(path, 'utf8')).not.toContain('right')
  })

  test('tightens a file that others could read', async () => {
    await using server = await startServer(signingIn())
    await using terminal = await openTerminal({ input: 'ch_1\n' })
    await terminal.run(`login --url ${server.url} --token-stdin`)
    const path = credentialsPath(terminal.io)
    await writeFile(`${path}.${process.pid}`, '', { mode: 0o644 })
    await terminal.run(`login --url ${server.url} --token-stdin`)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('with a wrong password keeps nothing', async () => {
    await using server = await startServer(signingIn())
    await using terminal = await openTerminal({ input: 'wrong\n' })
    const line = `login --url ${server.url} --email ana@example.com --password-stdin`
    expect(await terminal.run(line)).toBe(1)
    await expect(stat(credentialsPath(terminal.io))).rejects.toThrow('ENOENT')
  })

  test('with a token acts in the account that the token is bound to', async () => {
    await using server = await startServer(signingIn([account('research', false)]))
    await using terminal = await openTerminal({ input: 'ch_1\n' })
    expect(await terminal.run(`login --url ${server.url} --token-stdin`)).toBe(0)
    await terminal.run('team get t1')
    expect(server.received.at(-1)).toMatchObject({ url: '/api/v1/accounts/research/teams/t1' })
    expect(server.received.at(-1)!.headers.authorization).toBe('Bearer ch_1')
  })

  test('takes no token on the command line', async () => {
    await using terminal = await openTerminal()
    expect(await terminal.run('login --token ch_1')).toBe(2)
  })
})

describe('a kept session', () => {
  test('sends its cookie and its CSRF token, and ends with logout', async () => {
    await using server = await startServer(signingIn())
    await using terminal = await openTerminal({ answers: ['ana@example.com', 'right'] })
    await terminal.run(`login --url ${server.url}`)
    expect(await terminal.run('team delete t1')).toBe(0)
    expect(server.received.at(-1)!.headers).toMatchObject({
      cookie: '__Host-session=abc',
      'x-csrf-token': 'csrf-1',
    })
    expect(await terminal.run('whoami')).toBe(0)
    expect(terminal.printed()).toContain('ana@example.com (user_1)')
    expect(await terminal.run('logout')).toBe(0)
    expect(server.received.at(-1)).toMatchObject({ method: 'DELETE', url: '/api/v1/session' })
    expect(await terminal.run(`whoami --url ${server.url}`)).toBe(1)
    expect(terminal.warned()).toContain('commonhold login')
  })

  test('is not sent to another server', async () => {
    await using mine = await startServer(signingIn())
    await using other = await startServer(signingIn())
    await using terminal = await openTerminal({ answers: ['ana@example.com', 'right'] })
    await terminal.run(`login --url ${mine.url}`)
    expect(await terminal.run(`whoami --url ${other.url}`)).toBe(1)
    expect(other.received[0]!.headers.cookie).toBeUndefined()
  })

  test('gives way to a token in the environment, in the token’s own account', async () => {
    await using server = await startServer(signingIn([account('research', false)]))
    const env = { COMMONHOLD_URL: server.url, COMMONHOLD_TOKEN: 'ch_1' }
    await using terminal = await openTerminal({ env })
    await terminal.run('team get t1')
    expect(server.received.map(({ url }) => url)).toEqual([
      '/api/v1/me',
      '/api/v1/accounts/research/teams/t1',
    ])
  })

  test('that can’t be read says so, and how to mend it', async () => {
    await using server = await startServer(signingIn())
    await using terminal = await openTerminal({ input: 'ch_1\n' })
    await terminal.run(`login --url ${server.url} --token-stdin`)
    await writeFile(credentialsPath(terminal.io), '{')
    expect(await terminal.run('whoami')).toBe(2)
    expect(terminal.warned()).toContain('commonhold login')
  })
})
