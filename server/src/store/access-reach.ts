/**
 * The access rule asked the other way round, in SQL: whom grants let do something, and what somebody
 * reaches. Both select exactly what `decide` allows, which a test compares on random worlds.
 */
import {
  type AccountId,
  type PermissionBit,
  type PrincipalId,
  type ResourceId,
  type ResourceKind,
  resourceKind,
} from '@commonhold/core'
import { type RawBuilder, sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { fetchPage, inOrder, type PageRequest, pageOf } from './page.ts'
import { parentIdOf, resourceIdOf } from './resource-id.ts'
import { containing } from './search.ts'

/** What is asked to be done, where. */
export interface Deed {
  readonly accountId: AccountId
  readonly permission: PermissionBit
  /** The resource and what it is in; empty for the account itself. */
  readonly path: readonly ResourceId[]
  readonly now: Date
}

export interface Holder {
  readonly id: PrincipalId
  readonly kind: 'user' | 'virtual-account'
  /** E-mail of a user, name of a virtual account. */
  readonly name: string
  readonly displayName: string
}

interface HolderRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly displayName: string
  /** How many there are in all, on every row: counted where they are found, and not a second time. */
  readonly total: bigint
}

/** Active members whom a grant, or one to an active team of theirs, lets do it: condition 5 of the rule. */
function selectHolders(tx: Tx, { accountId, permission, path, now }: Deed, narrowed = sql`true`) {
  const account = uuid(accountId)
  return tx
    .selectFrom(
      sql<HolderRow>`(
        with carrying as materialized (
          select g.principal_id, g.team_id from "grant" g join role r on r.id = g.role_id
          where g.account_id = ${account} and ${permission.permission} = any (r.permissions)
            and (g.expires_at is null or g.expires_at > ${now})
            and (g.object_type = 'account'
              or g.object_type = 'kind' and g.object_kind = ${permission.kind}
              or g.resource_id = any (${path.map(uuid)}::uuid[]))),
        holding as materialized (
          select principal_id as id from carrying where principal_id is not null
          union
          select tm.principal_id from carrying c
          join team t on t.id = c.team_id and t.state = 'active'
          join team_member tm on tm.team_id = t.id and tm.account_id = ${account}),
        -- Looked up one by one by their keys (offset 0 keeps it so): whatever the statistics say, the
        -- work grows with the holders and no faster.
        found as (
          select who.* from holding h cross join lateral (
            select p.id, p.kind, coalesce(u.email, v.name) as name,
              coalesce(u.display_name, v.display_name) as display_name
            from principal p left join "user" u on u.id = p.id
            left join virtual_account v on v.id = p.id
            where p.id = h.id and coalesce(u.state, v.state) = 'active' offset 0) who
          where exists (select from membership m
            where m.account_id = ${account} and m.principal_id = h.id offset 0))
        select holder.*, count(*) over () as total from found holder
        where ${narrowed})`.as('holder'),
    )
    .selectAll('holder')
}

const holderOf = ({ id, kind, name, displayName }: HolderRow): Holder => ({
  id: principalId(kind, id),
  kind: kind as Holder['kind'],
  name,
  displayName,
})

type Ordered = HolderRow & { readonly cursorValue: string; readonly cursorId: string }

/** A page of them, by name. What holds for all alike (boundary, share) is the caller's to ask. */
export async function listHolders(tx: Tx, deed: Deed, request: PageRequest) {
  const { q, filter } = request
  const part = containing(q ?? '')
  const narrowed = sql`${filter.subject ? sql`holder.kind = ${filter.subject}` : sql`true`}
    and ${q ? sql`(holder.name ilike ${part} or holder.display_name ilike ${part})` : sql`true`}`
  const columns = { name: { column: 'holder.name', type: 'text' } } as const
  const query = selectHolders(tx, deed, narrowed)
  const found = await inOrder(query as never, request, columns, 'holder.id').execute()
  const page = pageOf(found as unknown as Ordered[], request, null)
  const [first] = page.rows
  const total = first ? Number(first.total) : request.after === null ? 0 : null
  return { ...page, rows: page.rows.map(holderOf), total }
}

/** The first so many of them, people before programs. */
export async function firstHolders(tx: Tx, deed: Deed, limit: number): Promise<Holder[]> {
  const rows = await selectHolders(tx, deed)
    .orderBy('holder.kind')
    .orderBy('holder.name')
    .limit(limit)
    .execute()
  return rows.map(holderOf)
}

/** In which active teams of the account they are. */
export async function activePlacesOf(
  tx: Tx,
  accountId: AccountId,
  principals: readonly PrincipalId[],
) {
  if (principals.length === 0) return []
  const byUuid = new Map(principals.map((id) => [uuid(id), id]))
  const rows = await tx
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .where('teamMember.accountId', '=', uuid(accountId))
    .where(sql<boolean>`team_member.principal_id = any (${[...byUuid.keys()]}::uuid[])`)
    .where('team.state', '=', 'active')
    .select(['teamMember.principalId', 'team.id', 'team.name'])
    .orderBy('team.name')
    .execute()
  return rows.map((row) => ({
    principal: byUuid.get(row.principalId)!,
    team: { id: typed('team', row.id), name: row.name },
  }))
}

