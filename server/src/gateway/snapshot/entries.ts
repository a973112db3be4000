/** What a gateway keeps of a tenant, in the form in which requests ask for it. */
import type { ProviderSecret } from '@commonhold/contract'
import type {
  AccessTarget,
  AccountId,
  FallbackOn,
  Id,
  LifecycleState,
  PermissionSet,
  PriceVersion,
  PrincipalId,
  TeamId,
  TokenId,
} from '@commonhold/core'
import type { IpRange } from './ip-allowlist.ts'

export interface TokenEntry {
  readonly id: TokenId
  readonly accountId: AccountId
  readonly principalId: PrincipalId
  readonly name: string
  readonly state: LifecycleState
  readonly scopes: PermissionSet | null
  /** Null allows every address; an empty list allows none. */
  readonly ipRanges: readonly IpRange[] | null
  readonly expiresAtMs: number | null
}

export interface PrincipalEntry {
  readonly id: PrincipalId
  readonly kind: 'user' | 'virtual-account'
  readonly name: string
  readonly state: LifecycleState
  readonly ownerTeamId: TeamId | null
}

/** A provider account. Each of its keys is decrypted when it is first needed and never has a readable form. */
export interface ProviderEntry {
  readonly id: Id<'pacc'>
  readonly name: string
  readonly provider: string
  readonly baseUrl: string | null
  /** What else the account was told, by the names that the contract gives it. */
  readonly spec: Readonly<Record<string, unknown>>
  /** @returns null where none was given, or it can't be decrypted any more */
  apiKey(): string | null
  /** The same for any of its keys. */
  secret(field: ProviderSecret): string | null
}

interface Named {
  /** `provider-account/model`, or the bare name of a virtual model. */
  readonly name: string
  readonly ownerId: AccountId
  /** What `decide` is asked about. */
  readonly target: AccessTarget
  readonly createdAtMs: number
}

export interface ModelEntry extends Named {
  readonly type: 'model'
  readonly id: Id<'mdl'>
  readonly provider: ProviderEntry
  readonly upstreamModel: string
  readonly modelType: string
  readonly contextTokensMax: number
  readonly outputTokensMax: number
  /** Of a recording; null where nobody declared it. */
  readonly audioSecondsMax: number | null
  /** Ascending by the instant from which they are in force; null is a price that can't be read. */
  readonly prices: readonly { readonly price: PriceVersion | null; readonly validFromMs: number }[]
}

/** A provider account as its owner reaches it, for what is asked of it and of no model. */
export interface OwnProvider {
  readonly entry: ProviderEntry
  readonly target: AccessTarget
  readonly models: readonly ModelEntry[]
}

/** What a target is asked other than the client asked it; null leaves a parameter out of the request. */
export interface Overrides {
  readonly temperature?: number | null
  readonly topP?: number | null
  /** Whatever the client asked for. */
  readonly outputTokens?: number
  /** At most, where it asked for more or for nothing. */
  readonly outputTokensMax?: number
  readonly reasoningEffort?: string | null
  readonly serviceTier?: 'auto' | 'default' | 'flex' | null
}

/** One of the models behind a virtual one. */
export interface VirtualTarget {
  /** Read in the account that owns the virtual model. */
  readonly reference: string
  readonly weight: number
  readonly overrides: Overrides | null
  /** Until its answer begins, and between two parts of it; null: as long as the gateway allows. */
  readonly headMs: number | null
  readonly idleMs: number | null
}

export interface VirtualModelEntry extends Named {
  readonly type: 'virtual-model'
  readonly id: Id<'vmdl'>
  readonly strategy: 'priority' | 'weighted' | 'latency'
  /** By what the same caller gets the same target. */
  readonly sticky: 'off' | 'key' | 'principal'
  /** Of one target, after the first attempt. */
  readonly retries: number
  /** Null: what every virtual model does by default. */
  readonly fallbackOn: FallbackOn | null
  /** For all attempts, until an answer begins; null: no more than each attempt may take. */
  readonly timeLimitMs: number | null
  readonly targets: readonly VirtualTarget[]
}

export type CatalogueEntry = ModelEntry | VirtualModelEntry

/** The price in force at an instant; null where nobody declared one, which is not free. */
export function priceAt(model: ModelEntry, nowMs: number): PriceVersion | null {
  let inForce: PriceVersion | null = null
  for (const { price, validFromMs } of model.prices) {
    if (validFromMs > nowMs) break
    inForce = price
  }
  return inForce
}
