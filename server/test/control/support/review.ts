/** Makes things older than they are, and uses that were long ago: a review looks at months. */
import type { Permission, PrincipalId, ResourceId } from '@commonhold/core'
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { noteAccessUse } from '../../../src/store/access-use.ts'
import type { Tx } from '../../../src/store/database.ts'
import type { Control, TestTenant } from './control.ts'

export const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

export interface Past {
  /** Uses are noted since so many days. */
  usesKnownFor(days: number): Promise<void>
  /** As if it had been made so many days ago. Of a share, the grants under it go. */
  age(what: 'grant' | 'share' | 'virtual_account', id: string, days: number): Promise<void>
  used(use: {
    account: string
    principal: string
    permission: Permission
    resource?: string
    days: number
  }): Promise<void>
}

/** What can't be updated is written anew, by the same role as the server's. */
export function pastOf({ services }: Control, tenant: TestTenant): Past {
  const run = <T>(work: (tx: Tx) => Promise<T>) => services.database.withTenant(tenant.id, work)
  return {
    usesKnownFor: (days) =>
      run(async (tx) => {
        const since = JSON.stringify(daysAgo(days).toISOString())
        await sql`update deployment_setting set value = ${since}::jsonb
          where name = 'access_use_since'`.execute(tx)
      }),
    age: (what, id, days) =>
      run(async (tx) => {
        const table = sql.table(what)
        const uuid = uuidOf(id as PrincipalId)
        const { rows } = await sql<{ row: object; columns: string }>`
          select to_jsonb(t) as row, (select string_agg(quote_ident(column_name), ', ')
            from information_schema.columns where table_name = ${what}
              and is_generated = 'NEVER') as columns
          from ${table} t where id = ${uuid}`.execute(tx)
        const { row, columns } = rows[0]!
        const aged = JSON.stringify({ ...row, created_at: daysAgo(days).toISOString() })
        await sql`delete from ${table} where id = ${uuid}`.execute(tx)
        await sql`insert into ${table} (${sql.raw(columns)}) select ${sql.raw(columns)}
          from jsonb_populate_record(null::${table}, ${aged}::jsonb)`.execute(tx)
      }),
    used: ({ account, principal, permission, resource, days }) =>
      run((tx) =>
        noteAccessUse(tx, [
          {
            accountId: account as never,
            principalId: principal as PrincipalId,
            permission,
            resourceId: (resource ?? null) as ResourceId | null,
            at: daysAgo(days),
          },
        ]),
      ),
  }
}
