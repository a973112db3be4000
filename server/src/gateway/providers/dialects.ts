/** Which format a route speaks, on the client's side and on a provider's. */
import { anthropicMessages } from '../wire/anthropic-messages/index.ts'
import { bedrockConverse } from '../wire/bedrock-converse/index.ts'
import { cohereChat } from '../wire/cohere-chat/index.ts'
import type { ClientWire, PassingWire, ProviderWire } from '../wire/dialect.ts'
import { geminiGenerate } from '../wire/gemini-generate/index.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { openaiResponses } from '../wire/openai-responses/index.ts'
import { openaiUnits } from '../wire/openai-units/index.ts'
import type { MeteredRoute, UpstreamRoute } from './provider.ts'

/** Errors and usage of embeddings and moderations are as those of chat. */
const passing: Readonly<Record<MeteredRoute, PassingWire>> = {
  chat: openaiChat,
  messages: anthropicMessages,
  responses: openaiResponses,
  embeddings: openaiChat,
  moderations: openaiChat,
  images: openaiUnits,
  image_edits: openaiUnits,
  image_variations: openaiUnits,
  speech: openaiUnits,
  transcriptions: openaiUnits,
  translations: openaiUnits,
  rerank: openaiUnits,
}

const clients: Partial<Readonly<Record<MeteredRoute, ClientWire>>> = {
  chat: openaiChat,
  messages: anthropicMessages,
}

const providers: Partial<Readonly<Record<UpstreamRoute, ProviderWire>>> = {
  chat: openaiChat,
  messages: anthropicMessages,
  generate: geminiGenerate,
  converse: bedrockConverse,
  cohere_chat: cohereChat,
}

/** For a client and a provider of the same format. */
export function passingWire(route: MeteredRoute): PassingWire {
  return passing[route]
}

/** @returns the two sides of a translation, or null where there is none */
export function translation(
  route: MeteredRoute,
  upstream: UpstreamRoute,
): { readonly client: ClientWire; readonly provider: ProviderWire } | null {
  const client = clients[route]
  const provider = providers[upstream]
  return client && provider ? { client, provider } : null
}
