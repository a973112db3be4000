/** Accounts at model vendors. Their keys are written and never read back. */
import { z } from 'zod'
import { providerTypes } from './provider-preset.ts'
import { resourceOperations } from './resource.ts'

/** The fields that are secrets, by which each is stored. */
export const providerSecrets = [
  'apiKey',
  'secretAccessKey',
  'sessionToken',
  'serviceAccountKey',
] as const

export type ProviderSecret = (typeof providerSecrets)[number]

const secret = (description: string) =>
  z
    .string()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: `${description} Encrypted with the tenant’s key, never read back.` })

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
    region: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/)
      .optional()
      .meta({
        description:
          'bedrock and vertex alone: where the models run, such as us-east-1 or europe-west4. vertex takes global, us and eu as well.',
      }),
    project: z
      .string()
      .regex(/^[a-z0-9][a-z0-9:.-]{0,98}[a-z0-9]$/)
      .optional()
      .meta({
        description:
          'vertex alone: the Google Cloud project. Absent: the one that the service account’s key names.',
      }),
    accessKeyId: z
      .string()
      .regex(/^[A-Za-z0-9]{16,128}$/)
      .optional()
      .meta({
        description: 'bedrock alone, with secretAccessKey: signs requests. Absent: apiKey is used.',
      }),
  },
  writeOnly: {
    apiKey: secret('The vendor’s key.'),
    secretAccessKey: secret('bedrock alone: the secret of accessKeyId.'),
    sessionToken: secret('bedrock alone: the session token of temporary credentials.'),
    serviceAccountKey: secret('vertex alone: a service account’s key, the whole JSON file.'),
  },
})
