/** Invitations: to one user in one account. The secret's hash is its credential; used once. */
import {
  type AccountId,
  type Id,
  isId,
  type RoleId,
  type TenantId,
  type UserId,
  uuidOf,
} from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

export interface InvitationRow {
  readonly id: Id<'inv'>
  readonly accountId: AccountId
  readonly userId: UserId
  readonly email: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

const selectInvitation = (tx: Tx) =>
  tx
    .selectFrom('invitation')
    .innerJoin('user', 'user.id', 'invitation.userId')
    .selectAll('invitation')
    .select('user.email')

type DatabaseRow = Awaited<
  ReturnType<ReturnType<typeof selectInvitation>['executeTakeFirstOrThrow']>
>

function fromRow(row: DatabaseRow): InvitationRow {
  const { email, createdAt, createdBy, expiresAt, usedAt } = row
  return {
    id: typed('inv', row.id),
    accountId: typed('acct', row.accountId),
    userId: typed('user', row.userId),
    email,
    createdAt,
    createdBy,
    expiresAt,
    usedAt,
  }
}

export async function insertInvitation(
  tx: Tx,
  invitation: {
    tenantId: TenantId
    accountId: AccountId
    id: Id<'inv'>
    userId: UserId
    roleId: RoleId | null
    createdBy: string
    createdAt: Date
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('invitation')
    .values({
      ...invitation,
      tenantId: uuid(invitation.tenantId),
      accountId: uuid(invitation.accountId),
      id: uuid(invitation.id),
      userId: uuid(invitation.userId),
      roleId: invitation.roleId && uuid(invitation.roleId),
    })
    .execute()
}

export async function findInvitation(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<InvitationRow | null> {
  if (!isId(reference, 'inv')) return null
  const row = await selectInvitation(tx)
    .where('invitation.accountId', '=', uuid(accountId))
    .where('invitation.id', '=', uuidOf(reference))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** By the keyed hash of the link's secret. */
export async function findInvitationByHash(tx: Tx, hash: Buffer): Promise<InvitationRow | null> {
  const row = await selectInvitation(tx)
    .innerJoin('credential', 'credential.invitationId', 'invitation.id')
    .where('credential.hash', '=', hash)
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listInvitations(tx: Tx, accountId: AccountId, request: PageRequest) {
  const page = await fetchPage(
    selectInvitation(tx).where('invitation.accountId', '=', uuid(accountId)),
    request,
    { createdAt: { column: 'invitation.created_at', type: 'timestamptz' } },
    'invitation.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Whether some link could still be used by the user, whatever account it came from. */
export async function hasOpenInvitation(tx: Tx, userId: UserId, now: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('invitation')
    .select('id')
    .where('userId', '=', uuid(userId))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** The link stops working; that it was used stays to be seen. */
export async function useInvitation(tx: Tx, id: Id<'inv'>, usedAt: Date): Promise<void> {
  await tx.updateTable('invitation').set({ usedAt }).where('id', '=', uuid(id)).execute()
  await tx.deleteFrom('credential').where('invitationId', '=', uuid(id)).execute()
}

export async function deleteInvitation(tx: Tx, id: Id<'inv'>): Promise<void> {
  await tx.deleteFrom('invitation').where('id', '=', uuid(id)).execute()
}

/** Every link that the user has not used; in all accounts, for each of them sets the password. */
export async function deleteOpenInvitationsOf(tx: Tx, userId: UserId): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('invitation')
    .where('userId', '=', uuid(userId))
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
