/**
 * Any server that speaks OpenAI's format: bodies of clients that speak it as well pass through with the
 * model's name replaced, and with a usage asked for in every stream. Vendors of which it is known how
 * they differ have a name of their own (docs/providers/openai-compatible.md).
 */
import { editedForm } from '../admission/form-body.ts'
import { editedBody, isObject, type JsonBody } from '../admission/json-body.ts'
import { refuseFields } from '../admission/unpriced.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { askedInstead, isWrittenForm } from '../wire/openai-units/transcript.ts'
import { baseUrlOf } from './base-url.ts'
import type { MeteredRoute, Provider, UpstreamRoute } from './provider.ts'
import { type Quirks, quirksOf } from './quirks.ts'

export const openaiPaths: Partial<Readonly<Record<UpstreamRoute, string>>> = {
  chat: '/chat/completions',
  responses: '/responses',
  embeddings: '/embeddings',
  moderations: '/moderations',
  images: '/images/generations',
  image_edits: '/images/edits',
  image_variations: '/images/variations',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
  rerank: '/rerank',
  files: '/files',
  batches: '/batches',
  base: '',
}

/** Which of this format's routes serves a client's. */
export function openaiRouteFor(route: MeteredRoute | 'count_tokens'): UpstreamRoute | null {
  if (route === 'messages') return 'chat'
  return route === 'count_tokens' ? null : route
}

/** @param name as in a provider account */
export function openaiCompatible(name: string): Provider {
  const quirks = quirksOf(name)
  return {
    clientGone: 'bill_estimate',
    hasBatches: true,
    hasBackground: true,
    routeFor: openaiRouteFor,

    endpoint(context, { entry, route }) {
      const base = baseUrlOf(context, entry)
      if (typeof base === 'string') return base
      const headers = openaiHeaders(entry.apiKey())
      const { rerankPath } = quirks
      const at =
        route === 'rerank' && rerankPath !== undefined
          ? { origin: base.origin, path: rerankPath }
          : { origin: base.origin, path: base.path + (openaiPaths[route] ?? '') }
      return { agent: context.agents.guarded, headers, ...at }
    },

    ownBody: (body, model, route) => ownBody(body, model, route, quirks),
    writeOptions: (model) => writeOptions(model, quirks),
  }
}

/** The built-in sandbox: the same wire, its own listener, and any key; one for each tenant. */
export const sandbox: Provider = {
  clientGone: 'bill_estimate',
  hasBatches: true,
  hasBackground: true,
  routeFor: openaiRouteFor,

  endpoint({ agents, sandboxUrl }, { tenantId, route }) {
    if (sandboxUrl === null) return 'The sandbox is switched off in this deployment.'
    const base = baseUrlOf({ allowPrivate: true }, { baseUrl: sandboxUrl, provider: 'sandbox' })
    if (typeof base === 'string') return base
    const headers = openaiHeaders(`sandbox-${tenantId}`)
    const path = base.path + (openaiPaths[route] ?? '')
    return { agent: agents.sandbox, origin: base.origin, path, headers }
  },

  ownBody: (body, model, route) => ownBody(body, model, route, {}),
  writeOptions: (model) => writeOptions(model, {}),
}

export const jsonHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'user-agent': 'commonhold',
}

export function openaiHeaders(apiKey: string | null): Readonly<Record<string, string>> {
  return apiKey === null ? jsonHeaders : { ...jsonHeaders, authorization: `Bearer ${apiKey}` }
}

export function ownBody(
  body: JsonBody,
  model: ModelEntry,
  route: UpstreamRoute,
  quirks: Quirks,
): string | Buffer {
  refuseFields(body, quirks.unpriced)
  if (body.form !== undefined) {
    const { response_format: format } = body.value
    const edits = new Map([['model', model.upstreamModel]])
    if (isWrittenForm(format)) edits.set('response_format', askedInstead[format])
    return editedForm(body.form, edits)
  }
  const edits = new Map([['model', JSON.stringify(model.upstreamModel)]])
  const { stream, stream_options: options } = body.value
  if (route === 'chat' && stream === true && quirks.hasStreamOptions !== false) {
    const given = isObject(options) ? options : {}
    edits.set('stream_options', JSON.stringify({ ...given, include_usage: true }))
  }
  // What is not said means true there: docs/providers/openai.md
  if (route === 'responses') edits.set('store', 'false')
  return editedBody(body, edits)
}

export function writeOptions(model: ModelEntry, quirks: Quirks) {
  const { upstreamModel, outputTokensMax } = model
  const { hasMaxCompletionTokens = true, hasTopK = false } = quirks
  return { upstreamModel, outputTokensMax, hasMaxCompletionTokens, hasTopK }
}