/** The accounts that a share and their own boundary let do it, each with the share nearest to it. */
export async function accountsReaching(tx: Tx, { permission, path }: Deed, limit: number) {
  const within = path.map(uuid)
  const { rows } = await sql<{
    accountId: string
    accountName: string
    shareId: string
    resource: string
    permissions: string[]
    total: bigint
  }>`
    select near.*, count(*) over () as total from (
      select distinct on (a.name, a.id) a.id as "accountId", a.name as "accountName",
        s.id as "shareId", concat_ws('/', p.name, r.name) as resource, s.permissions
      from share s join account a on a.id = s.to_account_id
      join resource r on r.id = s.resource_id left join resource p on p.id = r.parent_id
      where s.resource_id = any (${within}::uuid[]) and a.state = 'active'
        and ${permission.permission} = any (s.permissions)
        and ${permission.permission} = any (a.boundary)
      order by a.name, a.id, array_position(${within}::uuid[], s.resource_id)) near
    order by "accountName" limit ${limit}`.execute(tx)
  return {
    rows: rows.map((row) => ({
      account: { id: typed('acct', row.accountId), name: row.accountName },
      share: typed('share', row.shareId),
      resource: row.resource,
      permissions: storedPermissions(row.permissions),
    })),
    total: Number(rows[0]?.total ?? 0),
  }
}

/** What counts for resources of one kind, as permissions that are asked about. */
export interface ReachOfKind {
  readonly kind: ResourceKind
  /** Held on whatever the account owns or is shared. */
  readonly everywhere: readonly string[]
  /** Held on a resource, and on what is in it. */
  readonly on: readonly { readonly id: ResourceId; readonly permissions: readonly string[] }[]
}

export interface ReachedRow {
  readonly id: ResourceId
  readonly kind: ResourceKind
  readonly accountId: AccountId
  readonly parentId: ResourceId | null
  /** `parent/name` for what has a parent. */
  readonly name: string
  readonly displayName: string
}

/**
 * The account's own resources where any of these permissions is held, and those shared to it where
 * one of them is held and in the share's maximum as well.
 */
export async function listReached(
  tx: Tx,
  accountId: AccountId,
  reach: readonly ReachOfKind[],
  request: PageRequest,
) {
  const account = uuid(accountId)
  const { q, filter } = request
  const fullName = sql<string>`concat_ws('/', parent.name, resource.name)`
  let query = tx
    .selectFrom('resource')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .where(
      sql<boolean>`(${sql.join([sql`false`, ...reach.map((one) => isReached(account, one))], sql` or `)})`,
    )
    .select(['resource.id', 'resource.kind', 'resource.accountId', 'resource.parentId'])
    .select(['resource.displayName', 'parent.kind as parentKind', fullName.as('fullName')])
  if (filter.shared) {
    query = query.where('resource.accountId', filter.shared === 'true' ? '<>' : '=', account)
  }
  if (q) {
    const part = containing(q)
    query = query.where(
      sql<boolean>`(${fullName} like ${part} or resource.display_name ilike ${part})`,
    )
  }
  const columns = {
    name: { column: 'resource.name', type: 'text' },
    createdAt: { column: 'resource.created_at', type: 'timestamptz' },
  } as const
  const page = await fetchPage(query as never, request, columns, 'resource.id')
  type Row = Awaited<ReturnType<typeof query.executeTakeFirstOrThrow>>
  const rows = (page.rows as Row[]).map(
    (row): ReachedRow => ({
      id: resourceIdOf(row.kind, row.id),
      kind: row.kind as ResourceKind,
      accountId: typed('acct', row.accountId),
      parentId: parentIdOf(row),
      name: row.fullName,
      displayName: row.displayName,
    }),
  )
  return { ...page, rows }
}

function isReached(account: string, { kind, everywhere, on }: ReachOfKind): RawBuilder<boolean> {
  const ids = on.map(({ id }) => uuid(id))
  const lists = on.map(({ permissions }) => permissions.join(','))
  const own = everywhere.length > 0 ? sql`true` : isWithin(ids, kind)
  const share = sql`select from share s where s.to_account_id = ${account}
    and s.root_account_id = resource.account_id and s.resource_id in (resource.id, resource.parent_id)`
  const shared = sql`exists (${share} and s.permissions && ${[...everywhere]}::text[])`
  const sharedOn =
    on.length === 0
      ? sql`false`
      : sql`(${isWithin(ids, kind)} and exists (${share} and exists (
          select from unnest(${ids}::uuid[], ${lists}::text[]) as h (id, permissions)
          where h.id in (resource.id, resource.parent_id)
            and s.permissions && string_to_array(h.permissions, ','))))`
  return sql<boolean>`(resource.kind = ${kind} and (resource.account_id = ${account} and ${own}
    or resource.account_id <> ${account} and (${shared} or ${sharedOn})))`
}

function isWithin(ids: readonly string[], kind: ResourceKind): RawBuilder<boolean> {
  if (ids.length === 0) return sql<boolean>`false`
  const list = sql`any (${[...ids]}::uuid[])`
  if (resourceKind(kind).parent === null) return sql<boolean>`resource.id = ${list}`
  return sql<boolean>`(resource.id = ${list} or resource.parent_id = ${list})`
}
