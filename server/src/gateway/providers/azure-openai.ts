/**
 * Azure's OpenAI: the same format under other addresses. A model's upstream name is its deployment.
 * Without an API version the newer address is used, which names the deployment in the body.
 */
import { baseUrlOf } from './base-url.ts'
import {
  jsonHeaders,
  openaiPaths,
  openaiRouteFor,
  ownBody,
  writeOptions,
} from './openai-compatible.ts'
import type { Provider } from './provider.ts'

export const azureOpenai: Provider = {
  clientGone: 'bill_estimate',
  hasBackground: true,
  routeFor: openaiRouteFor,

  endpoint(context, { entry, model, route }) {
    const base = baseUrlOf(context, entry)
    if (typeof base === 'string') return base
    const apiKey = entry.apiKey()
    const deployment = encodeURIComponent(model.upstreamModel)
    const { apiVersion } = entry.spec
    const prefix =
      typeof apiVersion === 'string' ? `/openai/deployments/${deployment}` : '/openai/v1'
    const query =
      typeof apiVersion === 'string' ? `?api-version=${encodeURIComponent(apiVersion)}` : ''
    return {
      agent: context.agents.guarded,
      origin: base.origin,
      path: `${base.path}${prefix}${openaiPaths[route] ?? ''}${query}`,
      headers: apiKey === null ? jsonHeaders : { ...jsonHeaders, 'api-key': apiKey },
    }
  },

  ownBody: (body, model, route) => ownBody(body, model, route, {}),
  writeOptions: (model) => writeOptions(model, {}),
}
