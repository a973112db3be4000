/** Bedrock over real HTTP: every signature is proven by Amazon's own library, every answer is billed. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BedrockServer, startBedrock } from './support/bedrock-server.ts'
import { eventually, type Stack, settledSnapshot, startStack, usageOf } from './support/stack.ts'
import type { World } from './support/world.ts'

const keys = {
  accessKeyId: 'AKIDEXAMPLE1234567',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'the-session-token//==',
}
const claude = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2'
const upstream = {
  claude,
  profile,
  busy: 'busy.model-v1:0',
  failing: 'failing.model-v1:0',
  'throttled-first': 'throttled-first.model-v1:0',
  breaking: 'breaking.model-v1:0',
  cut: 'cut.model-v1:0',
  short: 'short.model-v1:0',
  damaged: 'damaged.model-v1:0',
}
const price = {
  inputPerMillionUsd: '3',
  cachedInputPerMillionUsd: '0.3',
  cacheWritePerMillionUsd: '3.75',
  outputPerMillionUsd: '15',
}
/** 11 fresh, 3 read, 2 written and 7 of output. */
const costNanos = 11n * 3_000n + 3n * 300n + 2n * 3_750n + 7n * 15_000n

let stack: Stack
let bedrock: BedrockServer
let world: World
let openai: OpenAI
let anthropic: Anthropic
let account: Awaited<ReturnType<World['providerAccount']>>
let served = 0

beforeAll(async () => {
  stack = await startStack()
  bedrock = await startBedrock(keys)
  world = await stack.world('bedrock')
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use', 'virtual-model:use'])
  const { text: apiKey } = await world.token(rootId, agent)
  const { accessKeyId } = keys
  const spec = { provider: 'bedrock', baseUrl: bedrock.url, region: 'us-east-1' }
  account = await world.providerAccount(rootId, 'aws', { ...spec, accessKeyId })
  await world.secret(account, 'secretAccessKey', keys.secretAccessKey)
  await world.secret(account, 'sessionToken', keys.sessionToken)
  const bearer = await world.providerAccount(rootId, 'bearer', spec, bedrock.apiKey)
  await world.model(rootId, bearer, 'claude', { upstreamModel: claude, price })
  for (const [name, upstreamModel] of Object.entries(upstream)) {
    const model = await world.model(rootId, account, name, { upstreamModel, price })
    if (!['busy', 'failing', 'throttled-first'].includes(name)) continue
    const sandbox = await world.providerAccount(rootId, `sandbox-${name}`)
    const other = await world.model(rootId, sandbox, 'sandbox-echo', { price })
    const targets = [{ model }, { model: other }]
    await world.virtualModel(rootId, `safe-${name}`, 'priority', targets)
  }
  await settledSnapshot(world, stack.first)
  const { url } = stack.first
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 })
})
afterAll(async () => {
  await stack.stop()
  await bedrock.close()
})

const messages = [{ role: 'user' as const, content: 'Say: höllo 🏳️‍🌈' }]
const whole = (model: string, more: object = {}) =>
  openai.chat.completions.create({ model, messages, max_completion_tokens: 100, ...more })

async function streamed(model: string) {
  let text = ''
  let finish: string | null = null
  try {
    const stream = await openai.chat.completions.create({ model, messages, stream: true })
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? ''
      finish = choices[0]?.finish_reason ?? finish
    }
  } catch (error) {
    return { text, finish, error: error as InstanceType<typeof OpenAI.APIError> }
  }
  return { text, finish, error: null }
}

/** The usage record of the call that was made last. */
async function billed(records = 1) {
  served += records
  return (await usageOf(world, served)).at(-1)!
}

