/**
 * Prints the TypeScript types of the database from a live one, in Kysely's terms: what is read,
 * and what may be left out on insert. A test keeps server/src/store/schema.generated.ts fresh.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'

const types: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  bool: 'boolean',
  int4: 'number',
  int8: 'bigint',
  timestamptz: 'Date',
  jsonb: 'unknown',
  bytea: 'Buffer',
  inet: 'string',
  cidr: 'string',
  xid8: 'string',
  _int4: 'number[]',
  _text: 'string[]',
  _uuid: 'string[]',
  _cidr: 'string[]',
}

const camel = (text: string) => text.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const pascal = (text: string) => camel(`_${text}`)

interface Column {
  table_name: string
  column_name: string
  udt_name: string
  is_nullable: 'YES' | 'NO'
  column_default: string | null
  is_identity: 'YES' | 'NO'
  is_generated: 'ALWAYS' | 'NEVER'
}

function typeOf(column: Column): string {
  const base = types[column.udt_name]
  if (base === undefined) throw new Error(`no type for ${column.udt_name}`)
  const nullable = column.is_nullable === 'YES' ? `${base} | null` : base
  if (column.is_generated === 'ALWAYS' || column.is_identity === 'YES') {
    return `GeneratedAlways<${nullable}>`
  }
  return column.column_default === null ? nullable : `Generated<${nullable}>`
}

/** @returns the text of schema.generated.ts */
export async function databaseTypes(ownerUrl: string): Promise<string> {
  const client = new Client(ownerUrl)
  await client.connect()
  try {
    const { rows } = await client.query<Column>(
      `select * from information_schema.columns where table_schema = 'public'
       and table_name not like 'schema\\_migration%' order by table_name, ordinal_position`,
    )
    const tables = Map.groupBy(rows, (row) => row.table_name)
    const lines = [
      '// Generated from the database by scripts/gen-database-types.ts. Do not edit.',
      "import type { Generated, GeneratedAlways } from 'kysely'",
      '',
    ]
    for (const [table, columns] of tables) {
      lines.push(`export interface ${pascal(table)}Table {`)
      for (const column of columns) lines.push(`  ${camel(column.column_name)}: ${typeOf(column)}`)
      lines.push('}', '')
    }
    lines.push('export interface Schema {')
    for (const table of tables.keys()) lines.push(`  ${camel(table)}: ${pascal(table)}Table`)
    lines.push('}', '')
    return lines.join('\n')
  } finally {
    await client.end()
  }
}

const target = fileURLToPath(new URL('../server/src/store/schema.generated.ts', import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const url = process.argv[2]
  if (url === undefined) {
    console.error('Name a database that the migrations have run in: postgres://owner:…@host/name')
    process.exit(2)
  }
  writeFileSync(target, await databaseTypes(url))
}
