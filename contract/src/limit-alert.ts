/** At which parts of a budget or usage limit somebody is told, and who: by mail, by webhook. */
import { z } from 'zod'
import { email, id, reference } from './fields.ts'

export const alertPercentsMax = 10
export const alertMailsMax = 10
export const alertWebhooksMax = 10
/** Limits that begin anew more often than this are told of once in as long, for each percentage. */
export const alertEverySecondsMin = 3_600

const percents = z
  .array(z.number().int().min(1).max(100))
  .min(1)
  .max(alertPercentsMax)
  .transform((list) => [...new Set(list)].sort((a, b) => a - b))
  .meta({
    description:
      'Each is told once in a period: when this part of the limit in force, raises included, is used.',
  })
const toAdmins = z.boolean().meta({
  description:
    'Mail to the admins of the account; of a limit that the tenant has set on it, also to the tenant’s.',
})
const mails = z.array(email).max(alertMailsMax).meta({ description: 'Mail to these addresses.' })
const webhooks = z.array(reference).max(alertWebhooksMax).meta({
  description: 'Names or ids of webhooks of this account.',
})

export const alertsOutput = z
  .object({
    percents: z.array(z.number().int()),
    toAdmins: z.boolean(),
    mails: z.array(z.string()),
    webhooks: z.array(z.object({ id: id('hook'), name: z.string() })),
  })
  .nullable()
  .meta({
    description: 'Null: nobody is told, or whom is the tenant’s business, who set the limit.',
  })

export const alertsInput = z
  .strictObject({
    percents,
    toAdmins: toAdmins.default(true),
    mails: mails.default([]),
    webhooks: webhooks.default([]),
  })
  .nullable()

/** Only what is named changes; null tells nobody any more. */
export const alertsChange = z
  .strictObject({ percents, toAdmins, mails, webhooks })
  .partial()
  .nullable()
