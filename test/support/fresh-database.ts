/** Makes databases for tests on a server that runs already: copies of its migrated template. */
import { randomBytes } from 'node:crypto'
import { createDatabase, withClient } from '../../server/src/postgres/roles.ts'
import { TEMPLATE, type TestServer } from './test-server.ts'

/** A test's database and how each role reaches it. */
export interface FreshDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly superuserUrl: string
  /** Removes the database, ending what is still connected to it. */
  drop(): Promise<void>
}

/** @param template `empty` gives a database without the schema */
export async function freshDatabaseOn(
  server: TestServer,
  template: 'schema' | 'empty' = 'schema',
): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await withClient(server.superuserUrl, (client) =>
    createDatabase(client, name, template === 'schema' ? TEMPLATE : undefined),
  )
  const at = (text: string) => {
    const url = new URL(text)
    url.pathname = `/${name}`
    return url.href
  }
  return {
    ownerUrl: at(server.ownerUrl),
    appUrl: at(server.appUrl),
    superuserUrl: at(server.superuserUrl),
    drop: () =>
      withClient(server.superuserUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
      }),
  }
}
