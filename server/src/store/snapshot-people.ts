/**
 * Accounts, who is in them and in which teams, for a gateway's snapshot. What the keys of the schema tie
 * together is tied together once more: see facts.ts.
 */
import type { LifecycleState } from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed } from './database.ts'
import { storedPermissions } from './facts.ts'
import { settingInUse } from './gateway-setting.ts'
import { among, asksForNothing, type Only } from './snapshot-only.ts'
import type { RowOf } from './snapshot-rows.ts'

export async function loadAccounts(tx: Tx, only: Only): Promise<RowOf<'accounts'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('account')
    .select(['id', 'name', 'state', 'boundary', 'gatewaySettings'])
    .where(among('account.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('acct', row.id),
    name: row.name,
    state: row.state as LifecycleState,
    boundary: storedPermissions(row.boundary),
    gatewaySetting: settingInUse(row.gatewaySettings),
  }))
}

export async function loadPrincipals(tx: Tx, only: Only): Promise<RowOf<'principals'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .select([
      'principal.id',
      'principal.kind',
      'virtualAccount.ownerTeamId',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<LifecycleState>`coalesce("user".state, virtual_account.state)`.as('state'),
    ])
    .where(among('principal.id', only))
    .execute()
  return rows.map((row) => ({
    ...row,
    id: principalId(row.kind, row.id),
    kind: row.kind as 'user' | 'virtual-account',
    ownerTeamId: row.ownerTeamId === null ? null : typed('team', row.ownerTeamId),
  }))
}

/** @param only of the principals */
export async function loadMemberships(tx: Tx, only: Only): Promise<RowOf<'memberships'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('membership')
    .innerJoin('principal', 'principal.id', 'membership.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'membership.principalId')
    .select(['membership.accountId', 'membership.principalId', 'principal.kind'])
    .where(among('membership.principalId', only))
    // A virtual account acts in its home alone.
    .where((where) =>
      where.or([
        where('virtualAccount.id', 'is', null),
        where('virtualAccount.accountId', '=', where.ref('membership.accountId')),
      ]),
    )
    .execute()
  return rows.map((row) => ({
    accountId: typed('acct', row.accountId),
    principalId: principalId(row.kind, row.principalId),
  }))
}

export async function loadTeams(tx: Tx, only: Only): Promise<RowOf<'teams'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('team')
    .select(['id', 'accountId', 'name', 'state'])
    .where(among('team.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('team', row.id),
    accountId: typed('acct', row.accountId),
    name: row.name,
    state: row.state as LifecycleState,
  }))
}

/** @param only of the principals */
export async function loadTeamMembers(tx: Tx, only: Only): Promise<RowOf<'teamMembers'>[]> {
  if (asksForNothing(only)) return []
  let asked = tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['teamId', 'principalId', 'kind'])
    .whereRef('team.accountId', '=', 'teamMember.accountId')
  if (only !== null) {
    // The index begins with the account: a key of the schema says in which accounts to look.
    const accounts = tx
      .selectFrom('membership')
      .select('membership.accountId')
      .where(among('membership.principalId', only))
    asked = asked
      .where(among('teamMember.principalId', only))
      .where('teamMember.accountId', 'in', accounts)
  }
  const rows = await asked.execute()
  return rows.map((row) => ({
    teamId: typed('team', row.teamId),
    principalId: principalId(row.kind, row.principalId),
  }))
}
