/**
 * What the access rule reads of many principals at once: the rows of a few accounts, a query for each
 * table and none for each person, so that ten thousand members are asked about as one is. It reads
 * what facts.ts reads of one, and ties together again what the keys of the schema tie.
 */
import type {
  AccountId,
  GrantId,
  LifecycleState,
  ObjectKey,
  PermissionSet,
  PrincipalId,
  ResourceId,
  ResourceKind,
  RoleId,
  TeamId,
  TokenId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { objectKey, storedPermissions } from './facts.ts'
import { anyOf, type Seat } from './power-seats.ts'
import { resourceIdOf } from './resource-id.ts'

export interface PowerGrant {
  readonly id: GrantId
  readonly accountId: AccountId
  readonly subjectId: PrincipalId | TeamId
  readonly object: ObjectKey
  readonly role: { readonly id: RoleId; readonly name: string; readonly permissions: PermissionSet }
}

export interface PowerResource {
  readonly id: ResourceId
  readonly kind: ResourceKind
  /** `parent/name` for what has a parent. */
  readonly name: string
  readonly ownerId: AccountId
  readonly parentId: ResourceId | null
}

export interface PowerToken extends Seat {
  readonly id: TokenId
  readonly name: string
  readonly state: LifecycleState
  readonly scopes: PermissionSet | null
}

export interface PowerRows {
  readonly accounts: readonly {
    readonly id: AccountId
    readonly name: string
    readonly isRoot: boolean
    readonly state: LifecycleState
    readonly boundary: PermissionSet
  }[]
  readonly principals: readonly {
    readonly id: PrincipalId
    readonly kind: 'user' | 'virtual-account'
    readonly name: string
    readonly state: LifecycleState
  }[]
  readonly seats: readonly Seat[]
  readonly teams: readonly {
    readonly id: TeamId
    readonly accountId: AccountId
    readonly name: string
    readonly state: LifecycleState
  }[]
  readonly teamMembers: readonly { readonly teamId: TeamId; readonly principalId: PrincipalId }[]
  readonly grants: readonly PowerGrant[]
  readonly shares: readonly {
    readonly resourceId: ResourceId
    readonly accountId: AccountId
    readonly permissions: PermissionSet
  }[]
  readonly tokens: readonly PowerToken[]
  readonly resources: readonly PowerResource[]
}

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
  const ids = [...new Set(reading.seats.map((seat) => uuid(seat.principalId)))]
  const { teams, teamMembers } = await loadTeams(tx, accounts, ids, reading.teams)
  const subjects = [...ids, ...teams.map((team) => uuid(team.id))]
  const grants = await loadGrants(tx, accounts, subjects, reading.now)
  const shares = await loadShares(tx, accounts)
  const named = new Set([
    ...reading.resources.map(uuid),
    ...grants.flatMap(({ object }) => resourceOf(object) ?? []),
    ...shares.map(({ resourceId }) => uuid(resourceId)),
  ])
  return {
    ...(await loadSeated(tx, accounts, ids)),
    teams,
    teamMembers,
    grants,
    shares,
    tokens: await loadTokens(tx, accounts, ids, reading.now),
    resources: await loadResources(tx, [...named]),
  }
}

function resourceOf(object: ObjectKey): string | null {
  return object === 'account' || object.startsWith('kind:') ? null : uuid(object as ResourceId)
}

async function loadSeated(tx: Tx, accounts: readonly string[], ids: readonly string[]) {
  const accountRows = await tx
    .selectFrom('account')
    .select(['id', 'name', 'isRoot', 'state', 'boundary'])
    .where(anyOf('account.id', accounts))
    .execute()
  const rows = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .select([
      'principal.id',
      'principal.kind',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<LifecycleState>`coalesce("user".state, virtual_account.state)`.as('state'),
    ])
    .where(anyOf('principal.id', ids))
    .execute()
  const kinds = new Map(rows.map((row) => [row.id, row.kind]))
  const seats = await tx
    .selectFrom('membership')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'membership.principalId')
    .select(['membership.accountId', 'membership.principalId'])
    .where(anyOf('membership.account_id', accounts))
    .where(anyOf('membership.principal_id', ids))
    // A virtual account acts in its home alone.
    .where(sql<boolean>`coalesce(virtual_account.account_id, membership.account_id)
      = membership.account_id`)
    .execute()
  return {
    accounts: accountRows.map((row) => ({
      id: typed('acct', row.id),
      name: row.name,
      isRoot: row.isRoot,
      state: row.state as LifecycleState,
      boundary: storedPermissions(row.boundary),
    })),
    principals: rows.map((row) => ({
      ...row,
      id: principalId(row.kind, row.id),
      kind: row.kind as 'user' | 'virtual-account',
    })),
    seats: seats.map((row) => ({
      accountId: typed('acct', row.accountId),
      principalId: principalId(kinds.get(row.principalId)!, row.principalId),
    })),
  }
}

async function loadTeams(
  tx: Tx,
  accounts: readonly string[],
  ids: readonly string[],
  besides: readonly TeamId[],
) {
  const members = await tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['teamMember.teamId', 'teamMember.principalId', 'principal.kind'])
    .where(anyOf('team_member.account_id', accounts))
    .whereRef('team.accountId', '=', 'teamMember.accountId')
    .where(anyOf('team_member.principal_id', ids))
    .execute()
  const wanted = new Set([...members.map((row) => row.teamId), ...besides.map(uuid)])
  const teams = await tx
    .selectFrom('team')
    .select(['id', 'accountId', 'name', 'state'])
    .where(anyOf('id', [...wanted]))
    .execute()
  return {
    teams: teams.map((row) => ({
      id: typed('team', row.id),
      accountId: typed('acct', row.accountId),
      name: row.name,
      state: row.state as LifecycleState,
    })),
    teamMembers: members.map((row) => ({
      teamId: typed('team', row.teamId),
      principalId: principalId(row.kind, row.principalId),
    })),
  }
}

/** Those that have not expired. A role is read once, however many grants carry it. */
async function loadGrants(
  tx: Tx,
  accounts: readonly string[],
  subjects: readonly string[],
  now: Date,
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
    accountId: typed('acct', row.accountId),
    subjectId:
      row.teamId === null
        ? principalId(row.principalKind!, row.principalId!)
        : typed('team', row.teamId),
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

/** Those that work: of a token that has expired nothing is lost. */
async function loadTokens(
  tx: Tx,
  accounts: readonly string[],
  ids: readonly string[],
  now: Date,
): Promise<PowerToken[]> {
  const rows = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .select(['token.id', 'token.name', 'token.state', 'token.scopes', 'token.accountId'])
    .select(['token.principalId', 'principal.kind'])
    .where(anyOf('token.account_id', accounts))
    .where(anyOf('token.principal_id', ids))
    .where(sql<boolean>`token.state = 'active'
      and (token.expires_at is null or token.expires_at > ${now})`)
    .orderBy('token.name')
    .execute()
  return rows.map((row) => ({
    id: typed('tok', row.id),
    name: row.name,
    state: row.state as LifecycleState,
    scopes: row.scopes && storedPermissions(row.scopes),
    accountId: typed('acct', row.accountId),
    principalId: principalId(row.kind, row.principalId),
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
    parentId: row.parentId === null ? null : resourceIdOf(row.parentKind!, row.parentId),
  }))
}
