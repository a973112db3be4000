/** Prices: immutable versions, in US dollars per million tokens as vendors print them. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const imagePrice = z.strictObject({
  size: z.string().min(1).max(40).optional().meta({ description: 'Such as 1024x1024.' }),
  quality: z.string().min(1).max(40).optional().meta({ description: 'Such as hd.' }),
  perImageUsd: usd,
})

/** Every component is given: free is a declared 0, and unknown is never 0. */
export const priceComponents = z.strictObject({
  inputPerMillionUsd: usd,
  cachedInputPerMillionUsd: usd.optional().meta({ description: 'Absent: as input.' }),
  cacheWritePerMillionUsd: usd.optional().meta({ description: 'Absent: as input.' }),
  outputPerMillionUsd: usd,
  perRequestUsd: usd.optional().meta({ description: 'Absent: 0.' }),
  perCacheHitUsd: usd.optional().meta({
    description: 'An answer from the cache. Absent: answers of the model are never cached.',
  }),
  perImageUsd: usd.optional().meta({
    description: 'Image models: a picture of which imagePrices says no more. Priced by tokens: 0.',
  }),
  imagePrices: z.array(imagePrice).max(50).optional().meta({
    description: 'Image models: by size and quality. The first that fits counts.',
  }),
  perAudioMinuteUsd: usd.optional().meta({
    description: 'Transcription models: a minute of the recording. Priced by tokens: 0.',
  }),
  perMillionCharactersUsd: usd.optional().meta({
    description: 'Speech models: a million characters of the text. Priced by tokens: 0.',
  }),
  perSearchUnitUsd: usd.optional().meta({
    description: 'Rerank models: one search unit. Priced by tokens: 0.',
  }),
  batchPercent: z.number().int().min(0).max(100).optional().meta({
    description: 'What work in a batch costs, in percent of all of this. Absent: 100.',
  }),
})

const priceObject = z.object({
  id: id('prc'),
  kind: z.literal('price'),
  account: id('acct'),
  model: z.string(),
  version: z.number().int(),
  ...priceComponents.shape,
  validFrom: time,
  createdAt: time,
  createdBy: z.string(),
})

const base = '/accounts/{account}/models/{model}/prices'

export const price = {
  object: priceObject,
  create: operation({
    id: 'price.create',
    summary: 'Adds a version to the price of a model, in force from now or from a later time.',
    method: 'POST',
    path: base,
    access: { by: 'permission', permission: 'model:update', on: '{model}' },
    body: priceComponents.extend({
      validFrom: time.optional(),
      confirmImplausible: z.boolean().optional().meta({
        description: 'Accept a price that looks as if it was typed in the wrong unit.',
      }),
    }),
    output: priceObject,
    errors: ['refused_by_rule', 'name_ambiguous'],
  }),
  list: operation({
    id: 'price.list',
    summary: 'Lists the versions of the price of a model.',
    method: 'GET',
    path: base,
    access: { by: 'permission', permission: 'model:read', on: '{model}' },
    query: listQuery(['version'], {}),
    output: listOf(priceObject),
    errors: ['invalid_cursor', 'name_ambiguous'],
  }),
}
