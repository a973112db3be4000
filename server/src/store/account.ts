/** Accounts. */
import {
  type AccountId,
  isId,
  type Permission,
  type PermissionSet,
  permissionSet,
  type TenantId,
} from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export interface AccountRow extends ObjectRow {
  readonly id: AccountId
  readonly tenantId: TenantId
  readonly isRoot: boolean
  readonly state: 'active' | 'suspended' | 'deleted'
  readonly boundary: PermissionSet
  readonly settings: Record<string, unknown>
}

interface DatabaseRow {
  tenantId: string
  id: string
  name: string
  displayName: string
  isRoot: boolean
  state: string
  boundary: string[]
  settings: unknown
  createdBy: string
  createdAt: Date
  updatedAt: Date
  revision: bigint
}

function fromRow(row: DatabaseRow): AccountRow {
  const id = typed('acct', row.id)
  return {
    ...objectRow(row, id),
    id,
    tenantId: typed('tnt', row.tenantId),
    isRoot: row.isRoot,
    state: row.state as AccountRow['state'],
    boundary: permissionSet(row.boundary as Permission[]),
    settings: row.settings as Record<string, unknown>,
  }
}

/** @param reference `root`, a name or an id; a deleted account is not found */
export async function findAccount(tx: Tx, reference: string): Promise<AccountRow | null> {
  let query = tx.selectFrom('account').selectAll().where('state', '<>', 'deleted')
  query = isId(reference, 'acct')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  const row = await query.executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function insertAccount(
  tx: Tx,
  account: {
    tenantId: TenantId
    id: AccountId
    name: string
    displayName: string
    isRoot: boolean
    boundary: readonly Permission[]
    settings: Record<string, unknown>
    createdBy: string
  },
): Promise<AccountRow> {
  const row = await tx
    .insertInto('account')
    .values({
      ...account,
      tenantId: uuid(account.tenantId),
      id: uuid(account.id),
      boundary: [...account.boundary],
      settings: JSON.stringify(account.settings),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

export async function updateAccount(
  tx: Tx,
  id: AccountId,
  changes: {
    name?: string
    displayName?: string
    state?: AccountRow['state']
    boundary?: readonly Permission[]
    settings?: Record<string, unknown>
  },
): Promise<AccountRow> {
  const { boundary, settings, ...rest } = changes
  const row = await tx
    .updateTable('account')
    .set({
      ...rest,
      ...(boundary ? { boundary: [...boundary] } : {}),
      ...(settings ? { settings: JSON.stringify(settings) } : {}),
      updatedAt: new Date(),
    })
    .where('id', '=', uuid(id))
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** @param only the accounts to choose from; null for every account of the tenant */
export async function listAccounts(
  tx: Tx,
  only: readonly AccountId[] | null,
  request: PageRequest,
) {
  let query = tx.selectFrom('account').where('state', '<>', 'deleted')
  if (only !== null) query = query.where('id', 'in', [...only.map(uuid), emptyUuid])
  if (request.q) query = query.where('name', 'like', containing(request.q))
  if (request.filter.state) query = query.where('state', '=', request.filter.state)
  const page = await fetchPage(
    query.selectAll(),
    request,
    {
      name: { column: 'account.name', type: 'text' },
      createdAt: { column: 'account.created_at', type: 'timestamptz' },
    },
    'account.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function hasAccountsBesidesRoot(tx: Tx): Promise<boolean> {
  const row = await tx
    .selectFrom('account')
    .select('id')
    .where('isRoot', '=', false)
    .where('state', '<>', 'deleted')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** `in ()` is no SQL; an id that nothing has keeps the list from being empty. */
const emptyUuid = '00000000-0000-0000-0000-000000000000'
