/** What a review of shares reads: the shares, and what each account used of what is under them. */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import type { ShareViewer } from './share.ts'

export interface ReviewedShareRow {
  readonly id: string
  readonly rootAccountId: string
  readonly resourceId: string
  readonly resourceKind: string
  readonly resourceName: string
  readonly parentId: string | null
  readonly parentKind: string | null
  readonly parentName: string | null
  readonly toAccountId: string
  readonly toName: string
  readonly toState: string
  readonly permissions: string[]
  readonly grants: number
  readonly createdAtMs: number
  readonly createdBy: string
}

/** @param viewer the account that the shares were made to, or null (root) for all */
export async function reviewedShares(tx: Tx, viewer: ShareViewer): Promise<ReviewedShareRow[]> {
  const { rows } = await sql<ReviewedShareRow>`
    select s.id, s.root_account_id, s.resource_id, r.kind as resource_kind,
      r.name as resource_name, p.id as parent_id, p.kind as parent_kind, p.name as parent_name,
      s.to_account_id, a.name as to_name, a.state as to_state, s.permissions,
      coalesce(g.grants, 0)::int as grants, 
      (extract(epoch from s.created_at) * 1000)::float8 as created_at_ms, s.created_by
    from share s
      join resource r on r.id = s.resource_id
      left join resource p on p.id = r.parent_id
      join account a on a.id = s.to_account_id
      left join (select via_resource_id, account_id, count(*) as grants from "grant"
          where via_resource_id is not null group by 1, 2) g
        on g.via_resource_id = s.resource_id and g.account_id = s.to_account_id
    where ${ofViewer(viewer)}`.execute(tx)
  return rows
}

export interface ShareUseRow {
  readonly shareId: string
  readonly permission: string
  readonly lastUsedAt: Date
}

/** By anybody of the account: on what is shared, or on what root owns in it. */
export async function usesUnderShares(tx: Tx, viewer: ShareViewer): Promise<ShareUseRow[]> {
  const { rows } = await sql<ShareUseRow>`
    select x.share_id, u.permission, max(u.last_used_at) as last_used_at
    from (
        select s.id as share_id, s.to_account_id, s.resource_id from share s
        where ${ofViewer(viewer)}
        union all
        select s.id, s.to_account_id, c.id from share s
          join resource c on c.parent_id = s.resource_id and c.account_id = s.root_account_id
        where ${ofViewer(viewer)}) x
      join access_use u on u.resource_id = x.resource_id and u.account_id = x.to_account_id
    group by 1, 2`.execute(tx)
  return rows
}

const ofViewer = (viewer: AccountId | null) =>
  viewer === null ? sql`true` : sql`s.to_account_id = ${uuid(viewer)}`
