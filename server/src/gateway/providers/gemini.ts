/** Google's Gemini, with a key of Google AI Studio. The model is in the address and not in the body. */
import { baseUrlOf } from './base-url.ts'
import { jsonHeaders } from './openai-compatible.ts'
import type { Provider } from './provider.ts'

export const gemini: Provider = {
  clientGone: 'bill_estimate',
  routeFor: (route) => (route === 'chat' || route === 'messages' ? 'generate' : null),

  endpoint(context, { entry, model, isStream }) {
    const base = baseUrlOf(context, entry)
    if (typeof base === 'string') return base
    const apiKey = entry.apiKey()
    const method = isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'
    return {
      agent: context.agents.guarded,
      origin: base.origin,
      path: `${base.path}/models/${encodeURIComponent(model.upstreamModel)}:${method}`,
      headers: apiKey === null ? jsonHeaders : { ...jsonHeaders, 'x-goog-api-key': apiKey },
    }
  },

  // No client speaks this format here, so there is no body to pass by.
  ownBody: ({ text }) => text,
  writeOptions: ({ upstreamModel, outputTokensMax }) => ({ upstreamModel, outputTokensMax }),
}
