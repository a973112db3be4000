/** Which format a route speaks, on the client's side as on a provider's. */
import { anthropicMessages } from '../wire/anthropic-messages/index.ts'
import type { Dialect } from '../wire/dialect.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import type { UpstreamRoute } from './provider.ts'

const dialects: Partial<Readonly<Record<UpstreamRoute, Dialect>>> = {
  chat: openaiChat,
  messages: anthropicMessages,
  count_tokens: anthropicMessages,
}

/** OpenAI's, where a route has none of its own: its errors and its usage are the same in all of them. */
export function dialectOf(route: UpstreamRoute): Dialect {
  return dialects[route] ?? openaiChat
}
