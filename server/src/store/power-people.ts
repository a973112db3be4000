/** Seats with their principals, teams and tokens, for loadPowerRows (power.ts). */
import type { AccountId, LifecycleState, PrincipalId, TeamId } from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import type { PowerRows, PowerToken } from './power-rows.ts'
import { anyOf, type Seat } from './power-seats.ts'

/** Typed ids by their UUIDs: the same few stand in ten thousand rows, and each is written out once. */
export interface SeenIds {
  account(uuid: string): AccountId
  team(uuid: string): TeamId
  principal(kind: string, uuid: string): PrincipalId
}

export function seenIds(): SeenIds {
  const seen = new Map<string, string>()
  const once = <T extends string>(key: string, make: () => T): T => {
    const id = (seen.get(key) as T | undefined) ?? make()
    seen.set(key, id)
    return id
  }
  return {
    account: (id) => once(id, () => typed('acct', id)),
    team: (id) => once(id, () => typed('team', id)),
    principal: (kind, id) => once(id, () => principalId(kind, id)),
  }
}

export async function loadSeated(
  tx: Tx,
  accounts: readonly string[],
  members: readonly string[],
  ids: SeenIds,
) {
  const accountRows = await tx
    .selectFrom('account')
    .select(['id', 'name', 'isRoot', 'state', 'boundary'])
    .where(anyOf('account.id', accounts))
    .execute()
  // A row for each seat, and one for whom none is left. A virtual account acts in its home alone.
  const rows = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .leftJoin('membership', (join) =>
      join
        .onRef('membership.principalId', '=', 'principal.id')
        .on(anyOf('membership.account_id', accounts))
        .on(
          sql<boolean>`coalesce(virtual_account.account_id, membership.account_id)
            = membership.account_id`,
        ),
    )
    .select([
      'principal.id',
      'principal.kind',
      'membership.accountId',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<LifecycleState>`coalesce("user".state, virtual_account.state)`.as('state'),
    ])
    .where(anyOf('principal.id', members))
    .execute()
  const principals = new Map<string, PowerRows['principals'][number]>()
  const seats: Seat[] = []
  for (const { id, kind, name, state, accountId } of rows) {
    const known = principals.get(id)
    const principal = known ?? { id: ids.principal(kind, id), kind: kind as 'user', name, state }
    if (!known) principals.set(id, principal)
    if (accountId) seats.push({ accountId: ids.account(accountId), principalId: principal.id })
  }
  return {
    accounts: accountRows.map((row) => ({
      id: typed('acct', row.id),
      name: row.name,
      isRoot: row.isRoot,
      state: row.state as LifecycleState,
      boundary: storedPermissions(row.boundary),
    })),
    principals: [...principals.values()],
    seats,
  }
}

export async function loadTeams(
  tx: Tx,
  accounts: readonly string[],
  members: readonly string[],
  besides: readonly TeamId[],
  ids: SeenIds,
) {
  const rows = await tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['teamMember.teamId', 'teamMember.principalId', 'principal.kind'])
    .where(anyOf('team_member.account_id', accounts))
    .whereRef('team.accountId', '=', 'teamMember.accountId')
    .where(anyOf('team_member.principal_id', members))
    .execute()
  const wanted = new Set([...rows.map((row) => row.teamId), ...besides.map(uuid)])
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
    teamMembers: rows.map((row) => ({
      teamId: ids.team(row.teamId),
      principalId: ids.principal(row.kind, row.principalId),
    })),
  }
}

/** Those that work: of a token that has expired nothing is lost. */
export async function loadTokens(
  tx: Tx,
  accounts: readonly string[],
  members: readonly string[],
  now: Date,
  ids: SeenIds,
): Promise<PowerToken[]> {
  const rows = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .select(['token.id', 'token.name', 'token.state', 'token.scopes', 'token.accountId'])
    .select(['token.principalId', 'principal.kind'])
    .where(anyOf('token.account_id', accounts))
    .where(anyOf('token.principal_id', members))
    .where(sql<boolean>`token.state = 'active'
      and (token.expires_at is null or token.expires_at > ${now})`)
    .orderBy('token.name')
    .execute()
  return rows.map((row) => ({
    id: typed('tok', row.id),
    name: row.name,
    state: row.state as LifecycleState,
    scopes: row.scopes && storedPermissions(row.scopes),
    accountId: ids.account(row.accountId),
    principalId: ids.principal(row.kind, row.principalId),
  }))
}
