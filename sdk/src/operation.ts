/** The shapes that the generated files and the client share. */
import type { AccessChange, Change, Loss } from './types.generated.ts'

export interface OperationEntry {
  readonly noun: string
  readonly verb: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `{parameters}`, from the root of the server. */
  readonly path: string
  /** Name in the SDK → name in the path. */
  readonly params: Readonly<Record<string, string>>
  readonly query: readonly string[]
  readonly body: boolean
  readonly status: number
  /** Changes nothing, so that it may be repeated. */
  readonly safe: boolean
  /** Takes an Idempotency-Key, so that it may be repeated with the same one. */
  readonly idempotencyKey: boolean
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** For the whole call, retries included. Default: `callMsMax` of the client. */
  readonly timeoutMs?: number | undefined
}

export interface MutationOptions extends CallOptions {
  /** Made for each creation if absent; give one to repeat a call that may have happened. */
  readonly idempotencyKey?: string | undefined
  /** The revision that was read: if it has changed since, the call is refused (412). */
  readonly ifMatch?: number | undefined
  readonly dryRun?: false | undefined
}

export interface DryRunOptions extends Omit<MutationOptions, 'dryRun'> {
  /** Answers what would change and be lost; writes nothing. */
  readonly dryRun: true
}

/** What a change would do. Nothing was written. */
export interface DryRun<Result> {
  readonly dryRun: true
  readonly changes: readonly Change[]
  readonly lost: readonly Loss[]
  /** Who would lose and gain which access; null for a change that touches nobody’s. */
  readonly access: AccessChange | null
  /** What the call would have answered, as far as that can be known. */
  readonly result?: Result | null
}
