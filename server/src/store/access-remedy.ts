/** What could turn a refusal: roles that contain a permission, teams that carry it. */
import type { AccountId, Permission, PrincipalId, TeamId } from '@commonhold/core'
import { sql } from 'kysely'
import type { Deed } from './access-reach.ts'
import { type Tx, typed, uuid } from './database.ts'
import { type RoleRow, type RoleScope, roleFromRow, selectRole } from './role.ts'

/** The roles that contain the permission: the tenant's and the account's own. */
export async function rolesWith(
  tx: Tx,
  scope: RoleScope,
  permission: Permission,
  limit: number,
): Promise<RoleRow[]> {
  const rows = await selectRole(tx, scope)
    .where(sql<boolean>`${permission} = any (role.permissions)`)
    .orderBy('builtIn', 'desc')
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(roleFromRow)
}

export interface CarryingTeam {
  readonly id: TeamId
  readonly name: string
  readonly isActive: boolean
  readonly isIn: boolean
}

/** The teams of the account with a grant that carries it, and whether the principal is in them. */
export async function carryingTeams(
  tx: Tx,
  { accountId, permission, path, now }: Deed,
  principal: PrincipalId,
  limit: number,
): Promise<CarryingTeam[]> {
  const account = uuid(accountId)
  const { rows } = await sql<{ id: string; name: string; isActive: boolean; isIn: boolean }>`
    select t.id, t.name, t.state = 'active' as "isActive", exists (select from team_member m
      where m.team_id = t.id and m.principal_id = ${uuid(principal)}) as "isIn"
    from team t where t.account_id = ${account} and exists (
      select from "grant" g join role r on r.id = g.role_id
      where g.account_id = ${account} and g.team_id = t.id
        and ${permission.permission} = any (r.permissions)
        and (g.expires_at is null or g.expires_at > ${now})
        and (g.object_type = 'account' or g.object_type = 'kind' and g.object_kind = ${permission.kind}
          or g.resource_id = any (${path.map(uuid)}::uuid[])))
    order by "isIn" desc, t.name limit ${limit}`.execute(tx)
  return rows.map((row) => ({ ...row, id: typed('team', row.id) }))
}

/** Which of them are members of the account. */
export async function membersAmong(
  tx: Tx,
  accountId: AccountId,
  principals: readonly PrincipalId[],
): Promise<ReadonlySet<string>> {
  if (principals.length === 0) return new Set()
  const rows = await tx
    .selectFrom('membership')
    .select('principalId')
    .where('accountId', '=', uuid(accountId))
    .where('principalId', 'in', principals.map(uuid))
    .execute()
  return new Set(rows.map((row) => row.principalId))
}
