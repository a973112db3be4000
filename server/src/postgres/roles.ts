/**
 * The embedded server's roles and database.
 *
 * The owner makes and changes the schema. The application role, which answers requests, owns nothing
 * and can't step around row-level security. The superuser is used here only.
 */
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { Passwords } from './passwords.ts'

const CONNECT_MS_MAX = 10_000

export const DATABASE = 'commonhold'
export const OWNER_ROLE = 'commonhold_owner'
export const APP_ROLE = 'commonhold_app'

/** What the application role is denied, wherever the role is made. */
export const APP_ROLE_ATTRIBUTES =
  'NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT'

/**
 * Makes what is missing of the roles and the database; a start that finds all of it asks once.
 * @param superuserUrl leads to the `postgres` database
 */
export async function ensureRoles(superuserUrl: string, passwords: Passwords): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select rolname::text as name from pg_roles where rolname in ($1, $2)
       union all select 'database' from pg_database where datname = $3`,
      [OWNER_ROLE, APP_ROLE, DATABASE],
    )
    const has = new Set(rows.map((row) => row.name))
    if (!has.has(OWNER_ROLE)) {
      await client.query(
        `create role ${OWNER_ROLE} login password ${escapeLiteral(passwords.owner)}
         nosuperuser nobypassrls nocreatedb nocreaterole noreplication`,
      )
    }
    if (!has.has(APP_ROLE)) {
      await client.query(
        `create role ${APP_ROLE} login password ${escapeLiteral(passwords.app)} ` +
          APP_ROLE_ATTRIBUTES,
      )
    }
    if (!has.has('database')) await createDatabase(client, DATABASE)
  })
}

/**
 * Makes a database that the owner role owns and that only Commonhold's roles may enter.
 * @param template an existing database to copy, which nobody may be connected to
 */
export async function createDatabase(client: Client, name: string, template?: string) {
  const from = template === undefined ? '' : ` template ${escapeIdentifier(template)}`
  const database = escapeIdentifier(name)
  await client.query(`create database ${database} owner ${OWNER_ROLE}${from}`)
  await client.query(
    `revoke all on database ${database} from public; ` +
      `grant connect on database ${database} to ${APP_ROLE}`,
  )
}

/** Opens a connection for as long as `use` needs it. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX })
  // A connection that breaks while idle is reported by the next query.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    // Also where connecting failed: a login left half done holds up DROP DATABASE for a minute.
    await client.end()
  }
}
