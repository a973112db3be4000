/**
 * What became of a tenant since a revision. The trigger `record_change` names every row that was touched,
 * in the transaction that touched it; here the named rows are read as they are now. What is named and
 * not found was deleted. A name that is not understood, or a revision whose names are gone, is no reason
 * to guess: then the tenant is read as a whole.
 */
import { formatId, type IdPrefix, resourceKind, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { loadHead, loadSnapshot, loadTables } from './snapshot.ts'
import { gatewayKinds } from './snapshot-models.ts'
import type { SnapshotChanges, SnapshotRows, TableName } from './snapshot-rows.ts'

/** Beyond it, reading the tenant as a whole is no slower, and needs less memory than the names. */
export const changesMax = 10_000

export type News =
  | { readonly kind: 'whole'; readonly rows: SnapshotRows }
  | { readonly kind: 'changes'; readonly changes: SnapshotChanges }

/**
 * @param tx a repeatable-read transaction of the tenant
 * @param since the revision that is known; null where nothing is
 * @returns null where the tenant does not exist
 */
export async function loadNews(
  tx: Tx,
  tenantId: TenantId,
  since: number | null,
): Promise<News | null> {
  const changes = since === null ? 'unknown' : await loadChanges(tx, tenantId, since)
  if (changes === null) return null
  if (changes !== 'unknown') return { kind: 'changes', changes }
  const rows = await loadSnapshot(tx, tenantId)
  return rows && { kind: 'whole', rows }
}

async function loadChanges(
  tx: Tx,
  tenantId: TenantId,
  since: number,
): Promise<SnapshotChanges | 'unknown' | null> {
  const head = await loadHead(tx, tenantId)
  if (head === null) return null
  const named = await tx
    .selectFrom('change')
    .select(['revision', 'noun', 'rowId'])
    .where('revision', '>', sql<bigint>`${since}`)
    .orderBy('revision')
    .limit(changesMax + 1)
    .execute()
  // Every revision has left at least one name. Where one is missing, it has been deleted meanwhile.
  const revisions = new Set(named.map(({ revision }) => revision)).size
  if (named.length > changesMax || revisions !== head.revision - since) return 'unknown'
  const touched = new Map<TableName, Set<string>>()
  for (const { noun, rowId } of named) {
    const tables = tablesOf[noun]
    if (!tables) return 'unknown'
    for (const table of tables) {
      const ids = touched.get(table) ?? new Set()
      touched.set(table, ids.add(rowId))
    }
  }
  // A sign-in makes a credential of no token, which has no name here and is nothing to a gateway.
  touched.get('credentials')?.delete('')
  const uuidsOf = (table: TableName) => [...(touched.get(table) ?? [])]
  const keys = {} as Record<TableName, string[]>
  for (const table of tableNames) {
    keys[table] = uuidsOf(table).flatMap((id) => keysOf(table, id))
  }
  const rows = await loadTables(tx, uuid(head.tenant.rootAccountId), uuidsOf)
  return { since, head, touched: keys, rows }
}

/**
 * Which tables to look into when a row of a table of the schema was touched. What has no table here is
 * of no interest to a gateway, and stands here all the same: a name that nobody has thought of must not
 * be taken for one.
 */
export const tablesOf: Readonly<Record<string, readonly TableName[]>> = {
  tenant: [],
  tenant_setting: [],
  account: ['accounts'],
  user: ['principals'],
  // Whether its membership counts depends on where its home is.
  virtual_account: ['principals', 'memberships'],
  membership: ['memberships'],
  team: ['teams'],
  team_member: ['teamMembers'],
  token: ['tokens'],
  credential: ['credentials'],
  role: ['roles'],
  grant: ['grants'],
  share: ['shares'],
  resource: ['resources'],
  secret_value: ['providerKeys'],
  price: ['prices'],
  budget: ['budgets'],
  usage_limit: ['usageLimits'],
}

/** Provider keys are few, and no change names one: all are read where any was touched. */
const prefixesOf: { readonly [T in TableName]: readonly IdPrefix[] | null } = {
  accounts: ['acct'],
  principals: ['user', 'va'],
  memberships: ['user', 'va'],
  teams: ['team'],
  teamMembers: ['user', 'va'],
  tokens: ['tok'],
  credentials: ['tok'],
  roles: ['role'],
  grants: ['grant'],
  shares: ['share'],
  resources: gatewayKinds.map((kind) => resourceKind(kind).idPrefix),
  providerKeys: null,
  prices: ['prc'],
  budgets: ['bud'],
  usageLimits: ['lim'],
}

const tableNames = Object.keys(prefixesOf) as TableName[]

/** A row that is gone does not say of which kind it was: it had one of these ids. */
function keysOf(table: TableName, rowUuid: string): string[] {
  return prefixesOf[table]?.map((prefix) => formatId(prefix, rowUuid)) ?? [rowUuid]
}
