/** One call that can spend, from its first attempt to its last. */
import type { Id } from '@commonhold/core'
import type { JsonBody } from '../admission/json-body.ts'
import type { GatewayCall } from '../call/call.ts'
import type { Failure } from '../call/failure.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import type { Relay } from '../upstream/relay.ts'

/** What all attempts of one call share. */
export interface MeteredCall {
  readonly call: GatewayCall
  readonly route: MeteredRoute
  readonly body: JsonBody
  readonly bodyBytes: number
  /** The virtual model that the request named, if it named one. */
  readonly virtualModelId: Id<'vmdl'> | null
  /** A UUID, which groups the attempts. */
  readonly requestId: string
  /** Why the call may not go on, since somebody ended it. */
  endedBy: Failure | null
  /** The attempt that runs, so that it can be ended. */
  relay: Relay | null
  /** Ends the wait between two attempts. */
  wake: (() => void) | null
  /** What serves it now: of a virtual model, the one behind it. */
  model: ModelEntry | null
  attempts: number
  /** When the provider's answer to the last attempt began (performance.now()); 0 where it did not. */
  headAtMs: number
  /** A request is counted once, however many attempts it takes. */
  isCounted: boolean
  /** How much output the attempt may have, where that is less than was asked for (serve/shorten.ts). */
  shortenedTo: number | null
}
