/**
 * The only way to PostgreSQL. Every statement runs inside a transaction that has said which tenant
 * it is for: `set_config(…, true)` is local to the transaction, so a pooled connection can never
 * carry one tenant into the next use. Row-level security does the rest (docs/guides/tenancy.md).
 */
import { formatId, type Id, type IdPrefix, type TenantId, uuidOf } from '@commonhold/core'
import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Client, Pool, types } from 'pg'
import type { Schema } from './schema.generated.ts'

/** A transaction of one tenant (or of the control plane). */
export type Tx = Transaction<Schema>

export const statementTimeoutMs = 30_000
const reconnectDelayMs = 500
/** A server that does not even refuse: whoever waits is told. */
export const connectTimeoutMs = 15_000

/** int8 as BigInt: money does not fit a double. */
const int8Oid = 20
/** cidr[] as text, like its elements. */
const cidrArrayOid = 651

export interface DatabaseOptions {
  readonly poolMax?: number
  /** Called for trouble that no caller waits for, such as a lost idle connection. */
  readonly onError?: (error: Error) => void
}

export interface Database {
  /** Runs `work` in one transaction that sees this tenant and nothing else. */
  withTenant<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>, mode?: Isolation): Promise<T>
  /** Runs `work` where only `tenant` and the tables without tenant_id can be seen. */
  withControlPlane<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Finds the tenant that a credential belongs to, by its keyed hash (32 bytes). */
  tenantOfCredential(hash: Buffer): Promise<TenantId | null>
  /** Calls `onMessage` for each NOTIFY, and `onReconnect` whenever some may have been missed. */
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }>
  /** @throws when the database can't be reached. */
  ping(): Promise<void>
  close(): Promise<void>
}

export type Isolation = 'read committed' | 'repeatable read'

/** @param appUrl connects as the restricted role, which owns nothing and can't bypass the wall */
export function openDatabase(appUrl: string, options: DatabaseOptions = {}): Database {
  const pool = new Pool({
    connectionString: appUrl,
    max: options.poolMax ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: 'commonhold',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
        if (oid === int8Oid) return BigInt
        if (oid === cidrArrayOid) return parseCidrArray
        return types.getTypeParser(oid, format as 'text')
      }) as typeof types.getTypeParser,
    },
  })
  pool.on('error', (error) => options.onError?.(error))
  // A connection that breaks while in use fails its query; its own event would end the process.
  pool.on('connect', (client) => client.on('error', (error) => options.onError?.(error)))
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })

  function inTransaction<T>(
    setting: string,
    value: string,
    work: (tx: Tx) => Promise<T>,
    isolation: Isolation = 'read committed',
  ): Promise<T> {
    return db
      .transaction()
      .setIsolationLevel(isolation)
      .execute(async (tx) => {
        await sql`select set_config(${setting}, ${value}, true)`.execute(tx)
        return work(tx)
      })
  }

  return {
    withTenant: (tenantId, work, isolation) =>
      inTransaction('commonhold.tenant_id', uuidOf(tenantId), work, isolation),
    withControlPlane: (work) => inTransaction('commonhold.control_plane', 'on', work),
    tenantOfCredential: (hash) =>
      inTransaction('commonhold.credential_hash', hash.toString('hex'), async (tx) => {
        const row = await tx
          .selectFrom('credential')
          .select('tenantId')
          .where('hash', '=', hash)
          .executeTakeFirst()
        return row ? formatId('tnt', row.tenantId) : null
      }),
    listen: (channel, onMessage, onReconnect) =>
      listen(appUrl, channel, onMessage, onReconnect, options),
    ping: async () => {
      await pool.query('select 1')
    },
    close: () => db.destroy(),
  }
}

/** One connection of its own: NOTIFY needs a session, and a pooled one may be replaced. */
async function listen(
  appUrl: string,
  channel: string,
  onMessage: (payload: string) => void,
  onReconnect: () => void,
  options: DatabaseOptions,
): Promise<{ close(): Promise<void> }> {
  let closed = false
  let client: Client | null = null
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new Client({
      connectionString: appUrl,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'commonhold-listen',
    })
    client = next
    next.on('notification', (message) => onMessage(message.payload ?? ''))
    next.on('error', (error) => options.onError?.(error))
    next.on('end', () => retry())
    await next.connect()
    await next.query(`listen ${next.escapeIdentifier(channel)}`)
  }

  function retry(): void {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      connect().then(onReconnect, (error: Error) => {
        options.onError?.(error)
        retry()
      })
    }, reconnectDelayMs)
  }

  try {
    await connect()
  } catch (error) {
    // Who is told that it failed does not expect it to go on trying.
    closed = true
    clearTimeout(timer)
    throw error
  }
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

/** `{10.0.0.0/8,::1/128}`: network addresses need no quoting. */
function parseCidrArray(text: string): string[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',')
}

/** An id on its way into SQL. */
export const uuid = uuidOf

/** An id on its way out of SQL. */
export function typed<P extends IdPrefix>(prefix: P, value: string): Id<P> {
  return formatId(prefix, value)
}
