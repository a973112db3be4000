/** Who administers an account: the last of them must not go unnoticed. */
import type { AccountId, GrantId, PrincipalId, TeamId, UserId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

/** What to think away: "who would be left without this?" */
export interface Without {
  readonly grant?: GrantId
  readonly user?: UserId
  readonly team?: TeamId
  /** One person's place in one team. */
  readonly member?: { readonly team: TeamId; readonly principal: PrincipalId }
}

/**
 * @returns the active users who have the built-in role `admin` on the whole account, by a grant of
 * their own or of an active team that they are in
 */
export async function activeAdmins(
  tx: Tx,
  accountId: AccountId,
  now: Date,
  without: Without = {},
): Promise<UserId[]> {
  const not = (column: string, id: GrantId | PrincipalId | TeamId | undefined) =>
    id === undefined ? sql`true` : sql`${sql.ref(column)} is distinct from ${uuid(id)}`
  const { rows } = await sql<{ id: string }>`
    select distinct u.id from "grant" g
    join role r on r.id = g.role_id and r.built_in and r.name = 'admin'
    left join team t on t.id = g.team_id and t.state = 'active'
    left join team_member m on m.team_id = t.id
    join "user" u on u.id = coalesce(g.principal_id, m.principal_id) and u.state = 'active'
    where g.account_id = ${uuid(accountId)} and g.object_type = 'account'
      and (g.expires_at is null or g.expires_at > ${now})
      and ${not('g.id', without.grant)} and ${not('u.id', without.user)}
      and ${not('g.team_id', without.team)}
      and (${not('g.team_id', without.member?.team)}
        or ${without.member ? not('u.id', without.member.principal) : sql`false`})`.execute(tx)
  return rows.map((row) => typed('user', row.id))
}
