/** What `loadPowerRows` reads: all that the access rule reads of many seats, with typed ids. */
import type {
  AccountId,
  GrantId,
  LifecycleState,
  ObjectKey,
  PermissionSet,
  PrincipalId,
  ResourceId,
  ResourceKind,
  RoleId,
  TeamId,
  TokenId,
} from '@commonhold/core'
import type { Seat } from './power-seats.ts'

export interface PowerGrant {
  readonly id: GrantId
  readonly accountId: AccountId
  readonly subjectId: PrincipalId | TeamId
  readonly object: ObjectKey
  readonly role: { readonly id: RoleId; readonly name: string; readonly permissions: PermissionSet }
}

export interface PowerResource {
  readonly id: ResourceId
  readonly kind: ResourceKind
  /** `parent/name` for what has a parent. */
  readonly name: string
  readonly ownerId: AccountId
  readonly parentId: ResourceId | null
}

export interface PowerToken extends Seat {
  readonly id: TokenId
  readonly name: string
  readonly state: LifecycleState
  readonly scopes: PermissionSet | null
}

export interface PowerRows {
  readonly accounts: readonly {
    readonly id: AccountId
    readonly name: string
    readonly isRoot: boolean
    readonly state: LifecycleState
    readonly boundary: PermissionSet
  }[]
  readonly principals: readonly {
    readonly id: PrincipalId
    readonly kind: 'user' | 'virtual-account'
    readonly name: string
    readonly state: LifecycleState
  }[]
  readonly seats: readonly Seat[]
  readonly teams: readonly {
    readonly id: TeamId
    readonly accountId: AccountId
    readonly name: string
    readonly state: LifecycleState
  }[]
  readonly teamMembers: readonly { readonly teamId: TeamId; readonly principalId: PrincipalId }[]
  readonly grants: readonly PowerGrant[]
  readonly shares: readonly {
    readonly resourceId: ResourceId
    readonly accountId: AccountId
    readonly permissions: PermissionSet
  }[]
  readonly tokens: readonly PowerToken[]
  readonly resources: readonly PowerResource[]
}
