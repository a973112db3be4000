/**
 * Cohere: chat in its own format, rerank under its own address, and embeddings by its translation of
 * OpenAI's format, which says all that OpenAI's embeddings can.
 */
import { baseUrlOf } from './base-url.ts'
import { openaiHeaders, ownBody } from './openai-compatible.ts'
import type { MeteredRoute, Provider, UpstreamRoute } from './provider.ts'

/** The vendor's own address, which ends with the version; what accounts had before pointed elsewhere. */
const versionedPath = /\/(?:v[12]|compatibility\/v1)$/

const paths: Partial<Readonly<Record<UpstreamRoute, string>>> = {
  cohere_chat: '/v2/chat',
  embeddings: '/compatibility/v1/embeddings',
  rerank: '/v2/rerank',
}

const served: Partial<Readonly<Record<MeteredRoute | 'count_tokens', UpstreamRoute>>> = {
  chat: 'cohere_chat',
  messages: 'cohere_chat',
  embeddings: 'embeddings',
  rerank: 'rerank',
}

export const cohere: Provider = {
  clientGone: 'bill_estimate',
  routeFor: (route) => served[route] ?? null,

  endpoint(context, { entry, route }) {
    const base = baseUrlOf(context, entry)
    if (typeof base === 'string') return base
    const path = base.path.replace(versionedPath, '') + (paths[route] ?? '')
    const headers = openaiHeaders(entry.apiKey())
    return { agent: context.agents.guarded, origin: base.origin, path, headers }
  },

  ownBody: (body, model, route) => ownBody(body, model, route, {}),
  writeOptions: ({ upstreamModel, outputTokensMax }) => ({ upstreamModel, outputTokensMax }),
}
