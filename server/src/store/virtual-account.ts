/**
 * Virtual accounts: a principal, its membership in its home account, and its own row. Whoever made
 * one is only noted: nothing hangs on that person, and the virtual account outlives him.
 */
import {
  type AccountId,
  type Id,
  isId,
  type TenantId,
  type VirtualAccountId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { insertMembership } from './membership.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export interface VirtualAccountRow extends ObjectRow {
  readonly id: VirtualAccountId
  readonly state: 'active' | 'suspended'
}

const selectVirtualAccount = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('virtualAccount')
    .where('virtualAccount.accountId', '=', uuid(accountId))
    .selectAll()

type DatabaseRow = Awaited<
  ReturnType<ReturnType<typeof selectVirtualAccount>['executeTakeFirstOrThrow']>
>

function fromRow(row: DatabaseRow): VirtualAccountRow {
  return {
    ...objectRow(row, typed('va', row.id)),
    state: row.state as VirtualAccountRow['state'],
  }
}

/** @param reference a name or an id */
export async function findVirtualAccount(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<VirtualAccountRow | null> {
  const query = selectVirtualAccount(tx, accountId)
  const row = await (isId(reference, 'va')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listVirtualAccounts(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = selectVirtualAccount(tx, accountId)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  if (request.filter.state) query = query.where('state', '=', request.filter.state)
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'virtual_account.name', type: 'text' },
      createdAt: { column: 'virtual_account.created_at', type: 'timestamptz' },
    },
    'virtual_account.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Makes the principal, its membership and its row, in the order that the keys ask for. */
export async function insertVirtualAccount(
  tx: Tx,
  row: {
    tenantId: TenantId
    accountId: AccountId
    id: VirtualAccountId
    name: string
    displayName: string
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, name, displayName, createdBy } = row
  const tenant = uuid(tenantId)
  await tx
    .insertInto('principal')
    .values({ tenantId: tenant, id: uuid(id), kind: 'virtual-account' })
    .execute()
  await insertMembership(tx, { tenantId, accountId, principalId: id, createdBy })
  await tx
    .insertInto('virtualAccount')
    .values({
      tenantId: tenant,
      accountId: uuid(accountId),
      id: uuid(id),
      name,
      displayName,
      createdBy,
    })
    .execute()
}

export async function updateVirtualAccount(
  tx: Tx,
  id: VirtualAccountId,
  changes: { name?: string; displayName?: string; state?: VirtualAccountRow['state'] },
): Promise<void> {
  await tx
    .updateTable('virtualAccount')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

/** Deletes the principal: its membership, grants, team places, tokens and budgets go with it. */
export async function deleteVirtualAccount(tx: Tx, id: VirtualAccountId): Promise<void> {
  await tx.deleteFrom('principal').where('id', '=', uuid(id)).execute()
}

/**
 * @param creators ids as `created_by` holds them; what is no principal's id is passed over
 * @returns those who are active and still members of the account
 */
export async function activeCreators(
  tx: Tx,
  accountId: AccountId,
  creators: readonly string[],
): Promise<ReadonlySet<string>> {
  const users = creators.filter((id): id is Id<'user'> => isId(id, 'user'))
  const virtualAccounts = creators.filter((id): id is Id<'va'> => isId(id, 'va'))
  const active = new Set<string>()
  if (users.length > 0) {
    const rows = await tx
      .selectFrom('user')
      .innerJoin('membership', 'membership.principalId', 'user.id')
      .select('user.id')
      .where('membership.accountId', '=', uuid(accountId))
      .where('user.state', '=', 'active')
      .where('user.id', 'in', users.map(uuid))
      .execute()
    for (const row of rows) active.add(typed('user', row.id))
  }
  if (virtualAccounts.length > 0) {
    const rows = await selectVirtualAccount(tx, accountId)
      .where('state', '=', 'active')
      .where('id', 'in', virtualAccounts.map(uuid))
      .execute()
    for (const row of rows) active.add(typed('va', row.id))
  }
  return active
}
