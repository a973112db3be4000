/** Virtual models: a name that routes to other models. */
import { z } from 'zod'
import { reference } from './fields.ts'
import { resourceOperations } from './resource.ts'

export const targetsMax = 20

const target = z.strictObject({
  model: reference.meta({ description: 'provider-account/model' }),
  weight: z.number().int().min(0).max(1_000).default(1),
})

export const virtualModel = resourceOperations('virtual-model', {
  a: 'a virtual model',
  spec: {
    strategy: z.enum(['priority', 'weighted']),
    targets: z.array(target).min(1).max(targetsMax),
  },
  readAs: {
    targets: z.array(target).meta({
      description: 'Those that the account can reach: a shared virtual model may have others.',
    }),
  },
})
