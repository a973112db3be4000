/** Teams and who is in them. */
import {
  type AccountId,
  isId,
  type PrincipalId,
  type TeamId,
  type TenantId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export interface TeamRow extends ObjectRow {
  readonly id: TeamId
  readonly state: 'active' | 'suspended'
  readonly members: number
}

const selectTeam = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('team')
    .where('team.accountId', '=', uuid(accountId))
    .selectAll()
    .select(
      sql<bigint>`(select count(*) from team_member m where m.team_id = team.id)`.as('members'),
    )

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectTeam>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): TeamRow {
  return {
    ...objectRow(row, typed('team', row.id)),
    state: row.state as TeamRow['state'],
    members: Number(row.members),
  }
}

/** @param reference a name or an id */
export async function findTeam(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<TeamRow | null> {
  const query = selectTeam(tx, accountId)
  const row = await (isId(reference, 'team')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listTeams(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = selectTeam(tx, accountId)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'team.name', type: 'text' },
      createdAt: { column: 'team.created_at', type: 'timestamptz' },
    },
    'team.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function insertTeam(
  tx: Tx,
  team: {
    tenantId: TenantId
    accountId: AccountId
    id: TeamId
    name: string
    displayName: string
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, ...rest } = team
  await tx
    .insertInto('team')
    .values({ ...rest, tenantId: uuid(tenantId), accountId: uuid(accountId), id: uuid(id) })
    .execute()
}

export async function updateTeam(
  tx: Tx,
  id: TeamId,
  changes: { name?: string; displayName?: string; state?: TeamRow['state'] },
): Promise<void> {
  // updatedAt is set by a trigger; naming it keeps the statement valid when nothing else changes.
  await tx
    .updateTable('team')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteTeam(tx: Tx, id: TeamId): Promise<void> {
  await tx.deleteFrom('team').where('id', '=', uuid(id)).execute()
}

/** @returns false when the principal was in the team already */
export async function insertTeamMember(
  tx: Tx,
  member: {
    tenantId: TenantId
    accountId: AccountId
    teamId: TeamId
    principalId: PrincipalId
    createdBy: string
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('teamMember')
    .values({
      tenantId: uuid(member.tenantId),
      accountId: uuid(member.accountId),
      teamId: uuid(member.teamId),
      principalId: uuid(member.principalId),
      createdBy: member.createdBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** @returns false when the principal was not in the team */
export async function deleteTeamMember(
  tx: Tx,
  teamId: TeamId,
  principal: PrincipalId,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('teamMember')
    .where('teamId', '=', uuid(teamId))
    .where('principalId', '=', uuid(principal))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export async function listTeamMembers(tx: Tx, teamId: TeamId, request: PageRequest) {
  const query = tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .where('teamMember.teamId', '=', uuid(teamId))
    .select([
      'principal.id',
      'principal.kind',
      'teamMember.createdAt',
      'teamMember.createdBy',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<string>`coalesce("user".display_name, virtual_account.display_name)`.as('displayName'),
    ])
  const page = await fetchPage(
    query,
    request,
    { createdAt: { column: 'team_member.created_at', type: 'timestamptz' } },
    'principal.id',
  )
  return { ...page, rows: page.rows.map((row) => ({ ...row, id: principalId(row.kind, row.id) })) }
}

/** The teams of the account that the principal is in. */
export async function teamsOf(tx: Tx, accountId: AccountId, principal: PrincipalId) {
  const rows = await tx
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['team.id', 'team.name', 'team.displayName', 'team.state'])
    .where('teamMember.accountId', '=', uuid(accountId))
    .where('teamMember.principalId', '=', uuid(principal))
    .orderBy('team.name')
    .execute()
  return rows.map((row) => ({
    ...row,
    id: typed('team', row.id),
    state: row.state as TeamRow['state'],
  }))
}

/** Whoever is in one of these teams, once each or more. */
export async function membersOfTeams(
  tx: Tx,
  accountId: AccountId,
  teams: readonly TeamId[],
): Promise<PrincipalId[]> {
  if (teams.length === 0) return []
  const rows = await tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .select(['principal.id', 'principal.kind'])
    .where('teamMember.accountId', '=', uuid(accountId))
    .where('teamMember.teamId', 'in', teams.map(uuid))
    .execute()
  return rows.map((row) => principalId(row.kind, row.id))
}
