/**
 * Webhooks: addresses of an account that are told of things, in messages signed as the Standard
 * Webhooks specification says (https://www.standardwebhooks.com). An address may be a credential
 * itself, so only who may manage the account sees it; whoever reads the account sees the rest.
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, name, objectFields, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

export const webhookAddressLettersMax = 2_000
export const webhookOverlapSecondsMax = 7 * 86_400
export const webhookOverlapSecondsDefault = 86_400
export const webhooksMax = 50

export const webhookEvents = ['budget.threshold', 'usage-limit.threshold', 'webhook.test'] as const

const delivery = z.object({
  id: id('dlv').meta({ description: 'The header webhook-id: the same in every attempt.' }),
  webhook: z.object({ id: id('hook'), name: z.string() }),
  event: z.enum(webhookEvents),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.number().int(),
  createdAt: time,
  nextTryAt: time.nullable(),
  lastTry: z
    .object({
      at: time,
      status: z.number().int().nullable().meta({ description: 'Null: there was no answer.' }),
      error: z.string().nullable().meta({ description: 'Null: it was taken.' }),
    })
    .nullable(),
})

const object = z.object({
  id: id('hook'),
  ...objectFields,
  address: z.string().nullable().meta({
    description: 'Null for whoever may not manage the account: it may be a credential itself.',
  }),
  previousSecretUntil: time.nullable().meta({
    description: 'While a rotation overlaps: until when messages are signed with both secrets.',
  }),
  lastDelivery: delivery.nullable(),
})

const withSecret = object.extend({
  secret: z.string().meta({ description: 'Signs the messages. Shown once, kept encrypted.' }),
})

const address = z.string().min(1).max(webhookAddressLettersMax).meta({
  description:
    'https. Where the operator allows private addresses, http too. Redirects are not followed.',
})

const read = { by: 'permission', permission: 'account:read', on: 'account' } as const
const manage = { by: 'permission', permission: 'account:manage', on: 'account' } as const
const base = '/accounts/{account}/webhooks'
const one = `${base}/{webhook}` as const

export const webhook = {
  object,
  create: operation({
    id: 'webhook.create',
    summary: 'Creates a webhook; the secret that signs its messages is in this answer alone.',
    method: 'POST',
    path: base,
    access: manage,
    body: z.strictObject({ name, displayName: displayName.optional(), address }),
    output: withSecret,
    secret: true,
    errors: ['name_taken', 'unsafe_url', 'refused_by_rule'],
  }),
  list: operation({
    id: 'webhook.list',
    summary: 'Lists the account’s webhooks, each with how its last delivery went.',
    method: 'GET',
    path: base,
    access: read,
    query: listQuery(['name', 'createdAt'], {}),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'webhook.get',
    summary: 'Reads a webhook, without its secret.',
    method: 'GET',
    path: one,
    access: read,
    output: object,
  }),
  update: operation({
    id: 'webhook.update',
    summary: 'Changes the named fields of a webhook.',
    method: 'PATCH',
    path: one,
    access: manage,
    body: z.strictObject({ name, displayName, address }).partial(),
    output: object,
    errors: ['name_taken', 'revision_mismatch', 'unsafe_url'],
  }),
  rotate: operation({
    id: 'webhook.rotate',
    summary: 'Gives a webhook a new secret; messages carry both signatures for the overlap.',
    method: 'POST',
    path: `${one}:rotate`,
    access: manage,
    body: z.strictObject({
      overlapSeconds: z
        .number()
        .int()
        .min(0)
        .max(webhookOverlapSecondsMax)
        .default(webhookOverlapSecondsDefault)
        .meta({ description: 'How long the old secret goes on signing beside it, in seconds.' }),
    }),
    output: withSecret,
    secret: true,
  }),
  test: operation({
    id: 'webhook.test',
    summary: 'Sends a test message to a webhook, as any other is sent.',
    method: 'POST',
    path: `${one}:test`,
    access: manage,
    output: delivery,
  }),
  delete: operation({
    id: 'webhook.delete',
    summary: 'Deletes a webhook, and what waits to be sent to it.',
    method: 'DELETE',
    path: one,
    access: manage,
    errors: ['revision_mismatch'],
  }),
}

const deliveries = `${one}/deliveries` as const

export const webhookDelivery = {
  object: delivery,
  list: operation({
    id: 'webhook-delivery.list',
    summary: 'Lists what was sent to a webhook and how it went, the latest first.',
    method: 'GET',
    path: deliveries,
    access: read,
    query: listQuery(['-createdAt'], {}),
    output: listOf(delivery),
    errors: ['invalid_cursor'],
  }),
  replay: operation({
    id: 'webhook-delivery.replay',
    summary: 'Sends a message to a webhook once more, with the id that it had.',
    method: 'POST',
    path: `${deliveries}/{webhook-delivery}:replay`,
    access: manage,
    output: delivery,
    errors: ['wrong_state'],
  }),
}
