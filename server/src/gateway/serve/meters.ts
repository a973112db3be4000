/**
 * What each route that can spend is metered by: which models serve it, how its body is read, what it may
 * use at most, and what of it can't be priced. A route that is not in here can't be served.
 */
import type { UsageBounds } from '@commonhold/core'
import { chatBounds, embeddingBounds } from '../admission/bounds.ts'
import type { JsonBody, JsonObject } from '../admission/json-body.ts'
import { messagesBounds, refuseUnpricedMessages } from '../admission/message-bounds.ts'
import { refuseUnpricedResponses, responsesBounds } from '../admission/response-bounds.ts'
import {
  imageBounds,
  moderationBounds,
  rerankBounds,
  speechBounds,
  transcriptionBounds,
} from '../admission/unit-bounds.ts'
import { refuseUnpricedChat } from '../admission/unpriced.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import {
  estimateChatInput,
  estimateEmbeddingInput,
  estimateMessagesInput,
  estimateResponsesInput,
} from '../wire/estimate.ts'

export interface Meter {
  /** The type of the models that serve it. */
  readonly modelType: string
  /** What they serve, in a sentence. */
  readonly serves: string
  readonly isForm: boolean
  /** Whether there is output to be counted, where the provider told no usage. */
  readonly hasOutput: boolean
  /** @throws Failure invalid_request */
  bounds(body: JsonBody, bodyBytes: number, model: ModelEntry): UsageBounds
  /** @throws Failure invalid_request that names what can't be priced */
  refuse?(body: JsonBody): void
  /** Our own count of the input, where the provider told none. */
  estimateInput(body: JsonObject): Promise<number>
}

const chat = { modelType: 'chat', serves: 'chat', isForm: false, hasOutput: true } as const
/** Without a usage of the provider's own, these are billed at what they may have used at most. */
const byUnits = { isForm: false, hasOutput: true, estimateInput: async () => 0 } as const
const images = { ...byUnits, modelType: 'image', serves: 'images', bounds: imageBounds } as const
const audio = {
  ...byUnits,
  isForm: true,
  modelType: 'transcription',
  serves: 'transcriptions',
  bounds: transcriptionBounds,
} as const

export const meters: Readonly<Record<MeteredRoute, Meter>> = {
  chat: {
    ...chat,
    bounds: chatBounds,
    refuse: refuseUnpricedChat,
    estimateInput: estimateChatInput,
  },
  messages: {
    ...chat,
    bounds: messagesBounds,
    refuse: refuseUnpricedMessages,
    estimateInput: estimateMessagesInput,
  },
  responses: {
    ...chat,
    bounds: responsesBounds,
    refuse: refuseUnpricedResponses,
    estimateInput: estimateResponsesInput,
  },
  embeddings: {
    ...chat,
    modelType: 'embedding',
    serves: 'embeddings',
    hasOutput: false,
    bounds: embeddingBounds,
    estimateInput: estimateEmbeddingInput,
  },
  moderations: {
    ...chat,
    modelType: 'moderation',
    serves: 'moderations',
    hasOutput: false,
    bounds: moderationBounds,
    estimateInput: estimateEmbeddingInput,
  },
  images,
  image_edits: { ...images, isForm: true },
  image_variations: { ...images, isForm: true },
  speech: { ...byUnits, modelType: 'speech', serves: 'speech', bounds: speechBounds },
  transcriptions: audio,
  translations: audio,
  rerank: {
    ...byUnits,
    modelType: 'rerank',
    serves: 'rerank',
    hasOutput: false,
    bounds: rerankBounds,
  },
}
