/**
 * What an access review reads: every grant of an account with the names that it is told by, who is in
 * which team, and what was used when. All of it at once and in few columns, because who used what
 * decides the order in which grants are shown; ids stay UUIDs until a row is shown.
 */
import type { AccountId, PrincipalId, ResourceId, RoleId, TeamId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

/** Narrows the grants to review; absent does not. */
export interface ReviewedGrantFilter {
  readonly principal?: PrincipalId
  readonly team?: TeamId
  readonly resource?: ResourceId
  readonly role?: RoleId
}

export interface ReviewedGrantRow {
  readonly id: string
  readonly principalId: string | null
  readonly teamId: string | null
  readonly subjectKind: 'user' | 'virtual-account' | 'team'
  readonly subjectName: string
  readonly subjectState: string
  readonly objectType: 'account' | 'kind' | 'resource'
  readonly objectKind: string | null
  readonly resourceId: string | null
  readonly resourceKind: string | null
  readonly resourceName: string | null
  readonly resourceAccountId: string | null
  readonly parentId: string | null
  readonly parentKind: string | null
  readonly parentName: string | null
  readonly isShared: boolean
  readonly roleId: string
  readonly roleName: string
  readonly roleBuiltIn: boolean
  readonly expiresAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
}

export async function reviewedGrants(
  tx: Tx,
  accountId: AccountId,
  filter: ReviewedGrantFilter,
): Promise<ReviewedGrantRow[]> {
  const is = (column: string, id: PrincipalId | TeamId | ResourceId | RoleId | undefined) =>
    id === undefined ? sql`true` : sql`${sql.ref(column)} = ${uuid(id)}`
  const { rows } = await sql<ReviewedGrantRow>`
    select g.id, g.principal_id, g.team_id,
      case when g.team_id is not null then 'team' when u.id is not null then 'user'
        else 'virtual-account' end as subject_kind,
      coalesce(u.email, v.name, t.name) as subject_name,
      coalesce(u.state, v.state, t.state) as subject_state,
      g.object_type, g.object_kind, g.resource_id, r.kind as resource_kind,
      r.name as resource_name, r.account_id as resource_account_id,
      p.id as parent_id, p.kind as parent_kind, p.name as parent_name,
      g.via_resource_id is not null as is_shared,
      g.role_id, o.name as role_name, o.built_in as role_built_in,
      g.expires_at, g.created_at, g.created_by
    from "grant" g
      join role o on o.id = g.role_id
      left join "user" u on u.id = g.principal_id
      left join virtual_account v on v.id = g.principal_id
      left join team t on t.id = g.team_id
      left join resource r on r.id = g.resource_id
      left join resource p on p.id = r.parent_id
    where g.account_id = ${uuid(accountId)} and ${is('g.principal_id', filter.principal)}
      and ${is('g.team_id', filter.team)} and ${is('g.resource_id', filter.resource)}
      and ${is('g.role_id', filter.role)}`.execute(tx)
  return rows
}

/** Somebody's last use of a permission on something; the parent too, because a grant on it counts. */
export interface UseRow {
  readonly principalId: string
  readonly permission: string
  /** The account's own id where it was about no resource. */
  readonly resourceId: string
  readonly parentId: string | null
  readonly lastUsedAt: Date
}

export async function usesIn(tx: Tx, accountId: AccountId): Promise<UseRow[]> {
  const { rows } = await sql<UseRow>`
    select a.principal_id, a.permission, a.resource_id, r.parent_id, a.last_used_at
    from access_use a left join resource r on r.id = a.resource_id
    where a.account_id = ${uuid(accountId)}`.execute(tx)
  return rows
}

/** Who is in the teams of the account: active or not, a use was theirs. */
export async function teamPlacesIn(
  tx: Tx,
  accountId: AccountId,
): Promise<{ teamId: string; principalId: string }[]> {
  return tx
    .selectFrom('teamMember')
    .select(['teamId', 'principalId'])
    .where('accountId', '=', uuid(accountId))
    .execute()
}

export interface ReviewedVirtualAccountRow {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly state: 'active' | 'suspended'
  readonly createdAt: Date
  readonly createdBy: string
  readonly ownerTeamId: string | null
  readonly ownerTeamName: string | null
  readonly ownerTeamState: string | null
  /** How many active people are in that team. */
  readonly ownerTeamPeople: number
  readonly formerOwnerTeam: string | null
  readonly tokens: number
  readonly grants: number
  readonly lastUsedAt: Date | null
}

/** A token that was used proves use of its virtual account as well, whatever it was used for. */
export async function reviewedVirtualAccounts(
  tx: Tx,
  accountId: AccountId,
): Promise<ReviewedVirtualAccountRow[]> {
  const account = uuid(accountId)
  const { rows } = await sql<ReviewedVirtualAccountRow>`
    select v.id, v.name, v.display_name, v.state, v.created_at, v.created_by,
      v.owner_team_id, t.name as owner_team_name, t.state as owner_team_state, v.former_owner_team,
      coalesce(o.people, 0)::int as owner_team_people,
      coalesce(k.tokens, 0)::int as tokens, coalesce(g.grants, 0)::int as grants,
      greatest(a.last_used_at, k.last_used_at) as last_used_at
    from virtual_account v
      left join team t on t.id = v.owner_team_id
      left join (select m.team_id, count(*) as people
          from team_member m join "user" u on u.id = m.principal_id and u.state = 'active'
          where m.account_id = ${account} group by 1) o on o.team_id = v.owner_team_id
      left join (select x.principal_id, count(*) filter (where x.state = 'active') as tokens,
            max(y.last_used_at) as last_used_at
          from token x left join token_use y on y.token_id = x.id
          where x.account_id = ${account} group by 1) k on k.principal_id = v.id
      left join (select principal_id, count(*) as grants from "grant"
          where account_id = ${account} group by 1) g on g.principal_id = v.id
      left join (select principal_id, max(last_used_at) as last_used_at from access_use
          where account_id = ${account} group by 1) a on a.principal_id = v.id
    where v.account_id = ${account}`.execute(tx)
  return rows
}
