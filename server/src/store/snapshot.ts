/**
 * Everything that a gateway needs to know of one tenant, read in one repeatable-read transaction, so
 * that all of it is of one revision. Rows only: what is made of them is the gateway's business.
 *
 * Who knows the tenant as it was at a revision reads what was touched since (snapshot-changes.ts), so
 * that a change costs what it changed and not what the tenant is.
 */
import type { LifecycleState, TenantId } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import {
  loadCredentials,
  loadGrants,
  loadRoles,
  loadShares,
  loadTokens,
} from './snapshot-access.ts'
import { loadBudgets, loadUsageLimits } from './snapshot-limits.ts'
import { loadPrices, loadProviderKeys, loadResources } from './snapshot-models.ts'
import type { Only } from './snapshot-only.ts'
import {
  loadAccounts,
  loadMemberships,
  loadPrincipals,
  loadTeamMembers,
  loadTeams,
} from './snapshot-people.ts'
import type { SnapshotHead, SnapshotRows, SnapshotTables, TableName } from './snapshot-rows.ts'

/**
 * @param tx a repeatable-read transaction of the tenant
 * @returns null where the tenant does not exist
 */
export async function loadSnapshot(tx: Tx, tenantId: TenantId): Promise<SnapshotRows | null> {
  const head = await loadHead(tx, tenantId)
  return head && { ...head, ...(await loadTables(tx, uuid(head.tenant.rootAccountId), () => null)) }
}

export async function loadHead(tx: Tx, tenantId: TenantId): Promise<SnapshotHead | null> {
  const tenant = await tx
    .selectFrom('tenant')
    .leftJoin('tenantRevision', 'tenantRevision.tenantId', 'tenant.id')
    .leftJoin('tenantKey', 'tenantKey.tenantId', 'tenant.id')
    .select(['name', 'state', 'rootAccountId', 'tenantRevision.revision', 'wrappedKey'])
    .where('tenant.id', '=', uuid(tenantId))
    .executeTakeFirst()
  if (!tenant) return null
  return {
    revision: Number(tenant.revision ?? 0n),
    tenant: {
      id: tenantId,
      name: tenant.name,
      state: tenant.state as LifecycleState,
      rootAccountId: typed('acct', tenant.rootAccountId),
    },
    wrappedKey: tenant.wrappedKey,
  }
}

/** @param only which rows of each table, by what a change calls them (see `SnapshotChanges`) */
export async function loadTables(
  tx: Tx,
  rootUuid: string,
  only: (table: TableName) => Only,
): Promise<SnapshotTables> {
  const keys = only('providerKeys')
  return {
    accounts: await loadAccounts(tx, only('accounts')),
    principals: await loadPrincipals(tx, only('principals')),
    memberships: await loadMemberships(tx, only('memberships')),
    teams: await loadTeams(tx, only('teams')),
    teamMembers: await loadTeamMembers(tx, only('teamMembers')),
    tokens: await loadTokens(tx, only('tokens')),
    credentials: await loadCredentials(tx, only('credentials')),
    roles: await loadRoles(tx, only('roles')),
    grants: await loadGrants(tx, rootUuid, only('grants')),
    shares: await loadShares(tx, rootUuid, only('shares')),
    resources: await loadResources(tx, only('resources')),
    providerKeys: keys?.length === 0 ? [] : await loadProviderKeys(tx),
    prices: await loadPrices(tx, only('prices')),
    budgets: await loadBudgets(tx, only('budgets')),
    usageLimits: await loadUsageLimits(tx, only('usageLimits')),
  }
}

/** Revisions of all tenants, for gateways to compare with what they have. In a control-plane transaction. */
export async function loadRevisions(
  tx: Tx,
): Promise<{ tenantId: TenantId; revision: number; state: LifecycleState }[]> {
  const rows = await tx
    .selectFrom('tenant')
    .leftJoin('tenantRevision', 'tenantRevision.tenantId', 'tenant.id')
    .select(['tenant.id', 'tenant.state', 'tenantRevision.revision'])
    .execute()
  return rows.map((row) => ({
    tenantId: typed('tnt', row.id),
    revision: Number(row.revision ?? 0n),
    state: row.state as LifecycleState,
  }))
}
