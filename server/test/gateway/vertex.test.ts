/** Vertex AI over real HTTP: its tokens, Gemini and Claude behind both client libraries, and the bill. */
import { generateKeyPairSync } from 'node:crypto'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Stack, settledSnapshot, startStack, usageOf } from './support/stack.ts'
import { startVertex, type VertexServer } from './support/vertex-server.ts'
import type { World } from './support/world.ts'

const newKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const keys = newKeys()
const claude = 'claude-sonnet-4@20250514'
const messages = [{ role: 'user' as const, content: 'Who are you?' }]

let stack: Stack
let vertex: VertexServer
let world: World
let openai: OpenAI
let anthropic: Anthropic
let served = 0

/** A provider account of its own, with both models in it. */
async function account(name: string, privateKey = keys.privateKey) {
  const { rootId } = world
  const spec = { provider: 'vertex', baseUrl: vertex.url, region: 'europe-west4', project: 'proj' }
  const id = await world.providerAccount(rootId, name, spec)
  await world.secret(id, 'serviceAccountKey', keyFile(privateKey))
  await world.model(rootId, id, 'gemini', { upstreamModel: 'gemini-2.5-flash' })
  await world.model(rootId, id, 'claude', { upstreamModel: claude })
  await settledSnapshot(world, stack.first)
  return id
}

const keyFile = (privateKey: string) =>
  JSON.stringify({
    type: 'service_account',
    client_email: 'gateway@proj.iam.gserviceaccount.com',
    private_key: privateKey,
    private_key_id: 'k1',
    token_uri: vertex.tokenUrl,
  })

beforeAll(async () => {
  stack = await startStack()
  vertex = await startVertex(keys.publicKey)
  world = await stack.world('vertex')
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const { text: apiKey } = await world.token(rootId, agent)
  await account('google')
  const { url } = stack.first
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 })
})
afterAll(async () => {
  await stack.stop()
  await vertex.close()
})

const chat = (model: string, more: object = {}) =>
  openai.chat.completions.create({ model, messages, max_completion_tokens: 50, ...more })

async function billed(calls = 1) {
  served += calls
  return (await usageOf(world, served)).at(-1)!
}

describe('Gemini', () => {
  test('to OpenAI’s library, under the project and the region, without ids of calls', async () => {
    const call = {
      id: 'call_1',
      type: 'function' as const,
      function: { name: 'f', arguments: '{}' },
    }
    const { choices } = await chat('google/gemini', {
      messages: [
        ...messages,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
      ],
    })
    expect(choices[0]!.message.content).toBe('Of Gemini.')
    const { path, body } = vertex.asked.at(-1)!
    expect(path).toBe(
      '/v1/projects/proj/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    )
    expect(JSON.stringify(body)).not.toContain('call_1')
    expect(await billed()).toMatchObject({ inputTokens: 9n, outputTokens: 4n })
  })

  test('to Anthropic’s library, streamed', async () => {
    const stream = anthropic.messages.stream({ model: 'google/gemini', max_tokens: 50, messages })
    expect(await stream.finalText()).toBe('Of Gemini.')
    expect(vertex.asked.at(-1)!.path).toMatch(/:streamGenerateContent\?alt=sse$/)
    await billed()
  })
})

describe('Claude', () => {
  test('to Anthropic’s library: passed by, with a version in the body and no model', async () => {
    const message = await anthropic.messages.create({
      model: 'google/claude',
      max_tokens: 50,
      messages,
    })
    expect(message.content).toMatchObject([{ type: 'text', text: 'Of Claude.' }])
    const { path, body } = vertex.asked.at(-1)!
    expect(path).toMatch(/\/publishers\/anthropic\/models\/claude-sonnet-4@20250514:rawPredict$/)
    expect(body).toEqual({ anthropic_version: 'vertex-2023-10-16', max_tokens: 50, messages })
    expect(await billed()).toMatchObject({ inputTokens: 11n, outputTokens: 4n })
  })

  test('to OpenAI’s library, streamed', async () => {
    const stream = openai.chat.completions.stream({ model: 'google/claude', messages })
    expect((await stream.finalChatCompletion()).choices[0]!.message.content).toBe('Of Claude.')
    const { path, body } = vertex.asked.at(-1)!
    expect(path).toMatch(/:streamRawPredict$/)
    expect(body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true })
    expect(body).not.toHaveProperty('model')
    await billed()
  })
})

test('tokens are counted by the vendor for Claude, and by ourselves for Gemini, without a bill', async () => {
  const counted = await anthropic.messages.countTokens({ model: 'google/claude', messages })
  expect(counted).toEqual({ input_tokens: 42 })
  const { path, body } = vertex.asked.at(-1)!
  expect(path).toMatch(/\/publishers\/anthropic\/models\/count-tokens:rawPredict$/)
  expect(body).toEqual({ model: claude, messages, anthropic_version: 'vertex-2023-10-16' })
  const ours = await anthropic.messages.countTokens({ model: 'google/gemini', messages })
  expect(ours).toMatchObject({ estimated: true })
  await billed(0)
})

describe('a token', () => {
  test('is fetched once for many calls at the same time, and kept', async () => {
    await account('many')
    const before = vertex.tokens
    await Promise.all(Array.from({ length: 5 }, () => chat('many/gemini')))
    await chat('many/claude')
    expect(vertex.tokens - before).toBe(1)
    await billed(6)
  })

  test('is fetched anew shortly before it ends; one that still holds serves while none is given', async () => {
    await account('brief')
    vertex.expiresInSeconds = 200
    const before = vertex.tokens
    await chat('brief/gemini')
    await chat('brief/gemini')
    expect(vertex.tokens - before).toBe(2)
    vertex.tokenStatus = 503
    await chat('brief/gemini')
    expect(vertex.tokens - before).toBe(3)
    vertex.tokenStatus = 200
    vertex.expiresInSeconds = 3_600
    await billed(3)
  })

  test('that is not given costs nothing, and is asked for again with the next call', async () => {
    await account('refused')
    vertex.tokenStatus = 500
    await expect(chat('refused/gemini')).rejects.toMatchObject({ code: 'provider_error' })
    vertex.tokenStatus = 200
    await chat('refused/gemini')
    await billed()
  })

  test('is never made with a key that was replaced; what is refused says nothing of the key', async () => {
    const id = await account('rotated')
    await chat('rotated/gemini')
    const others = newKeys()
    await world.secret(id, 'serviceAccountKey', keyFile(others.privateKey))
    await settledSnapshot(world, stack.first)
    const error = (await chat('rotated/gemini').catch((one: Error) => one)) as InstanceType<
      typeof OpenAI.APIError
    >
    expect(error).toMatchObject({ code: 'provider_auth_failed' })
    expect(error.message).toContain('invalid_grant')
    expect(error.message).not.toMatch(/eyJ|ya29|PRIVATE|127\.0\.0\.1/)
    vertex.publicKey = others.publicKey
    await chat('rotated/gemini')
    vertex.publicKey = keys.publicKey
    await billed(2)
  })
})
