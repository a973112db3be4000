/** What differs between vendors. One file for each wire format; adding one: docs/guides/add-a-provider.md */
import type { TenantId } from '@commonhold/core'
import type { Dispatcher } from 'undici'
import type { JsonBody } from '../admission/json-body.ts'
import type { ModelEntry, ProviderEntry } from '../snapshot/entries.ts'
import type { UpstreamAgents } from '../upstream/agents.ts'

export type MeteredRoute = 'chat' | 'embeddings'

/**
 * What a call is billed whose client left (case T59: both readings are in use, so it is a declared
 * choice of each provider and not an accident). The call to the provider is aborted in any case.
 */
export type ClientGonePolicy =
  /** The input and what was streamed: providers charge for both. */
  | 'bill_estimate'
  /** The same, but nothing where no output came yet. */
  | 'bill_estimate_after_output'

export interface Endpoint {
  readonly agent: Dispatcher
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface ProviderContext {
  readonly agents: UpstreamAgents
  readonly sandboxUrl: string | null
  readonly allowPrivate: boolean
}

export interface Provider {
  readonly clientGone: ClientGonePolicy
  /** @returns where to send it, or a sentence that says why it can't be sent */
  endpoint(
    context: ProviderContext,
    entry: ProviderEntry,
    tenantId: TenantId,
    route: MeteredRoute,
  ): Endpoint | string
  /** @returns the body as this provider takes it */
  requestBody(body: JsonBody, model: ModelEntry, route: MeteredRoute): string
}
