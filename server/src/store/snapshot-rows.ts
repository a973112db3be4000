/** What `loadSnapshot` reads: one tenant's rows, with typed ids, as they are at one revision. */
import type {
  AccountId,
  Id,
  LifecycleState,
  LimitLevel,
  ObjectKey,
  PeriodKind,
  PermissionSet,
  PrincipalId,
  ResourceId,
  ShareId,
  TeamId,
  TenantId,
  TokenId,
} from '@commonhold/core'

export interface LimitRow {
  readonly accountId: AccountId
  readonly name: string
  readonly level: LimitLevel
  /** The id of what is limited; the account itself at the level `account`. */
  readonly subjectId: AccountId | TeamId | PrincipalId | TokenId | ResourceId | ShareId
}

export interface SnapshotRows {
  readonly revision: number
  readonly tenant: {
    readonly id: TenantId
    readonly name: string
    readonly state: LifecycleState
    readonly rootAccountId: AccountId
  }
  readonly wrappedKey: Buffer | null
  readonly accounts: readonly {
    readonly id: AccountId
    readonly name: string
    readonly state: LifecycleState
    readonly boundary: PermissionSet
  }[]
  readonly principals: readonly {
    readonly id: PrincipalId
    readonly kind: 'user' | 'virtual-account'
    readonly name: string
    readonly state: LifecycleState
    /** The team that answers for a virtual account: its limits count what that spends. */
    readonly ownerTeamId: TeamId | null
  }[]
  readonly memberships: readonly {
    readonly accountId: AccountId
    readonly principalId: PrincipalId
  }[]
  readonly teams: readonly {
    readonly id: TeamId
    readonly accountId: AccountId
    readonly name: string
    readonly state: LifecycleState
  }[]
  readonly teamMembers: readonly { readonly teamId: TeamId; readonly principalId: PrincipalId }[]
  readonly tokens: readonly {
    readonly id: TokenId
    readonly accountId: AccountId
    readonly principalId: PrincipalId
    readonly name: string
    readonly state: LifecycleState
    readonly scopes: PermissionSet | null
    readonly ipAllowlist: readonly string[] | null
    readonly expiresAtMs: number | null
  }[]
  readonly credentials: readonly {
    readonly hash: string
    readonly tokenId: TokenId
    readonly expiresAtMs: number | null
  }[]
  readonly grants: readonly {
    readonly accountId: AccountId
    readonly subjectId: PrincipalId | TeamId
    readonly object: ObjectKey
    readonly permissions: PermissionSet
    readonly expiresAtMs: number | null
  }[]
  readonly shares: readonly {
    readonly id: ShareId
    readonly resourceId: ResourceId
    readonly toAccountId: AccountId
    readonly permissions: PermissionSet
    readonly markupPpm: bigint
  }[]
  readonly resources: readonly {
    readonly id: ResourceId
    readonly accountId: AccountId
    readonly kind: 'provider-account' | 'model' | 'virtual-model'
    readonly parentId: ResourceId | null
    readonly name: string
    readonly spec: Readonly<Record<string, unknown>>
    readonly createdAtMs: number
  }[]
  readonly providerKeys: readonly {
    readonly resourceId: ResourceId
    readonly ciphertext: Buffer
  }[]
  readonly prices: readonly {
    readonly id: Id<'prc'>
    readonly modelId: Id<'mdl'>
    readonly components: unknown
    readonly validFromMs: number
  }[]
  readonly budgets: readonly (LimitRow & {
    readonly id: Id<'bud'>
    readonly amountNanos: bigint
    readonly periodKind: PeriodKind
    readonly timeZone: string
    readonly mode: 'enforce' | 'audit'
  })[]
  readonly usageLimits: readonly (LimitRow & {
    readonly id: Id<'lim'>
    readonly metric: 'requests' | 'tokens' | 'concurrency'
    readonly amount: bigint
    readonly windowSeconds: number
  })[]
}
