/**
 * A server of the user's own: each reason to refuse it has its sentence, and none has the password.
 */
import { randomBytes } from 'node:crypto'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.ts'
import { checkOwnServer, type Facts, refuseUnfit } from '../../src/postgres/own-server.ts'
import { withClient } from '../../src/postgres/roles.ts'

const database = await freshDatabase('empty')
const suffix = randomBytes(4).toString('hex')
const SECRET = 'p@ss/w:rd%'
const users: string[] = []

const asSuperuser = (sql: string) =>
  withClient(database.superuserUrl, (client) => client.query(sql))

/** Makes a login; its name is new in each run of the tests. */
async function newUser(name: string, attributes = ''): Promise<string> {
  const user = `${name}_${suffix}`
  users.push(user)
  await asSuperuser(`create role ${user} login password '${SECRET}' ${attributes}`)
  await asSuperuser(
    `grant connect on database ${new URL(database.ownerUrl).pathname.slice(1)} to ${user}`,
  )
  return user
}

function urlOf(user: string, change: (url: URL) => void = () => undefined): string {
  const url = new URL(database.superuserUrl)
  url.username = user
  url.password = encodeURIComponent(SECRET)
  change(url)
  return url.href
}

async function refusal(url: string, appUrl?: string): Promise<string> {
  const error = await checkOwnServer(url, appUrl).then(
    () => 'accepted',
    (thrown: Error) => thrown.message,
  )
  for (const spelling of [SECRET, encodeURIComponent(SECRET)]) expect(error).not.toContain(spelling)
  return error
}

let owner: string
beforeAll(async () => {
  owner = await newUser('owner')
  const name = new URL(database.ownerUrl).pathname.slice(1)
  await asSuperuser(`alter database ${name} owner to ${owner}`)
})
afterAll(async () => {
  await database.drop()
  const maintenance = new URL(database.superuserUrl)
  maintenance.pathname = '/postgres'
  await withClient(maintenance.href, async (client) => {
    for (const user of users.reverse()) await client.query(`drop role if exists ${user}`)
  })
})

test('a URL that is none is refused with its form', async () => {
  for (const url of [
    'nonsense',
    'mysql://a:b@c/d',
    'postgres://user:pa/ss@host',
    'postgres://h:5432',
  ]) {
    expect(await refusal(url)).toMatch(/DATABASE_URL is not a URL of the form .*percent-encoded/)
  }
})

test('a server that does not answer', async () => {
  const closed = `postgres://me:${encodeURIComponent(SECRET)}@127.0.0.1:1/x`
  expect(await refusal(closed)).toMatch(/\(127\.0\.0\.1:1\/x\): no PostgreSQL server answers there/)
  const unknown = closed.replace('127.0.0.1', 'nowhere.invalid')
  expect(await refusal(unknown)).toMatch(/nowhere\.invalid.*the host name is not known/)
  const socket = urlOf('me', (url) => url.searchParams.set('host', '/nowhere'))
  expect(await refusal(socket)).toMatch(/\/nowhere.*no PostgreSQL server answers there/)
})

test('a wrong password, or none', async () => {
  const wrong = urlOf(owner, (url) => {
    url.password = `${encodeURIComponent(SECRET)}x`
  })
  expect(await refusal(wrong)).toContain(`the password for the user "${owner}" is missing or wrong`)
  const none = urlOf(owner, (url) => {
    url.password = ''
  })
  expect(await refusal(none)).toContain('is missing or wrong')
})

test('a database that does not exist, with the statement that makes it', async () => {
  const url = urlOf(owner, (it) => {
    it.pathname = '/nothing'
  })
  expect(await refusal(url)).toMatch(/"nothing" does not exist\. Make it with: CREATE DATABASE/)
})

test('a user who may not make tables, with the statements that allow it', async () => {
  const guest = await newUser('guest')
  expect(await refusal(urlOf(guest))).toMatch(
    new RegExp(`GRANT CREATE ON DATABASE .* TO "${guest}"; GRANT USAGE, CREATE ON SCHEMA public`),
  )
})

test('the restricted role itself as the owner', async () => {
  const message = await checkOwnServer(database.appUrl).catch((error: Error) => error.message)
  expect(message).toContain('must not own the schema')
})

test('an owner who may not hand out the restricted role, with the statement to run', async () => {
  expect(await refusal(urlOf(owner))).toContain(`run: GRANT commonhold_app TO "${owner}";`)
})

test('an owner who is a member works, and its requests run as the restricted role', async () => {
  await asSuperuser(`grant commonhold_app to ${owner}`)
  const { ownerUrl, appUrl, warnings } = await checkOwnServer(urlOf(owner))
  expect(warnings).toEqual([])
  await withClient(ownerUrl, (client) => client.query('create table secret_of_owner ()'))
  const pool = new Pool({ connectionString: appUrl, max: 1 })
  const who = async () => (await pool.query('select current_user::text as it')).rows[0].it
  expect(await who()).toBe('commonhold_app')
  await pool.query('reset role')
  expect(await who()).toBe('commonhold_app')
  await expect(pool.query('select from secret_of_owner')).rejects.toThrow(/permission denied/)
  await pool.end()
  await asSuperuser(`revoke commonhold_app from ${owner}`)
})

test('a superuser is fine as the owner, and its requests are not a superuser’s', async () => {
  const { appUrl } = await checkOwnServer(database.superuserUrl)
  const roles = await withClient(appUrl, (client) =>
    client.query(`select current_user::text as it, current_setting('is_superuser') as super`),
  )
  expect(roles.rows).toEqual([{ it: 'commonhold_app', super: 'off' }])
})

test('an application login that could step around the walls, or leads elsewhere', async () => {
  const strong = await newUser('strong', 'bypassrls')
  expect(await refusal(urlOf(owner), urlOf(strong))).toMatch(
    /COMMONHOLD_APP_DATABASE_URL.*may step around/,
  )
  const stranger = await newUser('stranger')
  expect(await refusal(urlOf(owner), urlOf(stranger))).toContain(
    `run: GRANT commonhold_app TO "${stranger}";`,
  )
  const elsewhere = urlOf(stranger, (url) => {
    url.pathname = '/postgres'
  })
  expect(await refusal(urlOf(owner), elsewhere)).toContain('leads to another database')
  await asSuperuser(`grant commonhold_app to ${stranger}`)
  expect((await checkOwnServer(urlOf(owner), urlOf(stranger))).appUrl).toBe(urlOf(stranger))
})

test('an encoding or version that does not fit', async () => {
  const fit: Facts = {
    version: 150_004,
    encoding: 'UTF8',
    user: 'me',
    database: 'db',
    superuser: false,
    bypassesRls: false,
    mayCreateInDatabase: true,
    mayCreateInSchema: true,
    appRole: null,
    startedAt: '',
  }
  expect(() => refuseUnfit(fit)).not.toThrow()
  expect(() => refuseUnfit({ ...fit, version: 140_011 })).toThrow(/is PostgreSQL 14, .* 15 to 18/)
  expect(() => refuseUnfit({ ...fit, encoding: 'LATIN1' })).toThrow(/encoding LATIN1.*UTF8/)
})
