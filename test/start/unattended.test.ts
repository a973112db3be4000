/** A start with nobody at the console: everything comes from the environment, nothing is printed to click. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, signIn } from '../support/people.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { failToStart, freePort } from '../support/process.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

describe('with a first admin in the environment', () => {
  let product: TestProduct
  beforeAll(async () => {
    product = await startProduct({
      COMMONHOLD_ADMIN_EMAIL: 'ops@example.com',
      COMMONHOLD_ADMIN_PASSWORD: password,
      COMMONHOLD_TENANT_NAME: 'acme',
    })
  }, 90_000)
  afterAll(() => product?.remove())

  it('lets that admin sign in at once, and prints no link and no password', async () => {
    expect(product.adminLink).toBeNull()
    expect(product.output()).not.toContain('/accept')
    expect(product.output()).not.toContain(password)
    const { client } = await signIn(product.url, 'ops@example.com')
    const me = await client.me.get()
    expect(me.tenant.name).toBe('acme')
    expect(me.accounts.map(({ name }) => name)).toEqual(['root'])
    await client.team.create({ account: 'root' }, { name: 'first-team' })
  })

  it('keeps the password that the admin has chosen since, at the next start', async () => {
    const chosen = 'a longer and better passphrase'
    const { client } = await signIn(product.url, 'ops@example.com')
    await client.me.changePassword({}, { currentPassword: password, newPassword: chosen })
    await product.stop()
    product = await product.restart()
    await expect(signIn(product.url, 'ops@example.com')).rejects.toMatchObject({ status: 401 })
  }, 90_000)
})

describe('a start that can not work ends with one sentence that says what to do', () => {
  let database: FreshDatabase
  const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(async () => {
    await database?.drop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const tried = async (env: NodeJS.ProcessEnv) =>
    failToStart({
      DATABASE_URL: database.ownerUrl,
      COMMONHOLD_APP_DATABASE_URL: database.appUrl,
      COMMONHOLD_DATA_DIR: dataDir,
      COMMONHOLD_PORT: await freePort(),
      ...env,
    })

  /** What a person reads: without the log, which is for machines. */
  const sentences = (output: string) =>
    output
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'))
      .join('\n')

  it('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const { code, output } = await tried({ COMMONHOLD_PORT: String(port) })
    other.close()
    expect(code).toBe(1)
    expect(sentences(output)).toBe(
      `Port ${port} on 127.0.0.1 is in use. Stop what uses it, or set COMMONHOLD_PORT to another one.`,
    )
  }, 60_000)

  const urls: [string, Partial<URL>, RegExp][] = [
    ['a server that is not there', { port: '1' }, /no PostgreSQL server answers there/],
    ['a wrong password', { password: 'wrong-one-3141' }, /password/],
    ['a database that is missing', { pathname: '/nothing' }, /nothing/],
  ]
  it.each(urls)(
    '%s',
    async (_, change, says) => {
      const url = Object.assign(new URL(database.ownerUrl), change)
      const { code, output } = await tried({ DATABASE_URL: url.href })
      expect(code).toBe(1)
      const said = sentences(output)
      expect(said).toMatch(says)
      expect(said).toContain('DATABASE_URL')
      expect(said).not.toMatch(/\n\s+at /)
      expect(output).not.toContain('wrong-one-3141')
    },
    60_000,
  )

  it('a variable that is misspelt, and a password that is too short, both at once', async () => {
    const { code, output } = await tried({
      COMMONHOLD_PROT: '7333',
      COMMONHOLD_ADMIN_EMAIL: 'ops@example.com',
      COMMONHOLD_ADMIN_PASSWORD: 'short',
    })
    expect(code).toBe(1)
    expect(output).toContain('COMMONHOLD_PROT is not a variable of Commonhold')
    expect(output).toContain('COMMONHOLD_ADMIN_PASSWORD must be at least 12 characters long')
    expect(output).not.toContain('short\n')
  })

  it('a first password that everybody guesses', async () => {
    const { code, output } = await tried({
      COMMONHOLD_ADMIN_EMAIL: 'ops@example.com',
      COMMONHOLD_ADMIN_PASSWORD: 'password1234',
    })
    expect(code).toBe(1)
    expect(sentences(output)).toMatch(/COMMONHOLD_ADMIN_PASSWORD/)
    expect(output).not.toContain('password1234')
  })
})
