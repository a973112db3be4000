/** Kubernetes clusters. */
import { z } from 'zod'
import { resourceOperations } from './resource.ts'

export const cluster = resourceOperations('cluster', {
  a: 'a cluster',
  spec: {
    region: z.string().max(64).optional(),
    apiServer: z
      .url({ protocol: /^https$/ })
      .max(2_000)
      .optional()
      .meta({
        description: 'Address of the Kubernetes API, https only.',
      }),
  },
})
