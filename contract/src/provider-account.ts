/** Accounts at model vendors. The key is written and never read back. */
import { z } from 'zod'
import { resourceOperations } from './resource.ts'

export const providerTypes = ['openai-compatible', 'sandbox'] as const

export const providerAccount = resourceOperations('provider-account', {
  a: 'a provider account',
  spec: {
    provider: z.enum(providerTypes).meta({
      description:
        'openai-compatible: any server that speaks OpenAI’s format. sandbox: the built-in test provider.',
    }),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .meta({
        description: 'Up to and including the version, such as https://api.openai.com/v1.',
      }),
  },
  writeOnly: {
    apiKey: z.string().min(1).max(10_000).optional().meta({
      description: 'The vendor’s key. Encrypted with the tenant’s key, never read back.',
    }),
  },
})
