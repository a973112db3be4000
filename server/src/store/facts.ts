/**
 * Loads what the access rule reads (core/src/access.ts) for one principal in one account. What the
 * keys of the schema tie together is tied together once more: a row that came past them (restored by
 * halves, written by hand) then gives nothing.
 */
import {
  type AccessFacts,
  type Held,
  isActive,
  isPermission,
  type Kind,
  type LifecycleState,
  type ObjectKey,
  type PermissionSet,
  permissionSet,
  type ResourceId,
  uniteGrants,
} from '@commonhold/core'
import type { AccountRow } from './account.ts'
import type { Caller, TenantFacts } from './caller.ts'
import { type Tx, uuid } from './database.ts'
import { resourceIdOf } from './resource-id.ts'

/** A permission that a later version dropped from the code is in old rows and means nothing. */
export function storedPermissions(stored: readonly string[]): PermissionSet {
  return permissionSet(stored.filter(isPermission))
}

export async function loadFacts(
  tx: Tx,
  tenant: TenantFacts,
  account: AccountRow,
  principal: Caller['principal'],
  token: Caller['token'],
  now: Date,
): Promise<AccessFacts> {
  const principalUuid = uuid(principal.id)
  const accountUuid = uuid(account.id)
  const rootUuid = uuid(tenant.rootAccountId)
  const membership = await tx
    .selectFrom('membership')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'membership.principalId')
    .select('membership.principalId')
    .where('membership.accountId', '=', accountUuid)
    .where('membership.principalId', '=', principalUuid)
    // A virtual account acts in its home alone.
    .where((where) =>
      where.or([
        where('virtualAccount.id', 'is', null),
        where('virtualAccount.accountId', '=', accountUuid),
      ]),
    )
    .executeTakeFirst()
  const shares = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .select(['share.resourceId', 'share.permissions', 'resource.kind'])
    .where('share.toAccountId', '=', accountUuid)
    .where('share.rootAccountId', '=', rootUuid)
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
    .execute()
  return {
    tenant: { id: tenant.id, state: tenant.state },
    account: {
      id: account.id,
      tenantId: account.tenantId,
      rootAccountId: tenant.rootAccountId,
      state: account.state,
      boundary: account.boundary,
    },
    principal: {
      id: principal.id,
      tenantId: tenant.id,
      state: principal.state,
      isMember: membership !== undefined,
    },
    ...(await loadHeld(tx, { accountUuid, rootUuid, principalUuid }, now)),
    shares: new Map(
      shares.map((s) => [resourceIdOf(s.kind, s.resourceId), storedPermissions(s.permissions)]),
    ),
    token: token && { accountId: token.accountId, state: token.state, scopes: token.scopes },
  }
}

/** What is granted in the account to the principal and to its teams. */
async function loadHeld(
  tx: Tx,
  {
    accountUuid,
    rootUuid,
    principalUuid,
  }: { accountUuid: string; rootUuid: string; principalUuid: string },
  now: Date,
): Promise<{ held: Held; heldByInactiveTeams: Held }> {
  const teams = await tx
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['team.id', 'team.state'])
    .where('teamMember.accountId', '=', accountUuid)
    .where('teamMember.principalId', '=', principalUuid)
    .where('team.accountId', '=', accountUuid)
    .execute()
  const grants = await tx
    .selectFrom('grant')
    .innerJoin('role', 'role.id', 'grant.roleId')
    .leftJoin('resource', 'resource.id', 'grant.resourceId')
    .select([
      'grant.principalId',
      'grant.teamId',
      'grant.objectType',
      'grant.objectKind',
      'grant.resourceId',
      'resource.kind',
      'role.permissions',
    ])
    .where('grant.accountId', '=', accountUuid)
    .where('role.accountId', 'in', [accountUuid, rootUuid])
    .where((where) =>
      where.or([
        where('grant.principalId', '=', principalUuid),
        ...teams.map((team) => where('grant.teamId', '=', team.id)),
      ]),
    )
    .where((where) =>
      where.or([where('grant.expiresAt', 'is', null), where('grant.expiresAt', '>', now)]),
    )
    .execute()
  const inactive = teams.filter((team) => !isActive({ state: team.state as LifecycleState }))
  const isIdle = ({ teamId }: { teamId: string | null }) => inactive.some(({ id }) => id === teamId)
  const united = (part: typeof grants) =>
    uniteGrants(
      part.map((grant) => ({
        object: objectKey(grant.objectType, grant.objectKind, grant.resourceId, grant.kind),
        permissions: storedPermissions(grant.permissions),
      })),
    )
  return {
    held: united(grants.filter((grant) => !isIdle(grant))),
    heldByInactiveTeams: united(grants.filter(isIdle)),
  }
}

export function objectKey(
  type: string,
  objectKind: string | null,
  resourceUuid: string | null,
  resourceKindName: string | null,
): ObjectKey {
  if (type === 'account') return 'account'
  if (type === 'kind') return `kind:${objectKind as Kind}`
  return resourceIdOf(resourceKindName!, resourceUuid!) as ResourceId
}
