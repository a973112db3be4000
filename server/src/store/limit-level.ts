/** What budgets and usage limits have in common: the level, and the one thing there that is limited. */
import type { AccountId, Id, LimitLevel, PrincipalId, ResourceId, TeamId } from '@commonhold/core'
import { isId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import type { AccountRow } from './account.ts'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'

/** Null where the level says it all. */
export type LimitedId = TeamId | PrincipalId | Id<'tok'> | ResourceId | Id<'share'> | null

/** The five columns of which the level fills at most one. */
export function levelColumns(level: LimitLevel, of: LimitedId) {
  const at = (...levels: LimitLevel[]) => (of !== null && levels.includes(level) ? uuid(of) : null)
  return {
    teamId: at('team'),
    principalId: at('user', 'virtual-account'),
    tokenId: at('token'),
    resourceId: at('model'),
    shareId: at('share'),
  }
}

/** Who looks at limits: an account, and whether it is root. */
export type LimitViewer = Pick<AccountRow, 'id' | 'isRoot'>

/**
 * The limits that an account may know of: its own and those of shares to it; in root, besides its own,
 * those that it imposed. What limits the tenant as a whole is root's alone.
 */
export function isVisible(table: 'budget' | 'usage_limit', viewer: LimitViewer) {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  const own = sql<boolean>`${column('account_id')} = ${uuid(viewer.id)}`
  return viewer.isRoot
    ? sql<boolean>`(${own} or ${column('imposed')})`
    : sql<boolean>`(${own} or ${column('share_id')} in
        (select s.id from share s where s.to_account_id = ${uuid(viewer.id)}))`
}

/** The account that root limits by it; null where it limits the account that has it, or all. */
export function limitedAccount(table: 'budget' | 'usage_limit') {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql<string | null>`case
    when ${column('imposed')} then ${column('account_id')}
    when ${column('share_id')} is not null then
      (select s.to_account_id from share s where s.id = ${column('share_id')})
    end`
}

interface LevelRow {
  readonly level: string
  readonly teamId: string | null
  readonly principalId: string | null
  readonly tokenId: string | null
  readonly resourceId: string | null
  readonly shareId: string | null
  readonly ofName: string | null
  readonly accountId: string
  readonly imposed: boolean
}

/** What a row limits, with its name; null for the whole of an account, unless root looks at it. */
export function limitedBy(row: LevelRow, viewer: LimitViewer): { id: string; name: string } | null {
  const { level, ofName } = row
  const id =
    (row.imposed && viewer.isRoot && typed('acct', row.accountId)) ||
    (row.teamId && typed('team', row.teamId)) ||
    (row.principalId && principalId(level, row.principalId)) ||
    (row.tokenId && typed('tok', row.tokenId)) ||
    (row.resourceId && typed('mdl', row.resourceId)) ||
    (row.shareId && typed('share', row.shareId))
  return id ? { id, name: ofName ?? '' } : null
}

/** The name of what a row limits. @param table the row's own: `budget` or `usage_limit` */
export function limitedName(table: 'budget' | 'usage_limit') {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql<string | null>`case
    when ${column('team_id')} is not null then
      (select t.name from team t where t.id = ${column('team_id')})
    when ${column('principal_id')} is not null then coalesce(
      (select u.email from "user" u where u.id = ${column('principal_id')}),
      (select v.name from virtual_account v where v.id = ${column('principal_id')}))
    when ${column('token_id')} is not null then
      (select t.name from token t where t.id = ${column('token_id')})
    when ${column('resource_id')} is not null then
      (select p.name || '/' || m.name from resource m join resource p on p.id = m.parent_id
        where m.id = ${column('resource_id')})
    when ${column('share_id')} is not null then
      (select concat_ws('/', p.name, r.name) || ' to ' || a.name from share s
        join resource r on r.id = s.resource_id left join resource p on p.id = r.parent_id
        join account a on a.id = s.to_account_id where s.id = ${column('share_id')})
    when ${column('imposed')} then
      (select a.name from account a where a.id = ${column('account_id')})
    end`
}

/** Tokens of the account by name or id: names are unique per principal, so there may be several. */
export async function findAccountTokens(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<Id<'tok'>[]> {
  const query = tx
    .selectFrom('token')
    .select('id')
    .where('accountId', '=', uuid(accountId))
    .where('state', '=', 'active')
  const rows = await (isId(reference, 'tok')
    ? query.where('id', '=', uuidOf(reference))
    : query.where('name', '=', reference)
  ).execute()
  return rows.map((row) => typed('tok', row.id))
}
