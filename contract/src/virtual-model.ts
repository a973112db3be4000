/** Virtual models: a name that routes to other models. */
import { fallbackReasons, retriesMax } from '@commonhold/core'
import { z } from 'zod'
import { reference } from './fields.ts'
import { resourceOperations } from './resource.ts'

export const targetsMax = 20
export const timeLimitSecondsMax = 3_600

/** Longer than the longest answer of any known model. */
const outputTokensMax = 10_000_000
const leftOut = 'null: left out of the request.'

const tokens = z.number().int().min(1).max(outputTokensMax)

/** Nothing here makes a token dearer than the price of the model says. */
const overrides = z
  .strictObject({
    temperature: z.number().min(0).max(2).nullable().optional().meta({ description: leftOut }),
    topP: z.number().min(0).max(1).nullable().optional().meta({ description: leftOut }),
    outputTokens: tokens.optional().meta({ description: 'The limit, whatever was asked for.' }),
    outputTokensMax: tokens.optional().meta({
      description: 'The limit where more was asked for, or nothing was.',
    }),
    reasoningEffort: z
      .enum(['minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
      .nullable()
      .optional()
      .meta({ description: leftOut }),
    serviceTier: z
      .enum(['auto', 'default', 'flex'])
      .nullable()
      .optional()
      .meta({ description: leftOut }),
  })
  .meta({
    description:
      'What this target is asked other than the client asked it, in chat, responses and messages. It counts for what is held.',
  })

const seconds = z.number().int().min(1).max(timeLimitSecondsMax)

const target = z.strictObject({
  model: reference.meta({ description: 'provider-account/model' }),
  weight: z.number().int().min(0).max(1_000).default(1),
  overrides: overrides.optional(),
  firstByteSeconds: seconds.optional().meta({
    description: 'How long its answer may take to begin. Absent: ten minutes.',
  }),
  idleSeconds: seconds.optional().meta({
    description: 'How long its answer may pause. Absent: two minutes.',
  }),
})

const fallbackReason = z.union(
  [z.enum(fallbackReasons), z.string().regex(/^[45]\d\d$/)],
  `is a status of a provider, such as "429", or one of ${fallbackReasons.join(', ')}`,
)

export const virtualModel = resourceOperations('virtual-model', {
  a: 'a virtual model',
  spec: {
    strategy: z.enum(['priority', 'weighted', 'latency']).meta({
      description:
        'priority: the first target, the next one when it fails. weighted: spread by weight. latency: the target that answers fastest, as each gateway measures it.',
    }),
    targets: z.array(target).min(1).max(targetsMax),
    sticky: z.enum(['off', 'key', 'principal']).optional().meta({
      description:
        'Which requests go to one and the same target while it works. key: those that say the same in x-commonhold-sticky, prompt_cache_key, user or metadata.user_id. principal: those of one user or virtual account. Absent: off. Not with strategy priority.',
    }),
    retries: z.number().int().min(0).max(retriesMax).optional().meta({
      description:
        'How often a target is asked again before the next one, after a short wait, where its failure may pass. Absent: 0.',
    }),
    fallbackOn: z.array(fallbackReason).max(50).optional().meta({
      description:
        'Which failures go on to the next target, as reasons or statuses. Absent: all but request_refused. Never after the first byte of an answer.',
    }),
    timeLimitSeconds: z.number().int().min(1).max(timeLimitSecondsMax).optional().meta({
      description:
        'How long all attempts together may take until an answer begins. Absent: only each attempt is limited.',
    }),
  },
  readAs: {
    targets: z.array(target).meta({
      description: 'Those that the account can reach: a shared virtual model may have others.',
    }),
  },
})
