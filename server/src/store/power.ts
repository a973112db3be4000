/**
 * What the access rule reads of many seats at once: the rows of a few accounts, a query for each table
 * and none for each person, so that ten thousand members are asked about as one is. It reads what
 * facts.ts reads of one, and ties together again what the keys of the schema tie.
 */
import type { AccountId, ObjectKey, ResourceId, ResourceKind, TeamId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { objectKey, storedPermissions } from './facts.ts'
import { loadSeated, loadTeams, loadTokens, type SeenIds, seenIds } from './power-people.ts'
import type { PowerGrant, PowerResource, PowerRows } from './power-rows.ts'
import { anyOf, type Seat } from './power-seats.ts'
import { parentIdOf, resourceIdOf } from './resource-id.ts'

/** What to read besides the seats: teams and resources that mattered before, or are about to. */
export interface PowerReading {
  readonly accounts: readonly AccountId[]
  readonly seats: readonly Seat[]
  readonly teams: readonly TeamId[]
  readonly resources: readonly ResourceId[]
  readonly now: Date
}

export async function loadPowerRows(tx: Tx, reading: PowerReading): Promise<PowerRows> {
  const accounts = reading.accounts.map(uuid)
  const ids = seenIds()
  const members = [...new Set(reading.seats.map((seat) => uuid(seat.principalId)))]
  const { teams, teamMembers } = await loadTeams(tx, accounts, members, reading.teams, ids)
  const subjects = [...members, ...teams.map((team) => uuid(team.id))]
  const grants = await loadGrants(tx, accounts, subjects, reading.now, ids)
  const shares = await loadShares(tx, accounts)
  const named = new Set([
    ...reading.resources.map(uuid),
    ...grants.flatMap(({ object }) => resourceOf(object) ?? []),
    ...shares.map(({ resourceId }) => uuid(resourceId)),
  ])
  return {
    ...(await loadSeated(tx, accounts, members, ids)),
    teams,
    teamMembers,
    grants,
    shares,
    tokens: await loadTokens(tx, accounts, members, reading.now, ids),
    resources: await loadResources(tx, [...named]),
  }
}

function resourceOf(object: ObjectKey): string | null {
  return object === 'account' || object.startsWith('kind:') ? null : uuid(object as ResourceId)
}

/** Those that have not expired. A role is read once, however many grants carry it. */
async function loadGrants(
  tx: Tx,
  accounts: readonly string[],
  subjects: readonly string[],
  now: Date,
  ids: SeenIds,
): Promise<PowerGrant[]> {
  const rows = await tx
    .selectFrom('grant')
    .leftJoin('resource', 'resource.id', 'grant.resourceId')
    .leftJoin('principal', 'principal.id', 'grant.principalId')
    .select(['grant.id', 'grant.accountId', 'grant.principalId', 'grant.teamId', 'grant.roleId'])
    .select(['objectType', 'objectKind', 'grant.resourceId', 'resource.kind'])
    .select('principal.kind as principalKind')
    .where(anyOf('grant.account_id', accounts))
    .where(sql<boolean>`coalesce("grant".principal_id, "grant".team_id)
      = any(${sql.val(subjects)}::uuid[])`)
    .where(sql<boolean>`("grant".expires_at is null or "grant".expires_at > ${now})`)
    .orderBy('grant.createdAt')
    .orderBy('grant.id')
    .execute()
  const roles = await tx
    .selectFrom('role')
    .innerJoin('account', 'account.id', 'role.accountId')
    .select(['role.id', 'role.name', 'role.permissions', 'role.accountId', 'account.isRoot'])
    .where(anyOf('role.id', [...new Set(rows.map((row) => row.roleId))]))
    .execute()
  const roleOf = new Map(
    roles.map(({ id, permissions, ...row }) => [
      id,
      { ...row, id: typed('role', id), permissions: storedPermissions(permissions) },
    ]),
  )
  const isOfUse = ({ roleId, accountId }: (typeof rows)[number]) => {
    const role = roleOf.get(roleId)
    return role !== undefined && (role.isRoot || role.accountId === accountId)
  }
  return rows.filter(isOfUse).map((row) => ({
    id: typed('grant', row.id),
    accountId: ids.account(row.accountId),
    subjectId:
      row.teamId === null
        ? ids.principal(row.principalKind!, row.principalId!)
        : ids.team(row.teamId),
    object: objectKey(row.objectType, row.objectKind, row.resourceId, row.kind),
    role: roleOf.get(row.roleId)!,
  }))
}

async function loadShares(tx: Tx, accounts: readonly string[]) {
  const rows = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .select(['share.resourceId', 'share.toAccountId', 'share.permissions', 'resource.kind'])
    .where(anyOf('share.to_account_id', accounts))
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
    .where(sql<boolean>`share.root_account_id = (select t.root_account_id from tenant t
      where t.id = share.tenant_id)`)
    .execute()
  return rows.map((row) => ({
    resourceId: resourceIdOf(row.kind, row.resourceId),
    accountId: typed('acct', row.toAccountId),
    permissions: storedPermissions(row.permissions),
  }))
}

/**
 * The named ones, what they are in, and what stands in one of them but belongs to another account:
 * all whose power does not follow from that of another (core/src/difference.ts).
 */
async function loadResources(tx: Tx, named: readonly string[]): Promise<PowerResource[]> {
  const { rows } = await sql<{
    id: string
    kind: string
    name: string
    ownerId: string
    parentId: string | null
    parentKind: string | null
    parentName: string | null
  }>`
    select r.id, r.kind, r.name, r.account_id as "ownerId", p.id as "parentId",
      p.kind as "parentKind", p.name as "parentName"
    from resource r left join resource p on p.id = r.parent_id
    where r.id = any(${sql.val(named)}::uuid[])
      or r.id in (select parent_id from resource where id = any(${sql.val(named)}::uuid[]))
      or (r.parent_id = any(${sql.val(named)}::uuid[]) and r.account_id <> p.account_id)`.execute(
    tx,
  )
  return rows.map((row) => ({
    id: resourceIdOf(row.kind, row.id),
    kind: row.kind as ResourceKind,
    name: row.parentName === null ? row.name : `${row.parentName}/${row.name}`,
    ownerId: typed('acct', row.ownerId),
    parentId: parentIdOf(row),
  }))
}
