/**
 * Virtual accounts: a principal, its membership in its home account, and its own row. Whoever made
 * one is only noted: nothing hangs on that person, and the virtual account outlives him.
 */
import {
  type AccountId,
  type Id,
  isId,
  type TeamId,
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
  /** The team that answers for it. */
  readonly ownerTeam: { readonly id: TeamId; readonly name: string } | null
  /** What the team was called that answered for it until it was deleted. */
  readonly formerOwnerTeam: string | null
}

const selectVirtualAccount = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('virtualAccount')
    .leftJoin('team', 'team.id', 'virtualAccount.ownerTeamId')
    .where('virtualAccount.accountId', '=', uuid(accountId))
    .selectAll('virtualAccount')
    .select('team.name as ownerTeamName')

type DatabaseRow = Awaited<
  ReturnType<ReturnType<typeof selectVirtualAccount>['executeTakeFirstOrThrow']>
>

function fromRow(row: DatabaseRow): VirtualAccountRow {
  return {
    ...objectRow(row, typed('va', row.id)),
    state: row.state as VirtualAccountRow['state'],
    ownerTeam:
      row.ownerTeamId === null
        ? null
        : { id: typed('team', row.ownerTeamId), name: row.ownerTeamName! },
    formerOwnerTeam: row.formerOwnerTeam,
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
    ? query.where('virtualAccount.id', '=', uuid(reference))
    : query.where('virtualAccount.name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** @param ownerTeam only those that this team answers for; null for all */
export async function listVirtualAccounts(
  tx: Tx,
  accountId: AccountId,
  ownerTeam: TeamId | null,
  request: PageRequest,
) {
  let query = selectVirtualAccount(tx, accountId)
  if (request.q) query = query.where('virtualAccount.name', 'like', containing(request.q))
  if (request.filter.state) query = query.where('virtualAccount.state', '=', request.filter.state)
  if (ownerTeam) query = query.where('virtualAccount.ownerTeamId', '=', uuid(ownerTeam))
  const page = await fetchPage(
    query as never,
    request,
    {
      name: { column: 'virtual_account.name', type: 'text' },
      createdAt: { column: 'virtual_account.created_at', type: 'timestamptz' },
    },
    'virtual_account.id',
  )
  return { ...page, rows: (page.rows as DatabaseRow[]).map(fromRow) }
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
    ownerTeamId: TeamId | null
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, name, displayName, ownerTeamId, createdBy } = row
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
      ownerTeamId: ownerTeamId && uuid(ownerTeamId),
      createdBy,
    })
    .execute()
}

export async function updateVirtualAccount(
  tx: Tx,
  id: VirtualAccountId,
  changes: {
    name?: string
    displayName?: string
    state?: VirtualAccountRow['state']
    /** Whoever answered for it before is forgotten, deleted or not. */
    ownerTeamId?: TeamId | null
  },
): Promise<void> {
  const { ownerTeamId, ...rest } = changes
  const owner =
    ownerTeamId === undefined
      ? {}
      : { ownerTeamId: ownerTeamId && uuid(ownerTeamId), formerOwnerTeam: null }
  await tx
    .updateTable('virtualAccount')
    .set({ ...rest, ...owner, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

/** Deletes the principal: its membership, grants, team places, tokens and budgets go with it. */
export async function deleteVirtualAccount(tx: Tx, id: VirtualAccountId): Promise<void> {
  await tx.deleteFrom('principal').where('id', '=', uuid(id)).execute()
}

/** What a team answers for, by name: it loses its owner when the team goes. */
export async function ownedByTeam(tx: Tx, accountId: AccountId, team: TeamId) {
  const rows = await selectVirtualAccount(tx, accountId)
    .where('virtualAccount.ownerTeamId', '=', uuid(team))
    .orderBy('virtualAccount.name')
    .execute()
  return rows.map(fromRow)
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
      .where('virtualAccount.state', '=', 'active')
      .where('virtualAccount.id', 'in', virtualAccounts.map(uuid))
      .execute()
    for (const row of rows) active.add(typed('va', row.id))
  }
  return active
}
