/**
 * What of a change's consequences its author may read. In the acting account: what he may read there
 * anyway. In another one, where he acts from root: who they are, if he administers the accounts, and
 * never what the account itself owns. Whatever he may not read is counted and has no name.
 */
import type { AccountId, PrincipalId, ResourceId, ResourceKind } from '@commonhold/core'
import type { PowerResource } from '../store/power-rows.ts'
import type { Context } from './context.ts'
import type { Powers } from './powers.ts'

export interface Disclosure {
  holder(accountId: AccountId, id: PrincipalId, kind: 'user' | 'virtual-account'): boolean
  /** Whether anything may be said of its members but how many they are. */
  members(accountId: AccountId): boolean
  grants(accountId: AccountId): boolean
  tokens(accountId: AccountId, owner: PrincipalId): boolean
  resource(powers: Powers, id: ResourceId): PowerResource | null
  /** The same for what is known by its place alone. */
  target(kind: ResourceKind, ownerId: AccountId, path: readonly ResourceId[]): boolean
}

export function disclosureFor({
  account,
  caller,
  can,
}: Pick<Context, 'account' | 'caller' | 'can'>): Disclosure {
  const administersAll = account.isRoot && can('account:manage')
  const maySee = (accountId: AccountId, permission: `${'user' | 'grant' | 'token'}:read`) =>
    accountId === account.id ? can(permission) : administersAll
  return {
    holder: (accountId, id, kind) => {
      if (id === caller.principal.id) return true
      if (accountId !== account.id) return administersAll
      return can(`${kind}:read`)
    },
    members: (accountId) => accountId === account.id || administersAll,
    grants: (accountId) => maySee(accountId, 'grant:read'),
    tokens: (accountId, owner) => owner === caller.principal.id || maySee(accountId, 'token:read'),
    target: (kind, ownerId, path) =>
      can(`${kind}:read`, { tenantId: account.tenantId, ownerId, path }),
    resource: (powers, id) => {
      const resource = powers.resources.get(id)
      const target = powers.targetOf(id)
      const isReadable = resource && target && can(`${resource.kind}:read`, target)
      return isReadable ? resource : null
    },
  }
}
