/** What an operation's function gets. Everything that it may trust has been checked by run.ts. */
import type { AnyOperation, Body, Output, Params, Query } from '@commonhold/contract'
import type {
  AccessFacts,
  AccessTarget,
  AccountId,
  Permission,
  PermissionSet,
  TenantId,
} from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import type { Caller } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import type { ResourceRow } from '../store/resource.ts'
import type { Answer, Call, SessionCookie } from './call.ts'
import type { Touched } from './foresight.ts'
import type { Services } from './services.ts'

/** One change, as the audit log will tell it. Only fields that are safe to show. */
export interface AuditNote {
  readonly target: { readonly kind: string; readonly id: string; readonly name: string }
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
  /** Where the change is told besides the acting account, such as the account that was joined. */
  readonly account?: AccountId
}

/** Something that a change takes away, for `dryRun`. */
export interface Loss {
  readonly what: string
  readonly id: string
  readonly sentence: string
}

export interface Context<T extends AnyOperation = AnyOperation> {
  readonly operation: T
  readonly params: Params<T>
  readonly query: Query<T>
  readonly body: Body<T>
  readonly tx: Tx
  /** The time of this request; the only clock that an operation reads. */
  readonly now: Date
  readonly services: Services
  readonly call: Call
  readonly tenantId: TenantId
  readonly caller: Caller
  /** The acting account: the one in the path, or root for what is tenant-wide. */
  readonly account: AccountRow
  readonly facts: AccessFacts
  /** The resource that the path (or, on creation, the body) names; null where it names none. */
  readonly object: ResourceRow | null
  /** Whether the caller holds the permission on the target (default: the acting account). */
  can(permission: Permission, target?: AccessTarget): boolean
  /** @throws not_found if the caller can't even read it, not_allowed if he can */
  require(permission: Permission, target: AccessTarget, what: string): void
  /** @throws hands_out_more_than_held, naming what is missing: the write rule (core/src/grant.ts) */
  requireHolds(carried: PermissionSet, target: AccessTarget): void
  /** @throws revision_mismatch when If-Match names another revision than this */
  checkRevision(revision: number): void
  audit(note: AuditNote): void
  loses(loss: Loss): void
  /** Whom the change can touch; said before anything is written. Only a dry run looks at it. */
  touches(touched: Touched): Promise<void>
  /** A new cookie to set, or null to clear it. */
  setCookie(cookie: SessionCookie | null): void
}

/** What an operation without a tenant gets: signing in, the operator's. */
export interface OpenContext<T extends AnyOperation = AnyOperation> {
  readonly operation: T
  readonly params: Params<T>
  readonly query: Query<T>
  readonly body: Body<T>
  readonly now: Date
  readonly services: Services
  readonly call: Call
}

export type Implementation =
  | {
      readonly type: 'tenant'
      readonly operation: AnyOperation
      readonly run: (context: Context) => Promise<unknown>
      readonly manageOf: ((context: Context) => Promise<ManageOf | null>) | null
    }
  | {
      readonly type: 'open'
      readonly operation: AnyOperation
      readonly run: (context: OpenContext) => Promise<Answer>
    }

/** The object whose `<kind>:manage` is enough for an operation on its grants or shares. */
export interface ManageOf {
  readonly permission: Permission
  readonly target: AccessTarget
}

/** An operation without an output just ends. */
type Outcome<T extends AnyOperation> =
  undefined extends Output<T> ? Promise<void> : Promise<Output<T>>

/** Says how an operation of a tenant is done. The types of input and output come from the contract. */
export function implement<T extends AnyOperation>(
  operation: T,
  run: (context: Context<T>) => Outcome<T>,
  manageOf: ((context: Context<T>) => Promise<ManageOf | null>) | null = null,
): Implementation {
  return {
    type: 'tenant',
    operation,
    run: run as (context: Context) => Promise<unknown>,
    manageOf: manageOf as ((context: Context) => Promise<ManageOf | null>) | null,
  }
}

export type OpenAnswer<T extends AnyOperation> = Pick<Answer, 'cookie'> & {
  readonly body: Output<T>
}

/** The same for an operation that opens its own transactions: no caller is known yet. */
export function implementOpen<T extends AnyOperation>(
  operation: T,
  run: (context: OpenContext<T>) => Promise<OpenAnswer<T>>,
): Implementation {
  return {
    type: 'open',
    operation,
    run: async (context) => ({
      status: operation.status,
      ...(await run(context as OpenContext<T>)),
    }),
  }
}
