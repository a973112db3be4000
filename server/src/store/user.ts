/** Users: of the tenant. In which accounts they are is store/membership.ts. */
import {
  type AccountId,
  isId,
  type TeamId,
  type TenantId,
  type UserId,
  uuidOf,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export type UserState = 'invited' | 'active' | 'deactivated' | 'deleted'

export interface UserRow extends ObjectRow {
  readonly id: UserId
  readonly email: string
  readonly state: UserState
  readonly hasPassword: boolean
  /** Of the account that was asked about; null for a user who is not in it. */
  readonly membership: { readonly since: Date; readonly source: 'manual' | 'scim' | 'sso' } | null
}

/**
 * Stands where the e-mail of the very first admin will: whoever has the one-time link chooses it.
 * It is no e-mail, so nobody can be invited under it, sign in with it, or refer to it.
 */
export const emailToChoose = '(chosen with the one-time link)'

const selectUser = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('user')
    .leftJoin('membership', (join) =>
      join
        .onRef('membership.principalId', '=', 'user.id')
        .on('membership.accountId', '=', uuid(accountId)),
    )
    .selectAll('user')
    .select(['membership.createdAt as memberSince', 'membership.source as memberSource'])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectUser>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): UserRow {
  return {
    ...objectRow({ ...row, name: row.email }, typed('user', row.id)),
    email: row.email,
    state: row.state as UserState,
    hasPassword: row.passwordHash !== null,
    membership: row.memberSince && {
      since: row.memberSince,
      source: row.memberSource as 'manual' | 'scim' | 'sso',
    },
  }
}

/**
 * @param accountId whose membership is told
 * @param reference an id or an e-mail of anybody in the tenant
 */
export async function findUser(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<UserRow | null> {
  const query = selectUser(tx, accountId)
  if (!isId(reference, 'user') && !reference.includes('@')) return null
  const row = await (isId(reference, 'user')
    ? query.where('user.id', '=', uuidOf(reference))
    : query.where('user.emailKey', '=', reference.toLowerCase())
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** What signing in compares with. */
export async function findSignIn(tx: Tx, email: string) {
  const row = await tx
    .selectFrom('user')
    .select(['id', 'passwordHash', 'state', 'email', 'displayName'])
    .where('emailKey', '=', email.toLowerCase())
    .executeTakeFirst()
  return row ? { ...row, id: typed('user', row.id) } : null
}

export async function findPasswordHash(tx: Tx, id: UserId): Promise<string | null> {
  const row = await tx
    .selectFrom('user')
    .select('passwordHash')
    .where('id', '=', uuid(id))
    .executeTakeFirst()
  return row?.passwordHash ?? null
}

/** Writes the user and the principal that it is. */
export async function insertUser(
  tx: Tx,
  user: {
    tenantId: TenantId
    id: UserId
    email: string
    displayName: string
    state: 'invited' | 'active'
    passwordHash: string | null
    createdBy: string
  },
): Promise<void> {
  const keys = { tenantId: uuid(user.tenantId), id: uuid(user.id) }
  await tx
    .insertInto('principal')
    .values({ ...keys, kind: 'user' })
    .execute()
  await tx
    .insertInto('user')
    .values({ ...user, ...keys })
    .execute()
}

export async function updateUser(
  tx: Tx,
  id: UserId,
  changes: {
    email?: string
    displayName?: string
    state?: UserState
    /** Null takes the password away. */
    passwordHash?: string | null
  },
): Promise<void> {
  await tx
    .updateTable('user')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

/** @param team only those who are in it */
export async function listUsers(
  tx: Tx,
  accountId: AccountId,
  team: TeamId | null,
  request: PageRequest,
) {
  let query = selectUser(tx, accountId).where('membership.principalId', 'is not', null)
  if (request.q) {
    const pattern = containing(request.q.toLowerCase())
    query = query.where((where) =>
      where.or([
        where('user.emailKey', 'like', pattern),
        where(sql<string>`lower("user".display_name)`, 'like', pattern),
      ]),
    )
  }
  if (request.filter.state) query = query.where('user.state', '=', request.filter.state)
  if (team !== null) {
    query = query.where('user.id', 'in', (where) =>
      where.selectFrom('teamMember').select('principalId').where('teamId', '=', uuid(team)),
    )
  }
  const page = await fetchPage(
    query,
    request,
    {
      email: { column: 'user.email_key', type: 'text' },
      createdAt: { column: 'user.created_at', type: 'timestamptz' },
    },
    'user.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Personal access tokens, in every account, with their secrets. @returns how many */
export async function deleteTokensOf(tx: Tx, id: UserId): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('token')
    .where('principalId', '=', uuid(id))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Somebody who was invited and never came: the e-mail is free again. */
export async function deleteUser(tx: Tx, id: UserId): Promise<void> {
  await tx.deleteFrom('principal').where('id', '=', uuid(id)).execute()
}

/** Where a user stands: what a deactivation leaves as it was, and a reactivation brings back. */
export async function standingOf(tx: Tx, id: UserId, now: Date) {
  const { rows } = await sql<{ accounts: string[]; teams: bigint; grants: bigint }>`select
    array(select a.name from membership m join account a on a.id = m.account_id
      where m.principal_id = ${uuid(id)} order by a.is_root desc, a.name) as accounts,
    (select count(*) from team_member where principal_id = ${uuid(id)}) as teams,
    (select count(*) from "grant" where principal_id = ${uuid(id)}
      and (expires_at is null or expires_at > ${now})) as grants`.execute(tx)
  const { accounts, teams, grants } = rows[0]!
  return { accounts, teams: Number(teams), grants: Number(grants) }
}
