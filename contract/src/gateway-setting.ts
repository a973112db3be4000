/** What the gateway does for an account besides calling models: a log of requests, a cache of answers. */
import { fieldPathStepsMax, parseFieldPath } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { id } from './fields.ts'

export const requestLogModes = ['off', 'metadata', 'full'] as const
export const retentionDaysMin = 1
export const retentionDaysMax = 365
export const retentionDaysDefault = 30
export const cacheTtlSecondsMax = 86_400
export const redactedFieldsMax = 50
export const fieldPathLettersMax = 200

const fieldPath = z
  .string()
  .min(1)
  .max(fieldPathLettersMax)
  .refine(
    (path) => parseFieldPath(path) !== null,
    `is a path of at most ${fieldPathStepsMax} steps, such as "messages[*].content", "user" or "**.password"; "**" once at most, and not at the end`,
  )
  .meta({ description: 'The path of a JSON field: names, `*`, `[*]`, `[0]`, and `**` once.' })

const redact = z.strictObject({
  emails: z.boolean().meta({ description: 'E-mail addresses.' }),
  cardNumbers: z.boolean().meta({ description: 'Card numbers, by their check digit.' }),
  keys: z.boolean().meta({ description: 'Bearer tokens and keys of the usual vendors.' }),
  fields: z.array(fieldPath).max(redactedFieldsMax),
})

const requestLog = z.strictObject({
  mode: z.enum(requestLogModes).meta({
    description:
      'off keeps nothing; metadata who called what and how it went; full the bodies as well.',
  }),
  retentionDays: z.number().int().min(retentionDaysMin).max(retentionDaysMax),
  redact,
})

const cache = z.strictObject({
  mode: z.enum(['off', 'on-request']).meta({
    description:
      'on-request answers a request that sends `x-commonhold-cache: use` with what the same one was answered before.',
  }),
  ttlSeconds: z.number().int().min(1).max(cacheTtlSecondsMax),
})

const object = z.object({
  kind: z.literal('gateway-setting'),
  account: id('acct'),
  requestLog: requestLog.extend({ redact: redact.extend({ fields: z.array(z.string()) }) }),
  cache,
  revision: z.number().int(),
})

const path = '/accounts/{account}/gateway-settings'

export const gatewaySetting = {
  object,
  get: operation({
    id: 'gateway-setting.get',
    summary: 'Reads what the gateway keeps of the account’s requests and answers.',
    method: 'GET',
    path,
    access: { by: 'permission', permission: 'account:read', on: 'account' },
    output: object,
  }),
  update: operation({
    id: 'gateway-setting.update',
    summary: 'Changes what the gateway keeps of the account’s requests and answers, at once.',
    method: 'PATCH',
    path,
    access: { by: 'permission', permission: 'account:manage', on: 'account' },
    body: z
      .strictObject({
        requestLog: requestLog.extend({ redact: redact.partial() }).partial(),
        cache: cache.partial(),
      })
      .partial(),
    output: object,
    errors: ['revision_mismatch'],
  }),
}
