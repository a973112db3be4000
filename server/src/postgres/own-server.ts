/**
 * A PostgreSQL of the user's own, checked before anything is written to it.
 *
 * The schema is made through DATABASE_URL. Requests are answered as the role `commonhold_app`, which
 * owns nothing: through a login of its own (COMMONHOLD_APP_DATABASE_URL), or by the same login taking
 * that role for the whole connection. Every refusal says what to do; none holds a password.
 */
import { type Client, escapeIdentifier } from 'pg'
import { StartupError } from '../startup-error.ts'
import { connectionProblem, nameServer, parseDatabaseUrl } from './connection-problem.ts'
import { APP_ROLE, withClient } from './roles.ts'

const MAJOR_MIN = 15
const MAJOR_MAX_TESTED = 18

/** A checked server. The URLs hold passwords: never log them. */
export interface OwnServer {
  readonly ownerUrl: string
  readonly appUrl: string
  /** Sentences for the log. */
  readonly warnings: readonly string[]
}

/** What a server says about itself and the user that came in. */
export interface Facts {
  readonly version: number
  readonly encoding: string
  readonly user: string
  readonly database: string
  readonly superuser: boolean
  readonly bypassesRls: boolean
  readonly mayCreateInDatabase: boolean
  readonly mayCreateInSchema: boolean
  readonly appRole: { superuser: boolean; bypassesRls: boolean } | null
  readonly startedAt: string
}

/**
 * Checks a server and makes the application role if it is missing and the user may.
 * @param databaseUrl DATABASE_URL
 * @param appDatabaseUrl COMMONHOLD_APP_DATABASE_URL, if given
 * @throws StartupError in sentences, with the SQL to run where SQL is missing
 */
export async function checkOwnServer(
  databaseUrl: string,
  appDatabaseUrl?: string | null,
): Promise<OwnServer> {
  const facts = await visit('DATABASE_URL', databaseUrl, async (client) => {
    const found = await readFacts(client)
    refuseUnfit(found)
    await ensureAppRole(client, found, !appDatabaseUrl)
    return found
  })
  if (appDatabaseUrl) await checkAppLogin(appDatabaseUrl, facts)
  const appUrl = appUrlOf(databaseUrl, appDatabaseUrl)
  if (!appDatabaseUrl) await visit('DATABASE_URL', appUrl, (client) => client.query('select 1'))
  const major = Math.floor(facts.version / 10_000)
  const warnings =
    major > MAJOR_MAX_TESTED
      ? [
          `The database server is PostgreSQL ${major}; Commonhold is tested with ` +
            `${MAJOR_MIN} to ${MAJOR_MAX_TESTED}.`,
        ]
      : []
  return { ownerUrl: databaseUrl, appUrl, warnings }
}

async function visit<T>(variable: string, url: string, use: (client: Client) => Promise<T>) {
  parseDatabaseUrl(variable, url)
  try {
    return await withClient(url, use)
  } catch (error) {
    throw error instanceof StartupError ? error : connectionProblem(variable, url, error)
  }
}

async function readFacts(client: Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(
    `select current_setting('server_version_num')::int as version,
       current_setting('server_encoding') as encoding,
       current_user::text as "user", current_database()::text as database,
       me.rolsuper as superuser, me.rolbypassrls as "bypassesRls",
       has_database_privilege(current_database(), 'CREATE') as "mayCreateInDatabase",
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as "mayCreateInSchema",
       (select jsonb_build_object('superuser', app.rolsuper, 'bypassesRls', app.rolbypassrls)
          from pg_roles app where app.rolname = $1) as "appRole",
       pg_postmaster_start_time()::text as "startedAt"
     from pg_roles me where me.rolname = current_user`,
    [APP_ROLE],
  )
  return rows[0]!
}

/**
 * Refuses a server or user that can't hold the schema.
 * @throws StartupError with what to change
 */
