/** What stands behind a decision: who brought whom in, when, and who changed it last. */
import type { AccountId, PrincipalId, RoleId, TeamId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

export interface Made {
  /** An id; the name as well where a log has kept it. */
  readonly by: string
  readonly name?: string
  readonly at: Date
}

/** How somebody came into an account; null for who is not in it. */
export async function membershipOf(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
): Promise<(Made & { readonly source: 'manual' | 'scim' | 'sso' }) | null> {
  const row = await tx
    .selectFrom('membership')
    .select(['createdBy', 'createdAt', 'source'])
    .where('accountId', '=', uuid(accountId))
    .where('principalId', '=', uuid(principal))
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    by: row.createdBy,
    at: row.createdAt,
    source: row.source as 'manual' | 'scim' | 'sso',
  }
}

/** Who made the user or virtual account. */
export async function originOf(tx: Tx, principal: PrincipalId): Promise<Made> {
  const row = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .where('principal.id', '=', uuid(principal))
    .select([
      sql<string>`coalesce("user".created_by, virtual_account.created_by)`.as('by'),
      sql<Date>`coalesce("user".created_at, virtual_account.created_at)`.as('at'),
    ])
    .executeTakeFirstOrThrow()
  return row
}

/** Who put somebody into each team of the account. */
export async function placesOf(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
): Promise<ReadonlyMap<TeamId, Made>> {
  const rows = await tx
    .selectFrom('teamMember')
    .select(['teamId', 'createdBy', 'createdAt'])
    .where('accountId', '=', uuid(accountId))
    .where('principalId', '=', uuid(principal))
    .execute()
  return new Map(
    rows.map((row) => [typed('team', row.teamId), { by: row.createdBy, at: row.createdAt }]),
  )
}

export interface RoleOrigin extends Made {
  readonly id: RoleId
  readonly accountId: AccountId
  readonly builtIn: boolean
  readonly revision: number
}

export async function originsOfRoles(
  tx: Tx,
  ids: readonly RoleId[],
): Promise<ReadonlyMap<RoleId, RoleOrigin>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('role')
    .select(['id', 'accountId', 'builtIn', 'revision', 'createdBy', 'createdAt'])
    .where('id', 'in', ids.map(uuid))
    .execute()
  return new Map(
    rows.map((row) => {
      const id = typed('role', row.id)
      const { builtIn, createdBy: by, createdAt: at } = row
      const accountId = typed('acct', row.accountId)
      return [id, { id, accountId, builtIn, revision: Number(row.revision), by, at }]
    }),
  )
}

/**
 * Who last changed one of some fields of a thing, as the account's audit log has it.
 * @param fields as the audit log names them; an empty list there is no change
 */
export async function lastChangeOf(
  tx: Tx,
  accountId: AccountId,
  {
    target,
    operations,
    fields,
  }: {
    readonly target: string
    readonly operations: readonly string[]
    readonly fields: readonly string[]
  },
): Promise<Made | null> {
  const row = await tx
    .selectFrom('auditEvent')
    .select(['actorId', 'actorName', 'at'])
    .where('accountId', '=', uuid(accountId))
    .where('targetId', '=', target)
    .where('operation', 'in', [...operations])
    .where(sql<boolean>`exists (select from jsonb_each(after) as changed
      where key = any (${[...fields]}::text[]) and value not in ('[]', 'null'))`)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { by: row.actorId, name: row.actorName, at: row.at }
}
