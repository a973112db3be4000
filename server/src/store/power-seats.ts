/** Seats: somebody in an account. Which of them a change can touch, and how many they are. */
import type { AccountId, PrincipalId, RoleId, TeamId } from '@commonhold/core'
import { type Kysely, sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import type { Schema } from './schema.generated.ts'

/** Somebody in an account. */
export interface Seat {
  readonly accountId: AccountId
  readonly principalId: PrincipalId
}

/** Whom a change can touch: everybody in the accounts, or some of them. */
export interface PowerScope {
  readonly accounts: readonly AccountId[]
  readonly who:
    | 'everybody'
    | { readonly principals: readonly PrincipalId[] }
    | { readonly team: TeamId }
    | { readonly role: RoleId }
}

/** `= any(…)`, which any number of ids fits into. */
export const anyOf = (column: string, ids: readonly string[]) =>
  sql<boolean>`${sql.ref(column)} = any(${sql.val(ids)}::uuid[])`

/** The seats in the scope. @param limit at most so many are read */
export async function seatsIn(tx: Tx, scope: PowerScope, limit: number): Promise<Seat[]> {
  const rows = await seatQuery(tx, scope)
    .innerJoin('principal', 'principal.id', 'membership.principalId')
    .select(['membership.accountId', 'membership.principalId', 'principal.kind'])
    .orderBy('membership.accountId')
    .orderBy('membership.principalId')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    accountId: typed('acct', row.accountId),
    principalId: principalId(row.kind, row.principalId),
  }))
}

export async function countSeats(tx: Tx, scope: PowerScope): Promise<number> {
  const { count } = await seatQuery(tx, scope)
    .select(sql<bigint>`count(*)`.as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function seatQuery(tx: Kysely<Schema>, { accounts, who }: PowerScope) {
  const query = tx
    .selectFrom('membership')
    .where(anyOf('membership.account_id', accounts.map(uuid)))
  if (who === 'everybody') return query
  if ('principals' in who) {
    return query.where(anyOf('membership.principal_id', who.principals.map(uuid)))
  }
  if ('team' in who) {
    return query.where(sql<boolean>`exists (select from team_member m
      where m.team_id = ${uuid(who.team)} and m.principal_id = membership.principal_id)`)
  }
  return query.where(sql<boolean>`exists (select from "grant" g
    left join team_member m on m.account_id = g.account_id and m.team_id = g.team_id
    where g.role_id = ${uuid(who.role)} and g.account_id = membership.account_id
      and coalesce(g.principal_id, m.principal_id) = membership.principal_id)`)
}
