/**
 * A database of its own for a test file: a copy of the migrated template, made in milliseconds.
 *
 *     const database = await freshDatabase()
 *     afterAll(() => database.drop())
 */
import { inject } from 'vitest'
import { type FreshDatabase, freshDatabaseOn } from './fresh-database.ts'

export type { FreshDatabase } from './fresh-database.ts'

/**
 * Makes an own database with the current schema and no rows.
 * @param template `empty` gives a database without the schema
 */
export function freshDatabase(template: 'schema' | 'empty' = 'schema'): Promise<FreshDatabase> {
  return freshDatabaseOn(inject('postgres'), template)
}
