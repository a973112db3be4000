/**
 * Everything that a gateway needs to know of one tenant, read in one repeatable-read transaction, so
 * that all of it is of one revision. Rows only: what is made of them is the gateway's business.
 */
import type { LifecycleState, LimitLevel, ObjectKey, PeriodKind, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { resourceIdOf } from './resource-id.ts'
import type { LimitRow, SnapshotRows } from './snapshot-rows.ts'

const gatewayKinds = ['provider-account', 'model', 'virtual-model']

/**
 * @param tx a repeatable-read transaction of the tenant
 * @returns null where the tenant does not exist
 */
export async function loadSnapshot(tx: Tx, tenantId: TenantId): Promise<SnapshotRows | null> {
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
    ...(await loadPeople(tx)),
    ...(await loadCredentials(tx)),
    ...(await loadAccess(tx, tenant.rootAccountId)),
    ...(await loadModels(tx)),
    ...(await loadLimits(tx)),
  }
}

async function loadPeople(tx: Tx) {
  const accounts = await tx
    .selectFrom('account')
    .select(['id', 'name', 'state', 'boundary'])
    .execute()
  const principals = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .select([
      'principal.id',
      'principal.kind',
      'virtualAccount.ownerTeamId',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<LifecycleState>`coalesce("user".state, virtual_account.state)`.as('state'),
    ])
    .execute()
  const memberships = await tx
    .selectFrom('membership')
    .innerJoin('principal', 'principal.id', 'membership.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'membership.principalId')
    .select(['membership.accountId', 'membership.principalId', 'principal.kind'])
    // A virtual account acts in its home alone.
    .where((where) =>
      where.or([
        where('virtualAccount.id', 'is', null),
        where('virtualAccount.accountId', '=', where.ref('membership.accountId')),
      ]),
    )
    .execute()
  const teams = await tx.selectFrom('team').select(['id', 'accountId', 'name', 'state']).execute()
  const members = await tx
    .selectFrom('teamMember')
    .innerJoin('principal', 'principal.id', 'teamMember.principalId')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['teamId', 'principalId', 'kind'])
    .whereRef('team.accountId', '=', 'teamMember.accountId')
    .execute()
  return {
    accounts: accounts.map((row) => ({
      id: typed('acct', row.id),
      name: row.name,
      state: row.state as LifecycleState,
      boundary: storedPermissions(row.boundary),
    })),
    principals: principals.map((row) => ({
      ...row,
      id: principalId(row.kind, row.id),
      kind: row.kind as 'user' | 'virtual-account',
      ownerTeamId: row.ownerTeamId === null ? null : typed('team', row.ownerTeamId),
    })),
    memberships: memberships.map((row) => ({
      accountId: typed('acct', row.accountId),
      principalId: principalId(row.kind, row.principalId),
    })),
    teams: teams.map((row) => ({
      id: typed('team', row.id),
      accountId: typed('acct', row.accountId),
      name: row.name,
      state: row.state as LifecycleState,
    })),
    teamMembers: members.map((row) => ({
      teamId: typed('team', row.teamId),
      principalId: principalId(row.kind, row.principalId),
    })),
  }
}

async function loadCredentials(tx: Tx) {
  const tokens = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .selectAll('token')
    .select('principal.kind')
    .execute()
  const credentials = await tx
    .selectFrom('credential')
    .select(['hash', 'tokenId', 'expiresAt'])
    .where('tokenId', 'is not', null)
    .execute()
  return {
    tokens: tokens.map((row) => ({
      id: typed('tok', row.id),
      accountId: typed('acct', row.accountId),
      principalId: principalId(row.kind, row.principalId),
      name: row.name,
      state: row.state as LifecycleState,
      scopes: row.scopes && storedPermissions(row.scopes),
      ipAllowlist: row.ipAllowlist,
      expiresAtMs: row.expiresAt?.getTime() ?? null,
    })),
    credentials: credentials.map((row) => ({
      hash: row.hash.toString('hex'),
      tokenId: typed('tok', row.tokenId!),
      expiresAtMs: row.expiresAt?.getTime() ?? null,
    })),
  }
}

