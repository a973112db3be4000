/**
 * The SQL that one would write first: grants, memberships and roles in tables with indexes, one prepared
 * query per question on one connection, in the PostgreSQL that Commonhold brings along. Asked by the
 * clock, because the work is done in another process.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInRoleNames, builtInRoles, listPermissions } from '@commonhold/core'
import { Client } from 'pg'
import { type EmbeddedServer, startEmbedded } from '../../server/src/postgres/embedded.ts'
import type { Question, World } from './world.ts'

export interface SqlServer {
  /** @returns the answer to the question at an index */
  load(world: World, questions: readonly Question[]): Promise<(index: number) => Promise<boolean>>
  stop(): Promise<void>
}

const query = {
  name: 'decide',
  text: `select exists (
    select from grants g join role_permissions r on r.role = g.role and r.permission = $3
    where g.object = any($2::text[]) and (g.subject = $1 or g.subject in (
      select team from members where member = $1))) as allowed`,
}

const schema = `drop table if exists grants, members, role_permissions;
  create table grants (subject text, object text, role text, primary key (subject, object, role));
  create table members (member text, team text, primary key (member, team));
  create table role_permissions (role text, permission text, primary key (role, permission))`

export async function startSql(): Promise<SqlServer> {
  const directory = await mkdtemp(join(tmpdir(), 'commonhold-bench-'))
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: console.warn, error: console.error }
  const server: EmbeddedServer = await startEmbedded({
    dataDir: directory,
    log,
    durability: 'test',
  })
  const client = new Client({ connectionString: server.ownerUrl })
  await client.connect()
  return {
    load: async (world, questions) => {
      await client.query('discard plans')
      await client.query(schema)
      await fill(client, world)
      return async (index) => {
        const { user, permission, resource } = questions[index]!
        const objects = [...resource.path, `kind:${resource.kind}`, 'account']
        const { rows } = await client.query({ ...query, values: [user, objects, permission] })
        return rows[0].allowed as boolean
      }
    },
    stop: async () => {
      await client.end()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function fill(client: Client, world: World): Promise<void> {
  const insert = (table: string, columns: readonly (readonly string[])[]) =>
    client.query(
      `insert into ${table} select * from unnest(${columns.map((_, n) => `$${n + 1}::text[]`)})`,
      [...columns],
    )
  const members = [...world.teamsOf].flatMap(([user, teams]) => teams.map((team) => [user, team]))
  const permissions = builtInRoleNames.flatMap((role) =>
    listPermissions(builtInRoles[role]).map((permission) => [role, permission]),
  )
  const column = (rows: readonly (readonly string[])[], at: number) => rows.map((row) => row[at]!)
  await insert('grants', [
    world.grants.map(({ subject }) => subject),
    world.grants.map(({ object }) => object),
    world.grants.map(({ role }) => role),
  ])
  await insert('members', [column(members, 0), column(members, 1)])
  await insert('role_permissions', [column(permissions, 0), column(permissions, 1)])
  await client.query('vacuum analyze')
}
