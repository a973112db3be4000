/**
 * What is not sold by tokens alone, by OpenAI's library against the sandbox: pictures, speech, transcripts,
 * moderation and ranking. The bill is held against what the sandbox counted, to the nano.
 */
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toneOf } from '../../src/sandbox/audio.ts'
import { type Stack, send, settledSnapshot, startStack, usageOf } from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

const free = { inputPerMillionUsd: '0', outputPerMillionUsd: '0' }
const byTokens = { inputPerMillionUsd: '5', outputPerMillionUsd: '40' }
const prices = {
  'sandbox-moderation': ['moderation', { inputPerMillionUsd: '0.1', outputPerMillionUsd: '0' }],
  'sandbox-image': [
    'image',
    { ...free, perImageUsd: '0.04', imagePrices: [{ size: '1792x1024', perImageUsd: '0.08' }] },
  ],
  'sandbox-image-tokens': ['image', { ...byTokens, perImageUsd: '0' }],
  'sandbox-speech': ['speech', { ...free, perMillionCharactersUsd: '15' }],
  'sandbox-transcribe': ['transcription', { ...free, perAudioMinuteUsd: '0.006' }],
  'sandbox-transcribe-tokens': ['transcription', { ...byTokens, perAudioMinuteUsd: '0' }],
  'sandbox-rerank': ['rerank', { ...free, perSearchUnitUsd: '0.002' }],
  'sandbox-rerank-tokens': ['rerank', { ...byTokens, perSearchUnitUsd: '0' }],
} as const

interface Client {
  readonly world: World
  readonly openai: OpenAI
  readonly token: string
  readonly url: string
  served(kind: string): number
  tokens(): { inputTokens: number; outputTokens: number }
}

async function client(
  name: string,
  more: (world: World) => Promise<unknown> = async () => null,
): Promise<Client> {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const { text: token } = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const [model, [type, price]] of Object.entries(prices)) {
    await world.model(rootId, provider, model, { type, price, contextTokensMax: 10_000 })
  }
  const faults = { 'sandbox-429': 'image', 'sandbox-cut': 'speech', 'sandbox-no-usage': 'rerank' }
  for (const [model, type] of Object.entries(faults)) {
    const price = {
      ...free,
      perImageUsd: '1',
      perMillionCharactersUsd: '15',
      perSearchUnitUsd: '1',
    }
    await world.model(rootId, provider, model, { type, price })
  }
  await world.model(rootId, provider, 'unpriced', {
    type: 'image',
    upstreamModel: 'sandbox-image',
    price: free,
  })
  await more(world)
  await settledSnapshot(world, stack.first)
  const { url } = stack.first
  const key = `sandbox-${world.tenantId}`
  return {
    world,
    token,
    url,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 }),
    served: (kind) => stack.sandbox.servedUnits(key, kind),
    tokens: () => stack.sandbox.served().byKey.get(key)!,
  }
}

async function costOf(world: World, rows: number): Promise<bigint> {
  return (await usageOf(world, rows)).reduce((sum, { costNanos }) => sum + costNanos, 0n)
}

const recording = (seconds: number, name = 'a.wav') => toFile(toneOf(seconds), name)

test('moderation is billed by our count of its input, since the vendor tells none', async () => {
  const { openai, world, tokens } = await client('moderated')
  const model = 'sandbox/sandbox-moderation'
  const { results } = await openai.moderations.create({
    model,
    input: ['violence', 'peace and quiet'],
  })
  expect(results.map(({ flagged }) => flagged)).toEqual([true, false])
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'ok', numbersFrom: 'estimate' })
  expect([row!.inputTokens, row!.costNanos]).toEqual([
    BigInt(tokens().inputTokens),
    BigInt(tokens().inputTokens) * 100n,
  ])
})

