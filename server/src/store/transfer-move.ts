/**
 * What hangs on a resource that changes hands, and the move: what hung on it goes, then the resource
 * and what is in it change their account in one statement. The schema refuses any other order.
 */
import type { AccountId, Id, ResourceId, TransferId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import type { PriceComponents } from './price.ts'
import { resourceIdOf } from './resource-id.ts'

export interface LostGrant {
  readonly id: Id<'grant'>
  readonly accountId: AccountId
  readonly accountName: string
  readonly subjectName: string
  readonly subjectIsTeam: boolean
  readonly roleName: string
  readonly resourceName: string
}

/** The grants on any of the resources, whichever account made them, oldest first. */
export async function grantsOn(tx: Tx, resources: readonly ResourceId[]): Promise<LostGrant[]> {
  const rows = await tx
    .selectFrom('grant')
    .innerJoin('role', 'role.id', 'grant.roleId')
    .innerJoin('account', 'account.id', 'grant.accountId')
    .innerJoin('resource', 'resource.id', 'grant.resourceId')
    .leftJoin('user', 'user.id', 'grant.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'grant.principalId')
    .leftJoin('team', 'team.id', 'grant.teamId')
    .where('grant.resourceId', 'in', resources.map(uuid))
    .select([
      'grant.id',
      'grant.accountId',
      'grant.teamId',
      'account.name as accountName',
      'role.name as roleName',
      'resource.name as resourceName',
      sql<string>`coalesce("user".email, virtual_account.name, team.name)`.as('subjectName'),
    ])
    .orderBy('grant.createdAt')
    .execute()
  return rows.map(({ teamId, ...row }) => ({
    ...row,
    id: typed('grant', row.id),
    accountId: typed('acct', row.accountId),
    subjectIsTeam: teamId !== null,
  }))
}

/** Which of the resources keep a secret: a vendor's key, a value. */
export async function secretsIn(tx: Tx, resources: readonly ResourceId[]) {
  const rows = await tx
    .selectFrom('secretValue')
    .innerJoin('resource', 'resource.id', 'secretValue.resourceId')
    .where('resourceId', 'in', resources.map(uuid))
    .select(['resource.id', 'resource.kind', 'resource.name', 'secretValue.field'])
    .orderBy('resource.name')
    .execute()
  return rows.map((row) => ({ ...row, id: resourceIdOf(row.kind, row.id) }))
}

/** Accepts an open offer. The resource may move in this transaction, and in no other. */
export async function acceptTransfer(
  tx: Tx,
  id: TransferId,
  by: { acceptedBy: string; acceptedAt: Date },
): Promise<void> {
  await tx
    .updateTable('transfer')
    .set({ ...by, state: 'accepted', acceptedIn: sql<string>`pg_current_xact_id()` })
    .where('id', '=', uuid(id))
    .execute()
}

/** Takes away what can't go along: grants, shares, limits, other offers; and secrets that stay. */
export async function detach(
  tx: Tx,
  resources: readonly ResourceId[],
  withSecrets: boolean,
): Promise<void> {
  const ids = resources.map(uuid)
  for (const table of ['grant', 'share', 'budget', 'usageLimit'] as const) {
    await tx.deleteFrom(table).where('resourceId', 'in', ids).execute()
  }
  await tx
    .deleteFrom('transfer')
    .where('resourceId', 'in', ids)
    .where('state', '=', 'offered')
    .execute()
  if (!withSecrets) await tx.deleteFrom('secretValue').where('resourceId', 'in', ids).execute()
}

/**
 * In one statement, because what is in a resource lives where it does.
 * @param whole the resource, then what is in it
 * @param name what the resource is called from now on
 */
export async function moveResources(
  tx: Tx,
  whole: readonly [ResourceId, ...ResourceId[]],
  to: AccountId,
  name: string,
): Promise<void> {
  await tx
    .updateTable('resource')
    .set({
      accountId: uuid(to),
      name: sql<string>`case id when ${uuid(whole[0])} then ${name} else name end`,
    })
    .where('id', 'in', whole.map(uuid))
    .execute()
}

/**
 * Of the models among the resources: the price in force, and those that are announced. They are the
 * giver's rows and stay his, as his bills do; the receiver gets versions of his own of the same.
 */
export async function pricesToContinue(tx: Tx, resources: readonly ResourceId[], now: Date) {
  const { rows } = await sql<{ resourceId: string; components: PriceComponents; validFrom: Date }>`
    select p.resource_id, p.components, greatest(p.valid_from, ${now}) as valid_from
    from price p join resource r on r.id = p.resource_id and r.account_id = p.account_id
    where p.resource_id = any(${resources.map(uuid)}::uuid[]) and (p.valid_from > ${now}
      or (p.valid_from, p.version) = (select i.valid_from, i.version from price i
        where i.resource_id = p.resource_id and i.account_id = p.account_id and i.valid_from <= ${now}
        order by i.valid_from desc, i.version desc limit 1))
    order by p.resource_id, p.valid_from, p.version`.execute(tx)
  return rows.map((row) => ({ ...row, modelId: typed('mdl', row.resourceId) }))
}

/** Offers from or to an account that is going away. */
export async function deleteTransfersOf(tx: Tx, account: AccountId): Promise<void> {
  await tx
    .deleteFrom('transfer')
    .where((where) =>
      where.or([where('accountId', '=', uuid(account)), where('toAccountId', '=', uuid(account))]),
    )
    .execute()
}
