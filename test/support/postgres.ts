/**
 * A database of its own for a test file: a copy of the migrated template, made in milliseconds.
 *
 *     const database = await freshDatabase()
 *     afterAll(() => database.drop())
 */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { createDatabase, withClient } from '../../server/src/postgres/roles.ts'
import { TEMPLATE } from './postgres-server.ts'

/** A test's database and how each role reaches it. */
export interface FreshDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly superuserUrl: string
  /** Removes the database, ending what is still connected to it. */
  drop(): Promise<void>
}

/**
 * Makes an own database with the current schema and no rows.
 * @param template `empty` gives a database without the schema
 */
export async function freshDatabase(
  template: 'schema' | 'empty' = 'schema',
): Promise<FreshDatabase> {
  const server = inject('postgres')
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
