/** The tenant of a world as the rows that a gateway reads of it. */
import {
  type AccountId,
  allPermissions,
  builtInRoleNames,
  builtInRoles,
  type GrantId,
  type Id,
  type ObjectKey,
  type PrincipalId,
  type RoleId,
  type TeamId,
  type TenantId,
  type TokenId,
} from '@commonhold/core'
import type { SnapshotRows } from '../../server/src/store/snapshot-rows.ts'
import type { World } from './world.ts'

const account = 'acct_01h455vb4pex5vsknk084sn02q' as AccountId

/** Each user has one token; each text is one of its own, as those from a database are. */
export function rowsOf(world: World, tenant: string): SnapshotRows {
  return {
    revision: 1,
    tenant: { id: own(tenant) as TenantId, name: 'bench', state: 'active', rootAccountId: account },
    wrappedKey: null,
    accounts: [
      {
        id: own(account),
        name: 'root',
        state: 'active',
        boundary: allPermissions,
        gatewaySetting: null,
      },
    ],
    principals: world.users.map((id) => ({
      id: own(id) as PrincipalId,
      kind: 'user',
      name: `${id.slice(-12)}@example.com`,
      state: 'active',
      ownerTeamId: null,
    })),
    memberships: world.users.map((id) => ({
      accountId: own(account),
      principalId: own(id) as PrincipalId,
    })),
    teams: world.teams.map((id) => ({
      id: own(id) as TeamId,
      accountId: own(account),
      name: id.slice(-12),
      state: 'active',
    })),
    teamMembers: [...world.teamsOf].flatMap(([user, teams]) =>
      teams.map((team) => ({ teamId: own(team) as TeamId, principalId: own(user) as PrincipalId })),
    ),
    tokens: world.users.map((id) => ({
      id: tokenOf(id),
      accountId: own(account),
      principalId: own(id) as PrincipalId,
      name: id.slice(-12),
      state: 'active',
      scopes: null,
      ipAllowlist: null,
      expiresAtMs: null,
    })),
    credentials: world.users.map((id) => ({
      hash: Buffer.from(id.padEnd(32).slice(0, 32)).toString('hex'),
      tokenId: tokenOf(id),
      expiresAtMs: null,
    })),
    roles: builtInRoleNames.map((name) => ({
      id: `role_${name}` as RoleId,
      permissions: builtInRoles[name],
    })),
    grants: world.grants.map(({ subject, role, object }, index) => ({
      id: `grant_${String(index).padStart(26, '0')}` as GrantId,
      accountId: own(account),
      subjectId: own(subject) as PrincipalId | TeamId,
      object: own(object) as ObjectKey,
      roleId: `role_${role}` as RoleId,
      expiresAtMs: null,
    })),
    shares: [],
    resources: world.resources.map(({ kind, path }) => ({
      id: own(path[0]!),
      accountId: own(account),
      kind: kind as 'model',
      parentId: path[1] === undefined ? null : own(path[1]),
      name: path[0]!.slice(-12),
      spec: { provider: 'openai-compatible', type: 'chat', contextTokensMax: 128_000 },
      createdAtMs: 0,
    })),
    providerKeys: [],
    prices: [],
    budgets: [],
    usageLimits: [],
  }
}

/** The token of a user. */
export function tokenOf(user: string): TokenId {
  return user.replace('user_', 'tok_') as Id<'tok'>
}

/** Another text of the same letters: a copy that shares no memory. */
function own<T extends string>(text: T): T {
  return Buffer.from(text).toString('latin1') as T
}
