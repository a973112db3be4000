/** Puts rows into a database: as anybody would, or by force, past all that would refuse them. */
import { Client } from 'pg'
import { type Row, type Rows, type Table, tables } from './rows.ts'

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

/** @param client a superuser's, so that several tenants are written at once; constraints hold for it */
export async function writeRows(client: Client, rows: Rows): Promise<void> {
  await client.query('begin')
  try {
    for (const table of tables) {
      const list = rows[table]
      // What stands in another account's cluster may, because that is shared: so after the share.
      await insert(client, table, table === 'resource' ? apart(list)[0] : list)
      if (table === 'share') await insert(client, 'resource', apart(rows.resource)[1])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Those whose parent is the owner's own, and the others. */
function apart(resources: readonly Row[]): [Row[], Row[]] {
  const ownerOf = new Map(resources.map(({ id, account_id }) => [id, account_id]))
  const stands = ({ parent_id, account_id }: Row) =>
    parent_id === null || ownerOf.get(parent_id) === account_id
  return [resources.filter(stands), resources.filter((one) => !stands(one))]
}

async function insert(client: Client, table: Table, list: readonly Row[]): Promise<void> {
  if (list.length === 0) return
  // Only what some row speaks of; for the rest the defaults count.
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))]
    .map((column) => `"${column}"`)
    .join(', ')
  await client.query(
    `insert into "${table}" (${columns}) select ${columns}
      from jsonb_populate_recordset(null::"${table}", $1)`,
    [JSON.stringify(list)],
  )
}

/** Foreign keys and triggers are passed over by this connection from now on. */
export async function passOverTriggers(client: Client): Promise<void> {
  await client.query(`set session_replication_role = 'replica'`)
}

/** Checks, unique keys and what may not be null are taken away, so that anything at all is stored. */
export async function dropConstraints(client: Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) as statement
      from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'u', 'f')
        and conrelid = any($1::regclass[])
    union all
    select format('alter table %s alter column %I drop not null', attrelid::regclass, attname)
      from pg_attribute a where attrelid = any($1::regclass[]) and attnotnull and attnum > 0
        and not exists (select from pg_constraint k
          where k.conrelid = attrelid and k.contype = 'p' and attnum = any(k.conkey))
    union all
    select format('drop index if exists %s', indexrelid::regclass) from pg_index
      where indrelid = any($1::regclass[]) and indisunique and not indisprimary`,
    [tables.map((table) => `"${table}"`)],
  )
  for (const { statement } of rows) await client.query(statement)
}