describe('images', () => {
  test('are billed by the picture, and by its size where that has a price', async () => {
    const { openai, world, served } = await client('drawn')
    const model = 'sandbox/sandbox-image'
    const { data } = await openai.images.generate({
      model,
      prompt: 'a common',
      n: 2,
      size: '1024x1024',
      quality: 'hd',
    })
    expect(
      data!.map(({ b64_json }) => Buffer.from(b64_json!, 'base64').toString('latin1', 1, 4)),
    ).toEqual(['PNG', 'PNG'])
    await openai.images.generate({ model, prompt: 'wide', size: '1792x1024', quality: 'hd' })
    const image = await toFile(Buffer.from(data![0]!.b64_json!, 'base64'), 'a.png', {
      type: 'image/png',
    })
    await openai.images.edit({
      model,
      image,
      prompt: 'greener',
      size: '1024x1024',
      quality: 'standard',
      n: 3,
    })
    await openai.images.createVariation({ model, image, size: '1024x1024' })
    expect(served('image')).toBe(7)
    const rows = await usageOf(world, 4)
    // Nobody said which quality the variation has; but no quality has a price of its own.
    expect(rows.map(({ costNanos }) => Number(costNanos) / 1e6)).toEqual([80, 80, 120, 40])
    // What kind of picture it was is told too, so that the charge can be computed again.
    const picture = { quality: 'hd', size: '1024x1024' }
    expect(rows[0]!.metadata).toEqual({ units: { image: 2 }, picture })
  })

  test('are billed by tokens where they are sold by tokens, streamed and not', async () => {
    const { openai, world, tokens, served } = await client('drawn-by-tokens')
    const model = 'sandbox/sandbox-image-tokens'
    const whole = await openai.images.generate({ model, prompt: 'a common', n: 2 })
    expect(whole.usage!.output_tokens).toBe(544)
    const types: string[] = []
    const stream = await openai.images.generate({
      model,
      prompt: 'a common',
      stream: true,
      partial_images: 1,
    })
    for await (const { type } of stream) types.push(type)
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed'])
    const { inputTokens, outputTokens } = tokens()
    expect(await costOf(world, 2)).toBe(BigInt(inputTokens * 5_000 + outputTokens * 40_000))
    expect(served('image')).toBe(3)
  })

  test('without a price for a picture are refused where a budget is in force, and nobody draws', async () => {
    const { openai, world, served } = await client('unpriced', (w) =>
      w.budget(w.rootId, 'all', 10n ** 12n),
    )
    const error = await openai.images
      .generate({ model: 'sandbox/unpriced', prompt: 'x' })
      .catch((e) => e)
    expect([error.status, error.code]).toEqual([403, 'price_unknown'])
    expect([served('image'), (await usageOf(world, 0)).length]).toEqual([0, 0])
  })

  test('are held at n times the dearest price that the request leaves open', async () => {
    const { openai, world } = await client('held', (w) => w.budget(w.rootId, 'all', 100_000_000n))
    const model = 'sandbox/sandbox-image'
    const error = await openai.images.generate({ model, prompt: 'x', n: 2 }).catch((e) => e)
    expect([error.status, error.code]).toEqual([429, 'exceeds_budget_alone'])
    await openai.images.generate({ model, prompt: 'x', n: 2, size: '1024x1024' })
    expect(await costOf(world, 1)).toBe(80_000_000n)
  })
})

