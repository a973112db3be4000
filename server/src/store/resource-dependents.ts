/** What goes when a resource goes: told before it is deleted. */
import type { AccountId, ResourceId, ResourceKind } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { resourceIdOf } from './resource-id.ts'

export interface Dependents {
  /** What lives in it, such as the workspaces of a cluster: also those of other accounts. */
  readonly children: readonly {
    readonly id: ResourceId
    readonly kind: ResourceKind
    readonly name: string
    readonly accountId: AccountId
    readonly accountName: string
  }[]
  readonly shares: readonly { readonly id: string; readonly accountName: string }[]
  readonly grants: readonly { readonly accountId: AccountId; readonly count: number }[]
  /** Budgets and usage limits on it. */
  readonly limits: readonly {
    readonly id: string
    readonly name: string
    readonly accountId: AccountId
  }[]
}

/** @param id the resource; what hangs on its children counts as well */
export async function dependentsOf(tx: Tx, id: ResourceId): Promise<Dependents> {
  const children = await tx
    .selectFrom('resource')
    .innerJoin('account', 'account.id', 'resource.accountId')
    .select(['resource.id', 'resource.kind', 'resource.name', 'account.name as accountName'])
    .select('resource.accountId')
    .where('parentId', '=', uuid(id))
    .orderBy('resource.name')
    .execute()
  const within = [uuid(id), ...children.map((child) => child.id)]
  const shares = await tx
    .selectFrom('share')
    .innerJoin('account', 'account.id', 'share.toAccountId')
    .select(['share.id', 'account.name as accountName'])
    .where('resourceId', 'in', within)
    .orderBy('account.name')
    .execute()
  const grants = await tx
    .selectFrom('grant')
    .select(['accountId', sql<bigint>`count(*)`.as('count')])
    .where('resourceId', 'in', within)
    .groupBy('accountId')
    .execute()
  const budgets = await tx
    .selectFrom('budget')
    .select(['id', 'name', 'accountId', sql<'bud' | 'lim'>`'bud'`.as('prefix')])
    .where('resourceId', 'in', within)
    .unionAll(
      tx
        .selectFrom('usageLimit')
        .select(['id', 'name', 'accountId', sql<'bud' | 'lim'>`'lim'`.as('prefix')])
        .where('resourceId', 'in', within),
    )
    .execute()
  return {
    children: children.map((row) => ({
      id: resourceIdOf(row.kind, row.id),
      kind: row.kind as ResourceKind,
      name: row.name,
      accountId: typed('acct', row.accountId),
      accountName: row.accountName,
    })),
    shares: shares.map((row) => ({ id: typed('share', row.id), accountName: row.accountName })),
    grants: grants.map((row) => ({
      accountId: typed('acct', row.accountId),
      count: Number(row.count),
    })),
    limits: budgets.map((row) => ({
      id: typed(row.prefix, row.id),
      name: row.name,
      accountId: typed('acct', row.accountId),
    })),
  }
}

/** The accounts that reach a resource, or what is in it: its owners, and whom any of it is shared to. */
export async function accountsReaching(tx: Tx, id: ResourceId): Promise<AccountId[]> {
  const { rows } = await sql<{ id: string }>`
    with within as (select r.id, r.parent_id, r.account_id from resource r
      where r.id = ${uuid(id)} or r.parent_id = ${uuid(id)})
    select account_id as id from within
    union select to_account_id from share s join within w on s.resource_id in (w.id, w.parent_id)
  `.execute(tx)
  return rows.map((row) => typed('acct', row.id))
}
