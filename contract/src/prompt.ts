/** Prompts: immutable versions, and labels that point at one of them. */
import { z } from 'zod'
import { operation } from './define.ts'
import { description, id, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'
import { resourceOperations } from './resource.ts'

export const messagesMax = 100
export const messageLettersMax = 200_000

const content = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['system', 'user', 'assistant']),
        content: z.string().max(messageLettersMax),
      }),
    )
    .min(1)
    .max(messagesMax),
  model: z.string().max(200).optional(),
  parameters: z.record(z.string().max(64), z.json()).optional(),
})

const version = z.object({
  prompt: id('prm'),
  version: z.number().int(),
  content,
  note: z.string(),
  labels: z.array(z.string()),
  createdAt: time,
  createdBy: z.string(),
})

const one = '/accounts/{account}/prompts/{prompt}'
const read = { by: 'permission', permission: 'prompt:read', on: '{prompt}' } as const
const update = { by: 'permission', permission: 'prompt:update', on: '{prompt}' } as const

export const prompt = resourceOperations('prompt', {
  a: 'a prompt',
  spec: { description: description.optional() },
})

export const promptVersion = {
  object: version,
  create: operation({
    id: 'prompt-version.create',
    summary: 'Adds a version to a prompt. A version never changes again.',
    method: 'POST',
    path: `${one}/versions`,
    access: update,
    body: z.strictObject({ content, note: description.optional() }),
    output: version,
  }),
  list: operation({
    id: 'prompt-version.list',
    summary: 'Lists the versions of a prompt.',
    method: 'GET',
    path: `${one}/versions`,
    access: read,
    query: listQuery(['version'], {}),
    output: listOf(version),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'prompt-version.get',
    summary: 'Reads one version of a prompt, by its number or by a label.',
    method: 'GET',
    path: `${one}/versions/{version}`,
    access: read,
    query: z.strictObject({}),
    output: version,
  }),
  label: operation({
    id: 'prompt-version.label',
    summary: 'Points a label at a version.',
    method: 'PUT',
    path: `${one}/labels/{label}`,
    access: update,
    body: z.strictObject({ version: z.number().int().min(1) }),
    output: version,
    errors: ['refused_by_rule'],
  }),
  unlabel: operation({
    id: 'prompt-version.unlabel',
    summary: 'Removes a label from a prompt.',
    method: 'DELETE',
    path: `${one}/labels/{label}`,
    access: update,
    errors: ['refused_by_rule'],
  }),
}
