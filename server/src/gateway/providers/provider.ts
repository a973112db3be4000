/** What differs between vendors. One file for each; adding one: docs/guides/add-a-provider.md */
import type { TenantId } from '@commonhold/core'
import type { Dispatcher } from 'undici'
import type { JsonBody } from '../admission/json-body.ts'
import type { ModelEntry, ProviderEntry } from '../snapshot/entries.ts'
import type { UpstreamAgents } from '../upstream/agents.ts'
import type { WriteOptions } from '../wire/dialect.ts'

/** What a client's route spends by. */
export type MeteredRoute =
  | 'chat'
  | 'messages'
  | 'responses'
  | 'embeddings'
  | 'moderations'
  | 'images'
  | 'image_edits'
  | 'image_variations'
  | 'speech'
  | 'transcriptions'
  | 'translations'
  | 'rerank'

/** What a provider is called by. Of the routes for chat each provider has one, and all serve all. */
export type UpstreamRoute =
  | MeteredRoute
  | 'count_tokens'
  | 'generate'
  | 'cohere_chat'
  | 'converse'
  | 'files'
  | 'batches'
  | 'base'

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
  /** @returns headers that depend on what is sent: a signature. Asked for once the body is as it goes out */
  sign?(body: string | Buffer): Promise<Readonly<Record<string, string>>>
  /** What of this must not be told on; the account's API key, where nothing else is said. */
  readonly secrets?: readonly string[]
}

export interface ProviderContext {
  readonly agents: UpstreamAgents
  readonly sandboxUrl: string | null
  readonly allowPrivate: boolean
}

/** One call, as far as its address and its headers depend on it. */
export interface UpstreamCall {
  readonly entry: ProviderEntry
  readonly model: ModelEntry
  readonly tenantId: TenantId
  readonly route: UpstreamRoute
  readonly isStream: boolean
  /** What the client sent under this name, or null. */
  header(name: string): string | null
}

export interface Provider {
  /** It takes files and batches as OpenAI does. */
  readonly hasBatches?: true
  /** It takes responses in the background, and keeps them, as OpenAI does. */
  readonly hasBackground?: true
  readonly clientGone: ClientGonePolicy
  /**
   * @param upstreamModel of which the route may depend, where a provider has models of several makers
   * @returns by which of its own routes it serves a client's, or null where it can't
   */
  routeFor(route: MeteredRoute | 'count_tokens', upstreamModel: string): UpstreamRoute | null
  /**
   * @returns where to send it, or a sentence that says why it can't be sent
   * @throws Failure invalid_request where the call asks for what may not be passed on
   */
  endpoint(
    context: ProviderContext,
    call: UpstreamCall,
  ): Endpoint | string | Promise<Endpoint | string>
  /** @returns the body of a client that speaks the provider's own format, as the provider takes it */
  ownBody(body: JsonBody, model: ModelEntry, route: UpstreamRoute): string | Buffer
  /** How to write a body that is translated. */
  writeOptions(model: ModelEntry): WriteOptions
}