describe('an answer', () => {
  test('to OpenAI’s library: signed, whole, and billed with what the cache saved', async () => {
    const { choices, usage } = await whole('aws/claude', { stop: ['END'] })
    expect(choices[0]!.message.content).toBe('Say: höllo 🏳️‍🌈')
    expect(usage).toMatchObject({ prompt_tokens: 16, completion_tokens: 7 })
    const { path, headers, body } = bedrock.asked.at(-1)!
    expect(path).toBe('/model/us.anthropic.claude-sonnet-4-20250514-v1%3A0/converse')
    expect(headers).not.toHaveProperty('x-api-key')
    expect(body).toMatchObject({ inferenceConfig: { maxTokens: 100, stopSequences: ['END'] } })
    expect(await billed()).toMatchObject({
      status: 'ok',
      numbersFrom: 'provider',
      inputTokens: 16n,
      outputTokens: 7n,
      costNanos,
    })
  })

  test('to Anthropic’s library, streamed', async () => {
    const stream = anthropic.messages.stream({ model: 'aws/claude', max_tokens: 100, messages })
    const message = await stream.finalMessage()
    expect(message).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'Say: höllo 🏳️‍🌈' }],
      usage: {
        input_tokens: 11,
        cache_read_input_tokens: 3,
        cache_creation_input_tokens: 2,
        output_tokens: 7,
      },
    })
    expect(bedrock.asked.at(-1)!.path).toMatch(/v1%3A0\/converse-stream$/)
    expect(await billed()).toMatchObject({ numbersFrom: 'provider', costNanos })
  })

  test('of a model that is an ARN, with colons and a slash in it', async () => {
    await whole('aws/profile')
    expect(bedrock.asked.at(-1)!.model).toBe(profile)
    expect(bedrock.asked.at(-1)!.path).not.toContain(':')
    await billed()
  })

  test('by an API key of Bedrock’s own', async () => {
    expect((await streamed('bearer/claude')).finish).toBe('stop')
    await billed()
  })
})

describe('a failure', () => {
  test('what Converse can’t say costs nothing and is never sent', async () => {
    const before = bedrock.asked.length
    await expect(whole('aws/claude', { seed: 1 })).rejects.toMatchObject({
      status: 400,
      param: 'seed',
    })
    expect(bedrock.asked).toHaveLength(before)
  })

  test('its limit is told as one, and another target serves in its place', async () => {
    await expect(whole('aws/busy')).rejects.toMatchObject({
      status: 429,
      code: 'provider_rate_limited',
    })
    expect(await billed()).toMatchObject({ status: 'error', costNanos: 0n })
    for (const name of ['busy', 'failing']) {
      expect((await whole(`safe-${name}`)).choices[0]!.message.content).toContain('höllo')
      await billed(2)
    }
  })

  test('an exception before the first byte is the same as its status: another target serves', async () => {
    const alone = await streamed('aws/throttled-first')
    expect(alone).toMatchObject({ text: '', error: { status: 429, code: 'provider_rate_limited' } })
    expect(await billed()).toMatchObject({ status: 'error', costNanos: 0n })
    expect(await streamed('safe-throttled-first')).toMatchObject({ finish: 'stop', error: null })
    await billed(2)
  })

  test.each(['breaking', 'cut', 'short', 'damaged'])(
    'a stream that is %s ends with an error, and what came of it is billed',
    async (name) => {
      const { text, error } = await streamed(`aws/${name}`)
      expect(text).toBe('Say: höllo 🏳️‍🌈')
      expect(error).not.toBeNull()
      const row = await billed()
      expect(row).toMatchObject({ status: 'error', numbersFrom: 'estimate' })
      expect(row.costNanos).toBeGreaterThan(0n)
    },
  )

  test('a signature that is refused says so without a word of what was signed', async () => {
    bedrock.credentials = { ...keys, secretAccessKey: 'replaced' }
    const error = await whole('aws/claude').catch((one: Error) => one)
    expect(error).toMatchObject({ code: 'provider_auth_failed' })
    const said = (error as Error).message
    for (const secret of [...Object.values(keys), '127.0.0.1', 'Canonical']) {
      expect(said).not.toContain(secret)
    }
    await billed()
    // The new one is used as soon as it is written.
    await world.secret(account, 'secretAccessKey', 'replaced')
    await settledSnapshot(world, stack.first)
    await eventually('the new key signs', () => whole('aws/claude').then(() => true))
    await billed()
  })
})
