/**
 * A server of the user's own that has never seen Commonhold: the restricted role is yet to be made.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/embedded.ts'
import { checkOwnServer } from '../../src/postgres/own-server.ts'
import { withClient } from '../../src/postgres/roles.ts'
import { memoryLog, temporaryDirectory } from './support.ts'

const { path, remove } = temporaryDirectory()
let server: EmbeddedServer

const run = (sql: string) =>
  withClient(server.superuserUrl, async (client) => {
    for (const statement of sql.split(';')) await client.query(statement)
  })

beforeAll(async () => {
  server = await startEmbedded({ dataDir: path, log: memoryLog(), durability: 'test' })
  await run(`drop database commonhold; drop role commonhold_app; create role maker login password 'x'
    createrole; create role plain login password 'x'; create database theirs owner maker;
    create database others owner plain`)
})
afterEach(() => run('drop role if exists commonhold_app'))
afterAll(async () => {
  await server.stop()
  remove()
})

function urlOf(user: string, database: string): string {
  const url = new URL(server.superuserUrl)
  url.username = user
  url.password = 'x'
  url.pathname = `/${database}`
  return url.href
}

test('a user who may make roles makes it, restricted, also when several start at once', async () => {
  const url = urlOf('maker', 'theirs')
  const checked = await Promise.all([checkOwnServer(url), checkOwnServer(url)])
  for (const { appUrl } of checked) {
    const { rows } = await withClient(appUrl, (client) =>
      client.query(`select rolname::text as it, rolsuper, rolbypassrls, rolcanlogin
        from pg_roles where rolname = current_user`),
    )
    expect(rows).toEqual([
      { it: 'commonhold_app', rolsuper: false, rolbypassrls: false, rolcanlogin: false },
    ])
  }
})

test('a user who may not is told both statements', async () => {
  await expect(checkOwnServer(urlOf('plain', 'others'))).rejects.toThrow(
    'run: CREATE ROLE commonhold_app NOLOGIN; GRANT commonhold_app TO "plain";',
  )
})

test('a role of that name that could step around the walls is refused', async () => {
  await run('create role commonhold_app bypassrls')
  await expect(checkOwnServer(urlOf('maker', 'theirs'))).rejects.toThrow(
    'run: ALTER ROLE commonhold_app NOSUPERUSER NOBYPASSRLS;',
  )
})