/** What the keys of the schema tie together is tied together once more: see facts.ts. */
async function loadAccess(tx: Tx, rootUuid: string) {
  const roles = await tx.selectFrom('role').select(['id', 'permissions']).execute()
  const permissionsOf = new Map(roles.map((role) => [role.id, storedPermissions(role.permissions)]))
  const grants = await tx
    .selectFrom('grant')
    .leftJoin('principal', 'principal.id', 'grant.principalId')
    .leftJoin('resource', 'resource.id', 'grant.resourceId')
    .innerJoin('role', 'role.id', 'grant.roleId')
    .selectAll('grant')
    .select(['principal.kind as principalKind', 'resource.kind as resourceKind'])
    .where((where) =>
      where('role.accountId', 'in', [where.ref('grant.accountId'), where.val(rootUuid)]),
    )
    .execute()
  const shares = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .selectAll('share')
    .select('resource.kind')
    .where('share.rootAccountId', '=', rootUuid)
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
    .execute()
  return {
    grants: grants.map((row) => ({
      accountId: typed('acct', row.accountId),
      subjectId: row.teamId
        ? typed('team', row.teamId)
        : principalId(row.principalKind!, row.principalId!),
      object: objectKey(row.objectType, row.objectKind, row.resourceKind, row.resourceId),
      permissions: permissionsOf.get(row.roleId)!,
      expiresAtMs: row.expiresAt?.getTime() ?? null,
    })),
    shares: shares.map((row) => ({
      id: typed('share', row.id),
      resourceId: resourceIdOf(row.kind, row.resourceId),
      toAccountId: typed('acct', row.toAccountId),
      permissions: storedPermissions(row.permissions),
      markupPpm: row.markupPpm,
    })),
  }
}

async function loadModels(tx: Tx) {
  const resources = await tx
    .selectFrom('resource')
    .select(['id', 'accountId', 'kind', 'parentId', 'name', 'spec', 'createdAt'])
    .where('kind', 'in', gatewayKinds)
    .execute()
  const secrets = await tx
    .selectFrom('secretValue')
    .innerJoin('resource', 'resource.id', 'secretValue.resourceId')
    .select(['resourceId', 'ciphertext', 'kind'])
    .where('kind', '=', 'provider-account')
    .where('field', '=', 'apiKey')
    .execute()
  const prices = await tx
    .selectFrom('price')
    .select(['id', 'resourceId', 'components', 'validFrom'])
    .orderBy('validFrom')
    .orderBy('version')
    .execute()
  return {
    resources: resources.map((row) => ({
      id: resourceIdOf(row.kind, row.id),
      accountId: typed('acct', row.accountId),
      kind: row.kind as 'provider-account' | 'model' | 'virtual-model',
      // Only models have a parent here, and it is their provider account.
      parentId: row.parentId === null ? null : resourceIdOf('provider-account', row.parentId),
      name: row.name,
      spec: row.spec as Record<string, unknown>,
      createdAtMs: row.createdAt.getTime(),
    })),
    providerKeys: secrets.map((row) => ({
      resourceId: resourceIdOf(row.kind, row.resourceId),
      ciphertext: row.ciphertext,
    })),
    prices: prices.map((row) => ({
      id: typed('prc', row.id),
      modelId: typed('mdl', row.resourceId),
      components: row.components,
      validFromMs: row.validFrom.getTime(),
    })),
  }
}

async function loadLimits(tx: Tx) {
  const budgets = await tx.selectFrom('budget').selectAll().execute()
  const limits = await tx.selectFrom('usageLimit').selectAll().execute()
  return {
    budgets: budgets.map((row) => ({
      ...limitRow(row),
      id: typed('bud', row.id),
      amountNanos: row.amountNanos,
      periodKind: row.period as PeriodKind,
      timeZone: row.timeZone,
      mode: row.mode as 'enforce' | 'audit',
    })),
    usageLimits: limits.map((row) => ({
      ...limitRow(row),
      id: typed('lim', row.id),
      metric: row.metric as 'requests' | 'tokens' | 'concurrency',
      amount: row.amount,
      windowSeconds: row.windowSeconds,
    })),
  }
}

interface LimitColumns {
  readonly accountId: string
  readonly name: string
  readonly level: string
  readonly teamId: string | null
  readonly principalId: string | null
  readonly tokenId: string | null
  readonly resourceId: string | null
  readonly shareId: string | null
}

function limitRow(row: LimitColumns): LimitRow {
  const level = row.level as LimitLevel
  const accountId = typed('acct', row.accountId)
  return { accountId, name: row.name, level, subjectId: subjectOf(level, row) ?? accountId }
}

function subjectOf(level: LimitLevel, row: LimitColumns): LimitRow['subjectId'] | null {
  switch (level) {
    case 'team':
      return typed('team', row.teamId!)
    case 'user':
    case 'virtual-account':
      return principalId(level, row.principalId!)
    case 'token':
      return typed('tok', row.tokenId!)
    case 'model':
      return typed('mdl', row.resourceId!)
    case 'share':
      return typed('share', row.shareId!)
    case 'account':
      return null
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

function objectKey(
  type: string,
  kind: string | null,
  resourceKindName: string | null,
  resourceUuid: string | null,
): ObjectKey {
  if (type === 'account') return 'account'
  if (type === 'kind') return `kind:${kind}` as ObjectKey
  return resourceIdOf(resourceKindName!, resourceUuid!)
}
