/** Models of a provider account. On the wire: `provider-account/model`. */
import { z } from 'zod'
import { priceComponents } from './price.ts'
import { resourceOperations } from './resource.ts'

export const modelTypes = [
  'chat',
  'embedding',
  'moderation',
  'image',
  'speech',
  'transcription',
  'rerank',
] as const

export const model = resourceOperations('model', {
  a: 'a model',
  spec: {
    upstreamModel: z.string().min(1).max(200).meta({ description: 'What the vendor calls it.' }),
    type: z.enum(modelTypes),
    contextTokensMax: z.number().int().min(1).max(100_000_000),
    outputTokensMax: z.number().int().min(0).max(100_000_000).meta({
      description:
        'The most that one answer can have: what is held when the caller gives no max_tokens.',
    }),
    audioSecondsMax: z.number().int().min(1).max(86_400).optional().meta({
      description:
        'Transcription models: the longest recording that the vendor takes. It bounds what is held for a file whose length can not be told from its bytes.',
    }),
  },
  writeOnly: {
    price: priceComponents.optional().meta({
      description: 'The first price version. Without a price no budgeted caller may use the model.',
    }),
  },
})
