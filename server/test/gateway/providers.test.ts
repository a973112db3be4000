/** Where each provider is called, with what headers, and what a passing body becomes. */
import { type ProviderType, providerPresets, providerTypes } from '@commonhold/contract'
import { formatId } from '@commonhold/core'
import { describe, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { parseJsonBody } from '../../src/gateway/admission/json-body.ts'
import { findProvider } from '../../src/gateway/providers/index.ts'
import type { Endpoint, UpstreamRoute } from '../../src/gateway/providers/provider.ts'
import type { ModelEntry, ProviderEntry } from '../../src/gateway/snapshot/entries.ts'
import { openAgents } from '../../src/gateway/upstream/agents.ts'

const agents = openAgents({ allowPrivate: false })
const context = { agents, sandboxUrl: 'http://127.0.0.1:1/v1', allowPrivate: false }
const tenantId = formatId('tnt', newUuid())

interface Given {
  readonly baseUrl?: string
  readonly spec?: object
  readonly model?: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly isStream?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

async function endpointOf(name: ProviderType, route: UpstreamRoute, given: Given = {}) {
  const { baseUrl = null, spec = {}, isStream = false, headers = {} } = given
  const secrets: Readonly<Record<string, string>> = given.secrets ?? {}
  const entry = {
    provider: name,
    baseUrl,
    spec,
    apiKey: () => 'the-key',
    secret: (field) => secrets[field] ?? null,
  } as ProviderEntry
  const model = { upstreamModel: given.model ?? 'the model', provider: entry } as ModelEntry
  const header = (wanted: string) => headers[wanted] ?? null
  const call = { entry, model, tenantId, route, isStream, header }
  return findProvider(name)!.endpoint(context, call) as Endpoint | string
}

const urlOf = async (...given: Parameters<typeof endpointOf>) => {
  const endpoint = await endpointOf(...given)
  return typeof endpoint === 'string' ? endpoint : endpoint.origin + endpoint.path
}

test('every provider of the contract is known, and each that has an address of its own is called there', async () => {
  for (const name of providerTypes) {
    const provider = findProvider(name)
    expect([name, provider !== undefined]).toEqual([name, true])
    const route = provider!.routeFor('chat', 'model')!
    const { baseUrl, fields } = providerPresets[name]
    const isRegional = (fields as readonly string[]).includes('region')
    const url = await urlOf(name, route, isRegional ? { spec: { region: 'us-east-1' } } : {})
    if (isRegional) {
      expect(url).toMatch(/^https:\/\/[a-z.-]*us-east-1[.-]/)
      continue
    }
    if (name === 'sandbox') continue
    if (baseUrl === null)
      expect([name, url]).toEqual([name, expect.stringContaining('no base URL')])
    else expect(url.startsWith(`${baseUrl}/`)).toBe(true)
  }
})

describe('addresses and headers', () => {
  test('of OpenAI', async () => {
    expect(await urlOf('openai', 'chat')).toBe('https://api.openai.com/v1/chat/completions')
    expect(await endpointOf('openai', 'chat')).toMatchObject({
      headers: { authorization: 'Bearer the-key' },
    })
  })

  test('of Anthropic: the version that was asked for, and betas that are harmless', async () => {
    expect(await urlOf('anthropic', 'messages')).toBe('https://api.anthropic.com/v1/messages')
    const headers = {
      'anthropic-version': '2024-01-01',
      'anthropic-beta': 'prompt-caching-2024-07-31, claude-code-20250219',
    }
    expect(await endpointOf('anthropic', 'messages', { headers })).toMatchObject({
      headers: {
        'x-api-key': 'the-key',
        'anthropic-version': '2024-01-01',
        'anthropic-beta': 'prompt-caching-2024-07-31,claude-code-20250219',
      },
    })
    const odd = { 'anthropic-version': 'x'.repeat(9) }
    expect(await endpointOf('anthropic', 'messages', { headers: odd })).toMatchObject({
      headers: { 'anthropic-version': '2023-06-01' },
    })
    const unknown = { 'anthropic-beta': 'files-api-2025-04-14' }
    await expect(endpointOf('anthropic', 'messages', { headers: unknown })).rejects.toThrow(
      'files-api-2025-04-14',
    )
  })

  test('of Gemini: the model in the address, escaped', async () => {
    const base = 'https://generativelanguage.googleapis.com/v1beta/models/the%20model'
    expect(await urlOf('gemini', 'generate')).toBe(`${base}:generateContent`)
    expect(await urlOf('gemini', 'generate', { isStream: true })).toBe(
      `${base}:streamGenerateContent?alt=sse`,
    )
    expect(await endpointOf('gemini', 'generate')).toMatchObject({
      headers: { 'x-goog-api-key': 'the-key' },
    })
  })

  test('of Azure: by deployment where an API version is given, else by the newer address', async () => {
    const baseUrl = 'https://mine.openai.azure.com'
    const spec = { apiVersion: '2024-10-21' }
    expect(await urlOf('azure-openai', 'chat', { baseUrl, spec })).toBe(
      `${baseUrl}/openai/deployments/the%20model/chat/completions?api-version=2024-10-21`,
    )
    expect(await urlOf('azure-openai', 'responses', { baseUrl })).toBe(
      `${baseUrl}/openai/v1/responses`,
    )
    expect(await endpointOf('azure-openai', 'chat', { baseUrl })).toMatchObject({
      headers: { 'api-key': 'the-key' },
    })
  })

  test('of Bedrock: by region, with the model’s id escaped, and with a key of its own', async () => {
    const spec = { region: 'us-east-1' }
    const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
    const base = 'https://bedrock-runtime.us-east-1.amazonaws.com/model'
    const escaped = 'us.anthropic.claude-sonnet-4-20250514-v1%3A0'
    expect(await urlOf('bedrock', 'converse', { spec, model })).toBe(`${base}/${escaped}/converse`)
    expect(await urlOf('bedrock', 'converse', { spec, model, isStream: true })).toBe(
      `${base}/${escaped}/converse-stream`,
    )
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1'
    expect(await urlOf('bedrock', 'converse', { spec, model: arn })).toContain(
      'application-inference-profile%2Fa1/converse',
    )
    const china = { spec: { region: 'cn-north-1' } }
    expect(await urlOf('bedrock', 'converse', china)).toContain('cn-north-1.amazonaws.com.cn/')
    const endpoint = await endpointOf('bedrock', 'converse', { spec, model })
    expect(endpoint).toMatchObject({ headers: { authorization: 'Bearer the-key' } })
    const half = { spec: { ...spec, accessKeyId: 'AKIDEXAMPLE1234567' } }
    expect(await urlOf('bedrock', 'converse', half)).toContain('no secret access key')
  })

  test('of Vertex: by region and project, and by who made the model', async () => {
    const at = (region: string, model: string, more: object = {}) =>
      urlOf('vertex', model.startsWith('claude') ? 'messages' : 'generate', {
        spec: { region, project: 'my-project' },
        model,
        ...more,
      })
    const projects = 'v1/projects/my-project/locations'
    expect(await at('europe-west4', 'gemini-2.5-pro', { isStream: true })).toBe(
      `https://europe-west4-aiplatform.googleapis.com/${projects}/europe-west4/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse`,
    )
    expect(await at('global', 'claude-sonnet-4@20250514')).toBe(
      `https://aiplatform.googleapis.com/${projects}/global/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict`,
    )
    expect(await at('eu', 'claude-sonnet-4@20250514', { isStream: true })).toBe(
      `https://aiplatform.eu.rep.googleapis.com/${projects}/eu/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict`,
    )
    const express = await endpointOf('vertex', 'generate', {
      spec: { region: 'global' },
      model: 'google/gemini-2.5-flash',
    })
    expect(express).toMatchObject({
      path: '/v1/publishers/google/models/gemini-2.5-flash:generateContent',
      headers: { 'x-goog-api-key': 'the-key' },
    })
    const { routeFor } = findProvider('vertex')!
    expect(routeFor('chat', 'claude-opus-4-1@20250805')).toBe('messages')
    expect(routeFor('messages', 'anthropic/claude-opus-4-1@20250805')).toBe('messages')
    expect(routeFor('chat', 'meta/llama-4-maverick')).toBeNull()
    expect(routeFor('embeddings', 'gemini-2.5-pro')).toBeNull()
  })

  test('of Cohere: its own for chat and ranking, and OpenAI’s for embeddings; also of accounts that named the latter', async () => {
    for (const baseUrl of [null, 'https://api.cohere.com/compatibility/v1']) {
      const at = baseUrl === null ? {} : { baseUrl }
      expect(await urlOf('cohere', 'cohere_chat', at)).toBe('https://api.cohere.com/v2/chat')
      expect(await urlOf('cohere', 'rerank', at)).toBe('https://api.cohere.com/v2/rerank')
      expect(await urlOf('cohere', 'embeddings', at)).toBe(
        'https://api.cohere.com/compatibility/v1/embeddings',
      )
    }
    expect(await urlOf('jina', 'rerank')).toBe('https://api.jina.ai/v1/rerank')
  })

  test('of an address that must not be reached', async () => {
    const baseUrl = 'http://169.254.169.254/v1'
    expect(await urlOf('vllm', 'chat', { baseUrl })).toContain("can't be used")
  })
})

describe('a passing body', () => {
  const model = { upstreamModel: 'vendor-name' } as ModelEntry
  const passed = (name: ProviderType, body: object) => {
    const provider = findProvider(name)!
    const sent = provider.ownBody(parseJsonBody(Buffer.from(JSON.stringify(body))), model, 'chat')
    return JSON.parse(String(sent))
  }
  const body = { model: 'a/b', stream: true, messages: [] }

  test('asks for usage in a stream, but not of servers that refuse the question', () => {
    expect(passed('openai', body).stream_options).toEqual({ include_usage: true })
    expect(passed('mistral', body)).toEqual({ ...body, model: 'vendor-name' })
  })

  test('of Anthropic’s at Vertex: a version in it and no model, wherever that stood', () => {
    const versioned = { anthropic_version: 'vertex-2023-10-16' }
    const { model: _, ...rest } = body
    expect(passed('vertex', body)).toEqual({ ...rest, ...versioned })
    expect(passed('vertex', { ...rest, model: 'a/b' })).toEqual({ ...rest, ...versioned })
    expect(passed('vertex', { model: 'a/b' })).toEqual(versioned)
  })

  test('T77: may not choose other models behind the one that is allowed and priced', () => {
    const routed = { ...body, models: ['openai/gpt-5'] }
    expect(() => passed('openrouter', routed)).toThrow("'models' is not passed on")
    expect(passed('openai', routed).models).toEqual(['openai/gpt-5'])
  })
})
