/**
 * Brings the schema up to date: the SQL files of `server/migrations`, forward only, in name order.
 *
 * Kysely's Migrator keeps the list of what ran, and runs what is new in one transaction under a lock,
 * so that several servers may start at once. A database that knows a migration which is not among
 * the files was written by a newer version and is left alone.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type MigrationProvider, Migrator } from 'kysely/migration'
import { Pool } from 'pg'
import { StartupError } from '../startup-error.ts'

/** Where the product's own migrations are. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations', import.meta.url))

const MIGRATION_TABLE = 'schema_migration'
const MIGRATION_LOCK_TABLE = 'schema_migration_lock'

/**
 * Runs the migrations that the database has not seen.
 * @param ownerUrl a connection as the role that owns the schema
 * @param directory a folder of `NNNN_name.sql` files
 * @returns the names of the migrations that ran now
 * @throws StartupError when the database belongs to a newer version, or a migration fails
 */
export async function migrate(ownerUrl: string, directory = MIGRATIONS_DIR): Promise<string[]> {
  const pool = new Pool({ connectionString: ownerUrl, max: 2 })
  // A connection that breaks while idle is reported by the next query.
  pool.on('error', () => undefined)
  const db = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) })
  try {
    const provider = sqlFiles(directory)
    await refuseNewer(db, Object.keys(await provider.getMigrations()))
    const migrator = new Migrator({
      db,
      provider,
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: MIGRATION_LOCK_TABLE,
      nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined) {
      const failed = results.find((result) => result.status === 'Error')?.migrationName
      throw new StartupError(
        `The database could not be brought up to date${failed ? `: migration ${failed}` : ''} ` +
          `failed and nothing was changed. PostgreSQL says: ${(error as Error).message}`,
        { cause: error },
      )
    }
    return results.map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

function sqlFiles(directory: string): MigrationProvider {
  return {
    async getMigrations() {
      const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
      const entries = files.map(async (file) => {
        const text = await readFile(join(directory, file), 'utf8')
        // Without parameters node-postgres sends the whole file as one simple query.
        const up = async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db))
        return [file.slice(0, -'.sql'.length), { up }] as const
      })
      return Object.fromEntries(await Promise.all(entries))
    },
  }
}

async function refuseNewer(db: Kysely<Record<string, never>>, known: readonly string[]) {
  const exists = await sql<{ table: string | null }>`
    select to_regclass(${MIGRATION_TABLE})::text as table`.execute(db)
  if (!exists.rows[0]?.table) return
  const ran = await sql<{ name: string }>`
    select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(db)
  const unknown = ran.rows.map((row) => row.name).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new StartupError(
    `The database was written by a newer Commonhold (it has the migration ${unknown[0]}, which this ` +
      'version does not know); nothing was changed. Start that version or a later one.',
  )
}
