/** Which format a route speaks, on the client's side and on a provider's. */
import { anthropicMessages } from '../wire/anthropic-messages/index.ts'
import type { Dialect, ProviderWire } from '../wire/dialect.ts'
import { geminiGenerate } from '../wire/gemini-generate/index.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import type { MeteredRoute, UpstreamRoute } from './provider.ts'

/** OpenAI's, where a route has none of its own: errors and usage are the same in all of its formats. */
const clients: Readonly<Record<MeteredRoute, Dialect>> = {
  chat: openaiChat,
  messages: anthropicMessages,
  embeddings: openaiChat,
}

const providers: Readonly<Record<UpstreamRoute, ProviderWire>> = {
  ...clients,
  count_tokens: anthropicMessages,
  generate: geminiGenerate,
}

export function clientDialect(route: MeteredRoute): Dialect {
  return clients[route]
}

export function providerWire(route: UpstreamRoute): ProviderWire {
  return providers[route]
}
