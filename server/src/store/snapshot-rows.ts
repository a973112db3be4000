/**
 * What a gateway knows of one tenant: rows with typed ids, as they are at one revision, and what a
 * change of the tenant makes of them. Plain data: whoever writes it down can read it back.
 */
import type { ProviderSecret } from '@commonhold/contract'
import type {
  AccountId,
  GrantId,
  Id,
  LifecycleState,
  LimitLevel,
  ObjectKey,
  PeriodKind,
  PermissionSet,
  PrincipalId,
  ResourceId,
  RoleId,
  ShareId,
  TeamId,
  TenantId,
  TokenId,
} from '@commonhold/core'
import type { GatewaySetting } from './gateway-setting.ts'

export interface LimitRow {
  readonly accountId: AccountId
  readonly name: string
  readonly level: LimitLevel
  /** The id of what is limited; the account itself where no one thing in it is. */
  readonly subjectId: TenantId | AccountId | TeamId | PrincipalId | TokenId | ResourceId | ShareId
}

/** What is read anew with every change. */
export interface SnapshotHead {
  readonly revision: number
  readonly tenant: {
    readonly id: TenantId
    readonly name: string
    readonly state: LifecycleState
    readonly rootAccountId: AccountId
  }
  readonly wrappedKey: Buffer | null
}

export interface SnapshotTables {
  readonly accounts: readonly {
    readonly id: AccountId
    readonly name: string
    readonly state: LifecycleState
    readonly boundary: PermissionSet
    /** What the gateway does for it besides; null where nothing. */
    readonly gatewaySetting: GatewaySetting | null
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
  readonly roles: readonly { readonly id: RoleId; readonly permissions: PermissionSet }[]
  readonly grants: readonly {
    readonly id: GrantId
    readonly accountId: AccountId
    readonly subjectId: PrincipalId | TeamId
    readonly object: ObjectKey
    readonly roleId: RoleId
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
    readonly field: ProviderSecret
    readonly ciphertext: Buffer
  }[]
  readonly prices: readonly {
    readonly id: Id<'prc'>
    readonly modelId: Id<'mdl'>
    readonly version: number
    readonly components: unknown
    readonly validFromMs: number
  }[]
  /** `raised`: by raises in force and to come. How much is allowed at an instant, the pool says. */
  readonly budgets: readonly (LimitRow & {
    readonly id: Id<'bud'>
    readonly amountNanos: bigint
    readonly raised: bigint
    readonly periodKind: PeriodKind
    readonly timeZone: string
    readonly mode: 'enforce' | 'audit'
    readonly fallbackModelId: Id<'mdl'> | null
  })[]
  readonly usageLimits: readonly (LimitRow & {
    readonly id: Id<'lim'>
    readonly metric: 'requests' | 'tokens' | 'concurrency'
    readonly amount: bigint
    readonly raised: bigint
    readonly windowSeconds: number
    readonly mode: 'enforce' | 'audit'
  })[]
}

export interface SnapshotRows extends SnapshotHead, SnapshotTables {}

export type TableName = keyof SnapshotTables
export type RowOf<T extends TableName> = SnapshotTables[T][number]

/**
 * What became of a tenant since an earlier revision: the rows that were touched, as they are now.
 *
 * `touched` names rows by their ids; memberships and memberships of teams by the principal, credentials
 * by the token, because that is how a change names them, and all rows of one name are replaced together.
 * Provider keys are always replaced as a whole. What is named and has no row any more was deleted.
 */
export interface SnapshotChanges {
  readonly since: number
  readonly head: SnapshotHead
  readonly touched: { readonly [T in TableName]: readonly string[] }
  readonly rows: SnapshotTables
}
