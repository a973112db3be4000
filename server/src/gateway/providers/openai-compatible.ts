/**
 * Any server that speaks OpenAI's format, which is also the format of the gateway's own callers: bodies
 * pass through with the model's name replaced, and with a usage asked for in every stream.
 */
import type { TenantId } from '@commonhold/core'
import { checkUpstreamUrl } from '../../outgoing/ssrf-guard.ts'
import { editedBody, isObject, type JsonBody } from '../admission/json-body.ts'
import type { ModelEntry, ProviderEntry } from '../snapshot/entries.ts'
import type { Endpoint, MeteredRoute, Provider, ProviderContext } from './provider.ts'

const paths: Readonly<Record<MeteredRoute, string>> = {
  chat: '/chat/completions',
  embeddings: '/embeddings',
}

export const openaiCompatible: Provider = {
  clientGone: 'bill_estimate',

  endpoint(context, entry, _tenantId, route) {
    if (entry.baseUrl === null) return 'The provider account has no base URL.'
    const problem = checkUpstreamUrl(entry.baseUrl, { allowPrivate: context.allowPrivate })
    if (problem !== null) return `The base URL of the provider account can't be used. ${problem}`
    return endpointAt(entry.baseUrl, route, entry.apiKey(), context.agents.guarded)
  },

  requestBody(body, model, route) {
    const edits = new Map([['model', JSON.stringify(model.upstreamModel)]])
    if (route === 'chat' && body.value.stream === true) {
      const given = isObject(body.value.stream_options) ? body.value.stream_options : {}
      edits.set('stream_options', JSON.stringify({ ...given, include_usage: true }))
    }
    return editedBody(body, edits)
  },
}

/** The built-in sandbox: the same wire, its own listener, and any key; one for each tenant. */
export const sandbox: Provider = {
  clientGone: 'bill_estimate',

  endpoint(
    { agents, sandboxUrl }: ProviderContext,
    _entry: ProviderEntry,
    tenantId: TenantId,
    route: MeteredRoute,
  ) {
    if (sandboxUrl === null) return 'The sandbox is switched off in this deployment.'
    return endpointAt(sandboxUrl, route, `sandbox-${tenantId}`, agents.sandbox)
  },

  requestBody: (body: JsonBody, model: ModelEntry, route: MeteredRoute) =>
    openaiCompatible.requestBody(body, model, route),
}

const parsedUrls = new Map<string, URL>()
const parsedUrlsMax = 10_000

function endpointAt(
  baseUrl: string,
  route: MeteredRoute,
  apiKey: string | null,
  agent: Endpoint['agent'],
): Endpoint {
  let url = parsedUrls.get(baseUrl)
  if (!url) {
    url = new URL(baseUrl)
    if (parsedUrls.size >= parsedUrlsMax) parsedUrls.clear()
    parsedUrls.set(baseUrl, url)
  }
  return {
    agent,
    origin: url.origin,
    path: url.pathname.replace(/\/+$/, '') + paths[route],
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'user-agent': 'commonhold',
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
  }
}
