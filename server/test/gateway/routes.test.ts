/**
 * Every route of the gateway, and that none of them can spend past its meter: with a budget of one nano
 * nothing is served by any. A new route fails here until it is metered, or is named as one that costs nothing.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MeteredRoute } from '../../src/gateway/providers/provider.ts'
import { routes } from '../../src/gateway/routes.ts'
import { meters } from '../../src/gateway/serve/meters.ts'
import { toneOf } from '../../src/sandbox/audio.ts'
import { type Stack, settledSnapshot, startStack } from './support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

/** They ask nobody who charges, or what is asked is free everywhere. */
const costNothing = [
  'POST /v1/messages/count_tokens',
  'GET /v1/models',
  'GET /v1/models/*',
  'GET /v1/key',
  'POST /v1/files',
  'GET /v1/files',
  'GET /v1/files/*',
  'DELETE /v1/files/*',
  'GET /v1/batches',
  'GET /v1/batches/*',
  'POST /v1/batches/*',
  'GET /v1/responses/*',
  'POST /v1/responses/*',
  'DELETE /v1/responses/*',
]

const ownWay: ReadonlySet<string> = new Set(['batch', 'none'])

const price = {
  inputPerMillionUsd: '1',
  outputPerMillionUsd: '1',
  perImageUsd: '1',
  perMillionCharactersUsd: '1',
  perAudioMinuteUsd: '1',
  perSearchUnitUsd: '1',
}

const messages = [{ role: 'user', content: 'x' }]
const picture = { image: new Blob(['x'], { type: 'image/png' }), prompt: 'x' }
const sound = { file: new Blob([new Uint8Array(toneOf(1))], { type: 'audio/wav' }) }
const bodies: Readonly<Record<MeteredRoute, Readonly<Record<string, unknown>>>> = {
  chat: { messages },
  messages: { messages, max_tokens: 10 },
  responses: { input: 'x' },
  embeddings: { input: 'x' },
  moderations: { input: 'x' },
  images: { prompt: 'x' },
  image_edits: picture,
  image_variations: picture,
  speech: { input: 'x', voice: 'alloy' },
  transcriptions: sound,
  translations: sound,
  rerank: { query: 'x', documents: ['x'] },
}

function bodyFor(route: MeteredRoute): RequestInit {
  const body = { ...bodies[route], model: `sandbox/${meters[route].modelType}` }
  if (!meters[route].isForm) {
    return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  }
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) form.append(name, value as string | Blob)
  return { body: form }
}

test('a route either has a meter or is one of those that cost nothing', () => {
  const open = routes.flatMap(({ method, path, meter }) =>
    meter === null ? [`${method} ${path}`] : [],
  )
  expect(open.toSorted()).toEqual(costNothing.toSorted())
  // A batch is held and settled by its own (batches.test.ts).
  // What is passed through has none, and is refused to whoever has a limit (pass-through.test.ts).
  const metered = [...Object.keys(meters), 'batch', 'none']
  expect(new Set(routes.flatMap(({ meter }) => meter ?? []))).toEqual(new Set(metered))
  for (const { meter, serves } of routes) {
    expect(serves === 'metered').toBe(meter !== null && !ownWay.has(meter))
  }
})

test('no route serves what its budget has no room for', async () => {
  const world = await stack.world('one-nano')
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const { text: token } = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const type of new Set(Object.values(meters).map(({ modelType }) => modelType))) {
    // Any model of the sandbox would do: nothing may reach it.
    await world.model(rootId, provider, type, { upstreamModel: 'sandbox-fast', type, price })
  }
  await world.budget(rootId, 'one-nano', 1n)
  await settledSnapshot(world, stack.first)
  for (const { path, meter } of routes) {
    if (meter === null || meter === 'batch' || meter === 'none') continue
    const { headers = {}, body } = bodyFor(meter)
    const response = await fetch(`${stack.first.url}${path}`, {
      method: 'POST',
      headers: { ...(headers as object), authorization: `Bearer ${token}` },
      body: body!,
    })
    const { error } = (await response.json()) as { error: { code?: string; message: string } }
    expect([path, response.status]).toEqual([path, 429])
    expect(`${error.code} ${error.message}`).toContain('one-nano')
  }
  expect(stack.sandbox.served().requests).toBe(0)
})
