/**
 * What an access review reads: every grant of an account with the names that it is told by, who is in
 * which team, and what was used when. All of it at once and in few columns, because who used what
 * decides the order in which grants are shown; ids stay UUIDs until a row is shown.
 */
import type { AccountId, PrincipalId, ResourceId, RoleId, TeamId } from '@commonhold/core'
import { type RawBuilder, sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

/** Narrows the grants to review; absent does not. */
export interface ReviewedGrantFilter {
  readonly principal?: PrincipalId
  readonly team?: TeamId
  readonly resource?: ResourceId
  readonly role?: RoleId
}

/** What decides; the names that it is told by are read for those that are shown. */
export interface ReviewedGrantRow {
  readonly id: string
  readonly principalId: string | null
  readonly teamId: string | null
  readonly subjectState: string
  readonly objectType: 'account' | 'kind' | 'resource'
  readonly objectKind: string | null
  readonly resourceId: string | null
  readonly resourceAccountId: string | null
  readonly parentId: string | null
  readonly parentKind: string | null
  readonly roleId: string
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  readonly createdBy: string
}

const milliseconds = (column: string) =>
  sql`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`

export async function reviewedGrants(
  tx: Tx,
  accountId: AccountId,
  filter: ReviewedGrantFilter,
): Promise<ReviewedGrantRow[]> {
  const is = (column: string, id: PrincipalId | TeamId | ResourceId | RoleId | undefined) =>
    id === undefined ? sql`true` : sql`${sql.ref(column)} = ${uuid(id)}`
  // Ten thousand rows: their names are given here, and not turned into camel case one by one.
  const { rows } = await sql<ReviewedGrantRow>`
    select g.id, g.principal_id as "principalId", g.team_id as "teamId",
      coalesce(u.state, v.state, t.state) as "subjectState",
      g.object_type as "objectType", g.object_kind as "objectKind",
      g.resource_id as "resourceId", r.account_id as "resourceAccountId",
      p.id as "parentId", p.kind as "parentKind", g.role_id as "roleId",
      ${milliseconds('g.expires_at')} as "expiresAtMs",
      ${milliseconds('g.created_at')} as "createdAtMs", g.created_by as "createdBy"
    from "grant" g
      left join "user" u on u.id = g.principal_id
      left join virtual_account v on v.id = g.principal_id
      left join team t on t.id = g.team_id
      left join resource r on r.id = g.resource_id
      left join resource p on p.id = r.parent_id
    where g.account_id = ${uuid(accountId)} and ${is('g.principal_id', filter.principal)}
      and ${is('g.team_id', filter.team)} and ${is('g.resource_id', filter.resource)}
      and ${is('g.role_id', filter.role)}`.execute(tx.withoutPlugins())
  return rows
}

export interface GrantNames {
  readonly id: string
  readonly subjectKind: 'user' | 'virtual-account' | 'team'
  readonly subjectName: string
  readonly resourceKind: string | null
  readonly resourceName: string | null
  readonly parentName: string | null
  readonly isShared: boolean
  readonly roleName: string
  readonly roleBuiltIn: boolean
}

/** @param ids of grants of the account, as UUIDs @returns by id, for those that still exist */
export async function grantNames(
  tx: Tx,
  accountId: AccountId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GrantNames>> {
  const { rows } = await sql<GrantNames>`
    select g.id, case when g.team_id is not null then 'team' when u.id is not null then 'user'
        else 'virtual-account' end as subject_kind,
      coalesce(u.email, v.name, t.name) as subject_name,
      r.kind as resource_kind, r.name as resource_name, p.name as parent_name,
      g.via_resource_id is not null as is_shared,
      o.name as role_name, o.built_in as role_built_in
    from "grant" g
      join role o on o.id = g.role_id
      left join "user" u on u.id = g.principal_id
      left join virtual_account v on v.id = g.principal_id
      left join team t on t.id = g.team_id
      left join resource r on r.id = g.resource_id
      left join resource p on p.id = r.parent_id
    where g.account_id = ${uuid(accountId)} and g.id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** What somebody used of a permission, in one row: a row for each thing would take longest of all. */
export interface UseRow {
  readonly principalId: string
  readonly permission: string
  /** Whatever it was about, in seconds since 1970. */
  readonly lastUsedAt: number
  /** On those resources that count by themselves: "uuid seconds" of each, with commas between. */
  readonly on: string | null
}

export interface Uses {
  readonly rows: readonly UseRow[]
  /** What each of them is in, where a grant names that: a use of it counts there as well. */
  readonly parents: ReadonlyMap<string, string>
}

/**
 * In the order of the key, so that nothing has to be sorted first.
 * @param named the resources that grants name, as UUIDs: uses of others are told together
 */
export async function usesIn(
  tx: Tx,
  accountId: AccountId,
  named: ReadonlySet<string>,
): Promise<Uses> {
  const { rows: children } = await sql<{ id: string; parent: string }>`
    select id, parent_id as parent from resource
    where parent_id = any (${[...named]}::uuid[])`.execute(tx)
  const parents = new Map(children.map(({ id, parent }) => [id, parent]))
  const counting = [...named, ...parents.keys()]
  const { rows } = await sql<UseRow>`
    select principal_id as "principalId", permission,
      date_part('epoch', max(last_used_at)) as "lastUsedAt",
      string_agg(resource_id || ' ' || date_part('epoch', last_used_at)::bigint, ',')
        filter (where resource_id = any (${counting}::uuid[])) as "on"
    from access_use where account_id = ${uuid(accountId)}
    group by principal_id, permission`.execute(tx.withoutPlugins())
  return { rows, parents }
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
  readonly createdAtMs: number
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

/**
 * A token that was used proves use of its virtual account as well, whatever it was used for. Four
 * plain questions, joined here: in one, the database would have to guess how many each has.
 */
export async function reviewedVirtualAccounts(
  tx: Tx,
  accountId: AccountId,
): Promise<ReviewedVirtualAccountRow[]> {
  const account = uuid(accountId)
  type Own = Omit<ReviewedVirtualAccountRow, 'ownerTeamPeople' | 'tokens' | 'grants' | 'lastUsedAt'>
  const { rows } = await sql<Own>`
    select v.id, v.name, v.display_name, v.state, v.created_by,
      ${milliseconds('v.created_at')} as created_at_ms,
      v.owner_team_id, t.name as owner_team_name, t.state as owner_team_state, v.former_owner_team
    from virtual_account v left join team t on t.id = v.owner_team_id
    where v.account_id = ${account}`.execute(tx)
  const people = await byId(
    sql`
    select m.team_id as id, count(*)::int as count, null as last_used_at
    from team_member m join "user" u on u.id = m.principal_id and u.state = 'active'
    where m.account_id = ${account} group by 1`,
    tx,
  )
  const tokens = await byId(
    sql`
    select x.principal_id as id, count(*) filter (where x.state = 'active')::int as count,
      max(y.last_used_at) as last_used_at
    from token x left join token_use y on y.token_id = x.id
    where x.account_id = ${account} group by 1`,
    tx,
  )
  const grants = await byId(
    sql`
    select principal_id as id, count(*)::int as count, null as last_used_at from "grant"
    where account_id = ${account} and principal_id is not null group by 1`,
    tx,
  )
  const uses = await byId(
    sql`
    select principal_id as id, count(*)::int as count, max(last_used_at) as last_used_at
    from access_use where account_id = ${account} group by 1`,
    tx,
  )
  return rows.map((row) => ({
    ...row,
    ownerTeamPeople: people.get(row.ownerTeamId ?? '')?.count ?? 0,
    tokens: tokens.get(row.id)?.count ?? 0,
    grants: grants.get(row.id)?.count ?? 0,
    lastUsedAt: latest(tokens.get(row.id)?.lastUsedAt, uses.get(row.id)?.lastUsedAt),
  }))
}

interface Counted {
  readonly id: string
  readonly count: number
  readonly lastUsedAt: Date | null
}

async function byId(query: RawBuilder<unknown>, tx: Tx): Promise<Map<string, Counted>> {
  const { rows } = await (query as RawBuilder<Counted>).execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

function latest(a: Date | null = null, b: Date | null = null): Date | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}
