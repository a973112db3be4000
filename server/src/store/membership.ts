/** Memberships: who is in which account. Deleting one deletes grants, team places and tokens there. */
import { type AccountId, isId, type PrincipalId, type TenantId, uuidOf } from '@commonhold/core'
import { type Caller, loadPrincipal } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'

/** @param reference a user's e-mail or id, or a virtual account's name or id */
export async function findMember(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<Caller['principal'] | null> {
  let query = tx
    .selectFrom('membership')
    .leftJoin('user', 'user.id', 'membership.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'membership.principalId')
    .select('membership.principalId')
    .where('membership.accountId', '=', uuid(accountId))
  if (isId(reference, 'user', 'va')) {
    query = query.where('membership.principalId', '=', uuidOf(reference))
  } else if (reference.includes('@')) {
    query = query.where('user.emailKey', '=', reference.toLowerCase())
  } else {
    query = query.where('virtualAccount.name', '=', reference)
  }
  const row = await query.executeTakeFirst()
  return row ? loadPrincipal(tx, row.principalId) : null
}

export async function isMember(
  tx: Tx,
  accountId: AccountId,
  principalId: PrincipalId,
): Promise<boolean> {
  const row = await tx
    .selectFrom('membership')
    .select('principalId')
    .where('accountId', '=', uuid(accountId))
    .where('principalId', '=', uuid(principalId))
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when it was there already */
export async function insertMembership(
  tx: Tx,
  membership: {
    tenantId: TenantId
    accountId: AccountId
    principalId: PrincipalId
    createdBy: string
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('membership')
    .values({
      tenantId: uuid(membership.tenantId),
      accountId: uuid(membership.accountId),
      principalId: uuid(membership.principalId),
      createdBy: membership.createdBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function deleteMembership(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('membership')
    .where('accountId', '=', uuid(accountId))
    .where('principalId', '=', uuid(principal))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export async function accountsOf(tx: Tx, principal: PrincipalId): Promise<AccountId[]> {
  const rows = await tx
    .selectFrom('membership')
    .select('accountId')
    .where('principalId', '=', uuid(principal))
    .execute()
  return rows.map((row) => typed('acct', row.accountId))
}