describe('audio', () => {
  test('speech is streamed on as it comes, and billed by the character', async () => {
    const { openai, world, served } = await client('spoken')
    const spoken = await openai.audio.speech.create({
      model: 'sandbox/sandbox-speech',
      voice: 'alloy',
      input: 'Gemeingut für alle 🌳',
    })
    expect(spoken.headers.get('content-type')).toBe('audio/wav')
    expect(Buffer.from(await spoken.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF')
    expect(served('character')).toBe(20)
    expect(await costOf(world, 1)).toBe(20n * 15_000n)
  })

  test('speech that breaks off breaks off for the client, and is never a clean end', async () => {
    const { openai, world } = await client('cut')
    const input = 'x'.repeat(4_000)
    const spoken = await openai.audio.speech.create({
      model: 'sandbox/sandbox-cut',
      voice: 'alloy',
      input,
    })
    await expect(spoken.arrayBuffer()).rejects.toThrow()
    const [row] = await usageOf(world, 1)
    expect(row).toMatchObject({
      status: 'error',
      numbersFrom: 'worst-case',
      costNanos: 4_000n * 15_000n,
    })
  })

  test('transcripts come in every form, and each is billed by the seconds that the vendor counted', async () => {
    const { openai, world, served } = await client('heard')
    const ask = { model: 'sandbox/sandbox-transcribe' }
    const heard = (format: string, seconds = 2.5) =>
      recording(seconds).then((file) =>
        openai.audio.transcriptions.create({ file, ...ask, response_format: format as 'json' }),
      )
    expect((await heard('json')).text).toContain('2.5 seconds')
    expect(await heard('text')).toContain('2.5 seconds')
    expect(await heard('srt')).toMatch(/^1\n00:00:00,000 --> 00:00:02,500\nThis is/)
    expect(await heard('vtt')).toMatch(/^WEBVTT\n\n00:00:00\.000 --> 00:00:02\.500\nThis is/)
    expect(await heard('verbose_json')).toMatchObject({ duration: 2.5, language: 'english' })
    const translated = await openai.audio.translations.create({ file: await recording(61), ...ask })
    expect(translated.text).toContain('61.0 seconds')
    expect(served('audio_second')).toBe(5 * 3 + 61)
    const rows = await usageOf(world, 6)
    expect(rows.reduce((sum, { costNanos }) => sum + costNanos, 0n)).toBe(76n * 100_000n)
    expect(
      rows.every(
        ({ numbersFrom, heldNanos, costNanos }) =>
          numbersFrom === 'provider' && heldNanos === costNanos,
      ),
    ).toBe(true)
  })

  test('a transcript by tokens is billed by tokens, streamed and not', async () => {
    const { openai, world, tokens } = await client('heard-by-tokens')
    const ask = { model: 'sandbox/sandbox-transcribe-tokens', response_format: 'json' } as const
    await openai.audio.transcriptions.create({ file: await recording(1), ...ask })
    let text = ''
    const stream = await openai.audio.transcriptions.create({
      file: await recording(1),
      ...ask,
      stream: true,
    })
    for await (const event of stream)
      if (event.type === 'transcript.text.delta') text += event.delta
    expect(text).toContain('1.0 seconds')
    const { inputTokens, outputTokens } = tokens()
    expect(await costOf(world, 2)).toBe(BigInt(inputTokens * 5_000 + outputTokens * 40_000))
  })

  test('a file of which nobody can tell the length is held at the longest, and billed as it is', async () => {
    const { openai, world } = await client('unknown-length', (w) =>
      w.budget(w.rootId, 'all', 8_000_000_000n),
    )
    const file = await toFile(Buffer.alloc(16_384, 1), 'a.ogg')
    const model = 'sandbox/sandbox-transcribe'
    const error = await openai.audio.transcriptions.create({ file, model }).catch((e) => e)
    // A day costs $8.64.
    expect(error.code).toBe('exceeds_budget_alone')
    expect(await usageOf(world, 0)).toEqual([])
  })

  test('a recording that is somewhere else is refused', async () => {
    const { openai } = await client('elsewhere')
    const body = {
      model: 'sandbox/sandbox-transcribe',
      file: await recording(1),
      url: 'https://example.com/a.wav',
    }
    const error = await openai.audio.transcriptions.create(body).catch((e) => e)
    expect([error.status, error.code, error.param]).toEqual([400, 'invalid_request', 'url'])
  })
})

describe('rerank', () => {
  const documents = ['a pasture for all', 'the price of tea', 'all share the pasture']
  const query = 'who may use the pasture?'
  interface Ranked {
    readonly results: readonly { readonly index: number }[]
  }

  test('is billed by searches, or by tokens where it is sold by those', async () => {
    const { openai, world, tokens, served } = await client('ranked')
    const body = { query, documents, top_n: 2 }
    const ranked = await openai.post<Ranked>('/rerank', {
      body: { ...body, model: 'sandbox/sandbox-rerank' },
    })
    expect(ranked.results.map(({ index }) => index).toSorted()).toEqual([0, 2])
    const many = Array.from({ length: 250 }, (_, at) => `document ${at}`)
    await openai.post('/rerank', {
      body: { query, documents: many, model: 'sandbox/sandbox-rerank' },
    })
    expect(served('search_unit')).toBe(4)
    await openai.post('/rerank', { body: { ...body, model: 'sandbox/sandbox-rerank-tokens' } })
    const cost = BigInt(4 * 2_000_000 + tokens().inputTokens * 5_000)
    expect(await costOf(world, 3)).toBe(cost)
  })

  test('of which the vendor tells nothing is billed at what was held, and says so', async () => {
    const { openai, world } = await client('silent')
    await openai.post('/rerank', { body: { query, documents, model: 'sandbox/sandbox-no-usage' } })
    const [row] = await usageOf(world, 1)
    expect(row).toMatchObject({
      numbersFrom: 'worst-case',
      costNanos: 10n ** 9n,
      heldNanos: 10n ** 9n,
    })
  })
})

test('a provider that refuses costs nothing, and its error comes in OpenAI’s format', async () => {
  const { openai, world } = await client('refused', async (w) =>
    w.budget(w.rootId, 'all', 10n ** 10n),
  )
  const error = await openai.images
    .generate({ model: 'sandbox/sandbox-429', prompt: 'x' })
    .catch((e) => e)
  expect([error.status, error.code, error.type]).toEqual([
    429,
    'provider_rate_limited',
    'rate_limit_error',
  ])
  expect(await costOf(world, 1)).toBe(0n)
})

test('a model of another type is refused by every route', async () => {
  const { url, token } = await client('types')
  const body = { model: 'sandbox/sandbox-image', input: 'x', query: 'x', documents: ['x'] }
  for (const path of ['/v1/moderations', '/v1/audio/speech', '/v1/rerank', '/v1/embeddings']) {
    const { status, body: answer } = await send(url, token, path, body)
    expect([path, status, answer.error!.code]).toEqual([path, 400, 'model_type_differs'])
  }
})
