/** Accounts at model vendors. The key is written and never read back. */
import { z } from 'zod'
import { providerTypes } from './provider-preset.ts'
import { resourceOperations } from './resource.ts'

export const providerAccount = resourceOperations('provider-account', {
  a: 'a provider account',
  spec: {
    provider: z.enum(providerTypes).meta({
      description:
        'The vendor. openai-compatible: any other server that speaks OpenAI’s format. sandbox: the built-in test provider.',
    }),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .meta({
        description:
          'Up to and including the version, such as https://api.openai.com/v1. Absent: the vendor’s own, where it has one.',
      }),
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/)
      .optional()
      .meta({
        description:
          'azure-openai alone, such as 2024-10-21. Absent: the newer address, which needs none.',
      }),
  },
  writeOnly: {
    apiKey: z.string().min(1).max(10_000).optional().meta({
      description: 'The vendor’s key. Encrypted with the tenant’s key, never read back.',
    }),
  },
})