export function refuseUnfit(facts: Facts): void {
  const { database, user } = facts
  const major = Math.floor(facts.version / 10_000)
  if (major < MAJOR_MIN) {
    throw new StartupError(
      `DATABASE_URL: the server is PostgreSQL ${major}, and Commonhold needs ${MAJOR_MIN} to ` +
        `${MAJOR_MAX_TESTED}. Upgrade it, or leave DATABASE_URL unset to use the embedded database.`,
    )
  }
  if (facts.encoding !== 'UTF8') {
    throw new StartupError(
      `DATABASE_URL: the database "${database}" has the encoding ${facts.encoding}, and Commonhold ` +
        "needs UTF8. Make one with: CREATE DATABASE commonhold ENCODING 'UTF8' TEMPLATE template0;",
    )
  }
  if (user === APP_ROLE) {
    throw new StartupError(
      `DATABASE_URL: "${APP_ROLE}" is the restricted role that must not own the schema. Give the ` +
        `login of an owner here, and that of ${APP_ROLE} as COMMONHOLD_APP_DATABASE_URL.`,
    )
  }
  const missing = []
  const to = escapeIdentifier(user)
  if (!facts.mayCreateInDatabase) {
    missing.push(`GRANT CREATE ON DATABASE ${escapeIdentifier(database)} TO ${to};`)
  }
  if (!facts.mayCreateInSchema) missing.push(`GRANT USAGE, CREATE ON SCHEMA public TO ${to};`)
  if (missing.length > 0) {
    throw new StartupError(
      `DATABASE_URL: the user "${user}" may not make tables in the database "${database}". As an ` +
        `administrator, run: ${missing.join(' ')}`,
    )
  }
}

async function ensureAppRole(client: Client, facts: Facts, takesRole: boolean): Promise<void> {
  if (facts.appRole?.superuser || facts.appRole?.bypassesRls) {
    throw new StartupError(
      `DATABASE_URL: the role ${APP_ROLE} may step around row-level security, which keeps tenants ` +
        `apart. As an administrator, run: ALTER ROLE ${APP_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    )
  }
  const create = `CREATE ROLE ${APP_ROLE} NOLOGIN;`
  const grant = `GRANT ${APP_ROLE} TO ${escapeIdentifier(facts.user)};`
  const isMissing = facts.appRole === null
  const steps = isMissing ? [create] : []
  if (takesRole && (isMissing || !(await mayTakeRole(client, facts.version)))) steps.push(grant)
  if (steps.length === 0) return
  try {
    await client.query(`begin; ${steps.join(' ')} commit;`)
  } catch (error) {
    await client.query('rollback')
    if (await becameUsable(client, facts, takesRole)) return
    throw new StartupError(
      `DATABASE_URL: the user "${facts.user}" may not make the role that answers requests. As an ` +
        `administrator, run: ${steps.join(' ')} (PostgreSQL says: ${(error as Error).message})`,
    )
  }
}

/** Another Commonhold that starts at the same moment may have made the role first. */
async function becameUsable(client: Client, facts: Facts, takesRole: boolean): Promise<boolean> {
  const { appRole } = await readFacts(client)
  return appRole !== null && (!takesRole || (await mayTakeRole(client, facts.version)))
}

async function mayTakeRole(client: Client, version: number): Promise<boolean> {
  // Membership and the right to SET ROLE are told apart since PostgreSQL 16.
  const right = version >= 160_000 ? 'SET' : 'MEMBER'
  const { rows } = await client.query<{ may: boolean }>(
    'select pg_has_role(current_user, $1, $2) as may',
    [APP_ROLE, right],
  )
  return rows[0]?.may ?? false
}

/** What requests are answered through: known before anything was asked of the server. */
export function appUrlOf(databaseUrl: string, appDatabaseUrl?: string | null): string {
  return appDatabaseUrl ?? takingAppRole(databaseUrl)
}

/** Every connection of this URL starts as the application role, and RESET ROLE returns to it. */
function takingAppRole(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  const given = url.searchParams.get('options')
  url.searchParams.set('options', `${given ? `${given} ` : ''}-c role=${APP_ROLE}`)
  return url.href
}

async function checkAppLogin(appDatabaseUrl: string, owner: Facts): Promise<void> {
  const variable = 'COMMONHOLD_APP_DATABASE_URL'
  await visit(variable, appDatabaseUrl, async (client) => {
    const facts = await readFacts(client)
    if (facts.startedAt !== owner.startedAt || facts.database !== owner.database) {
      throw new StartupError(
        `${variable} leads to another database (${nameServer(appDatabaseUrl)}) than DATABASE_URL. ` +
          'Both must name the same one.',
      )
    }
    const { rows } = await client.query<{ acts: boolean; owns: boolean }>(
      `select pg_has_role(current_user, $1, 'USAGE') as acts,
              pg_has_role(current_user, $2, 'MEMBER') as owns`,
      [APP_ROLE, owner.user],
    )
    const user = escapeIdentifier(facts.user)
    if (facts.superuser || facts.bypassesRls || rows[0]?.owns) {
      throw new StartupError(
        `${variable}: the user ${user} may step around row-level security or act as the schema's ` +
          `owner. Give a login that is only a member of ${APP_ROLE}.`,
      )
    }
    if (!rows[0]?.acts) {
      throw new StartupError(
        `${variable}: the user ${user} is not a member of ${APP_ROLE}. As an administrator, run: ` +
          `GRANT ${APP_ROLE} TO ${user};`,
      )
    }
  })
}
