/**
 * Everything that goes wrong, as two unmodified client libraries see it through providers of every
 * format: the right exception, no stream that looks complete, and a bill for what was served.
 */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Clients, clientsOf, type FormatName, formatNames } from './support/clients.ts'
import { eventually, type Stack, startStack, usageOf } from './support/stack.ts'

const faults = ['sandbox-error-event', 'sandbox-cut', 'sandbox-stall']
const messages = [{ role: 'user' as const, content: 'Say something about commons.' }]

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ tuning: { timeouts: { headMs: 1_000, idleMs: 300 } } })
})
afterAll(() => stack.stop())

async function openaiStream({ openai }: Clients, model: string) {
  let text = ''
  const finishes: string[] = []
  try {
    const stream = await openai.chat.completions.create({ model, messages, stream: true })
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? ''
      if (choices[0]?.finish_reason) finishes.push(choices[0].finish_reason)
    }
  } catch (error) {
    return { text, finishes, error: error as InstanceType<typeof OpenAI.APIError> }
  }
  return { text, finishes, error: null }
}

async function anthropicStream({ anthropic }: Clients, model: string) {
  let text = ''
  let isStopped = false
  try {
    const stream = await anthropic.messages.create({
      model,
      messages,
      max_tokens: 300,
      stream: true,
    })
    for await (const event of stream) {
      if (event.type === 'message_stop') isStopped = true
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        text += event.delta.text
      }
    }
  } catch (error) {
    return { text, isStopped, error: error as InstanceType<typeof Anthropic.APIError> }
  }
  return { text, isStopped, error: null }
}

/** Azure's format is OpenAI's, and so are its faults. */
const faulty = formatNames.filter((format) => format !== 'azure')

describe.each(faulty)('behind a provider of the format: %s', (format) => {
  const named = (model: string) => `${format}/${model}`

  test('a refusal is the exception of its status, with the time to wait', async () => {
    const clients = await clientsOf(
      stack,
      `refused-${format}`,
      ['sandbox-429', 'sandbox-500'],
      [format],
    )
    const { openai, anthropic } = clients
    const limited = { model: named('sandbox-429'), messages }
    const byOpenai = await openai.chat.completions.create(limited).catch((error) => error)
    expect(byOpenai).toBeInstanceOf(OpenAI.RateLimitError)
    expect(byOpenai.headers.get('retry-after')).toBe('2')
    const request = { ...limited, max_tokens: 50 }
    const byAnthropic = await anthropic.messages.create(request).catch((error) => error)
    expect(byAnthropic).toBeInstanceOf(Anthropic.RateLimitError)
    expect(byAnthropic.headers.get('retry-after')).toBe('2')
    expect(byAnthropic.error).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error', code: 'provider_rate_limited' },
    })
    expect(byAnthropic.requestID).toMatch(/^req_/)
    const broken = { ...request, model: named('sandbox-500') }
    expect(await anthropic.messages.create(broken).catch((error) => error)).toBeInstanceOf(
      Anthropic.InternalServerError,
    )
    const unknown = { ...request, model: named('sandbox-nothing') }
    expect(await anthropic.messages.create(unknown).catch((error) => error)).toBeInstanceOf(
      Anthropic.NotFoundError,
    )
    const rows = await usageOf(clients.world, 3)
    expect(rows.map(({ costNanos }) => costNanos)).toEqual([0n, 0n, 0n])
  })

  test('T69: a stream that breaks ends with an exception, and never as if it were complete', async () => {
    const clients = await clientsOf(stack, `broken-${format}`, faults, [format])
    const broken = faults.map(async (fault) => {
      const byOpenai = await openaiStream(clients, named(fault))
      expect([fault, byOpenai.error instanceof OpenAI.APIError]).toEqual([fault, true])
      expect([fault, byOpenai.finishes]).toEqual([fault, []])
      expect(byOpenai.text.length).toBeGreaterThan(10)
      const byAnthropic = await anthropicStream(clients, named(fault))
      expect([fault, byAnthropic.error instanceof Anthropic.APIError]).toEqual([fault, true])
      expect([fault, byAnthropic.isStopped]).toEqual([fault, false])
      expect(byAnthropic.text.length).toBeGreaterThan(10)
    })
    await Promise.all(broken)
    const rows = await usageOf(clients.world, 6)
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['error']))
    expectBilled(clients, format, rows)
  })

  test('a client that leaves pays for the input and for what it was sent (T61, T67)', async () => {
    const clients = await clientsOf(stack, `left-${format}`, ['sandbox-slow'], [format])
    const stream = await clients.openai.chat.completions.create({
      model: named('sandbox-slow'),
      messages,
      stream: true,
    })
    let pieces = 0
    for await (const _ of stream) if (++pieces > 8) break
    const events = await clients.anthropic.messages.create({
      model: named('sandbox-slow'),
      messages,
      max_tokens: 300,
      stream: true,
    })
    pieces = 0
    for await (const _ of events) if (++pieces > 8) break
    const rows = await usageOf(clients.world, 2)
    const served = clients.served(format)
    const billed = rows.reduce((sum, { outputTokens }) => sum + Number(outputTokens), 0)
    expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
    expect(rows.reduce((sum, { inputTokens }) => sum + Number(inputTokens), 0)).toBe(
      served.inputTokens,
    )
    // A token of each may have been on its way.
    expect(served.outputTokens - billed).toBeLessThanOrEqual(4)
    expect(billed).toBeLessThanOrEqual(served.outputTokens)
    await eventually('nothing runs any more', () => stack.first.gateway.stats().inFlight === 0)
  })

  test('a provider that is silent for too long is a time-out', async () => {
    const { openai, anthropic } = await clientsOf(
      stack,
      `silent-${format}`,
      ['sandbox-slow-first-byte'],
      [format],
    )
    const request = { model: named('sandbox-slow-first-byte'), messages, max_tokens: 50 }
    const [byOpenai, byAnthropic] = await Promise.all([
      openai.chat.completions.create(request).catch((thrown) => thrown),
      anthropic.messages.create(request).catch((thrown) => thrown),
    ])
    expect(byOpenai.status).toBe(504)
    expect(byAnthropic.error.error.type).toBe('timeout_error')
  })

  test('a huge answer is translated and counted to its end', async () => {
    const clients = await clientsOf(stack, `huge-${format}`, ['sandbox-huge'], [format])
    const stream = clients.anthropic.messages.stream({
      model: named('sandbox-huge'),
      messages,
      max_tokens: 20_000,
    })
    const { content, stop_reason } = await stream.finalMessage()
    expect(stop_reason).toBe('max_tokens')
    expect(content[0]?.type === 'text' && content[0].text.length).toBeGreaterThan(60_000)
    expectBilled(clients, format, await usageOf(clients.world, 1))
  })
})

test('a chunk that can not be read breaks a translated stream, which could not go on without it', async () => {
  const clients = await clientsOf(stack, 'malformed', ['sandbox-malformed'])
  const { error, finishes } = await openaiStream(clients, 'anthropic/sandbox-malformed')
  expect(error).toBeInstanceOf(OpenAI.APIError)
  expect(finishes).toEqual([])
  const other = await anthropicStream(clients, 'openai/sandbox-malformed')
  expect(other.error).toBeInstanceOf(Anthropic.APIError)
})

test('libraries try again by themselves where it helps, and not where it does not', async () => {
  const clients = await clientsOf(stack, 'retries', ['sandbox-500', 'sandbox-fast'], ['anthropic'])
  const retrying = new Anthropic({ baseURL: clients.url, apiKey: clients.token, maxRetries: 1 })
  const request = { messages, max_tokens: 50 }
  const failing = { ...request, model: 'anthropic/sandbox-500' }
  await retrying.messages.create(failing).catch(() => undefined)
  expect(await usageOf(clients.world, 2)).toHaveLength(2)
  await clients.world.budget(clients.world.rootId, 'tiny', 1n)
  await eventually('the budget is known', async () => {
    const error = await clients.anthropic.messages
      .create({ ...request, model: 'anthropic/sandbox-fast' })
      .catch((thrown) => thrown)
    return error instanceof Anthropic.RateLimitError
  })
  const refused = { ...request, model: 'anthropic/sandbox-fast' }
  const error = await retrying.messages.create(refused).catch((thrown) => thrown)
  expect(error.headers.get('x-should-retry')).toBe('false')
  expect(error.error.error).toMatchObject({
    type: 'rate_limit_error',
    code: 'exceeds_budget_alone',
  })
})

test('what is read from a cache and written to one is priced as such, whoever asks', async () => {
  const price = {
    inputPerMillionUsd: '3',
    cachedInputPerMillionUsd: '0.3',
    cacheWritePerMillionUsd: '3.75',
    outputPerMillionUsd: '15',
  }
  const clients = await clientsOf(stack, 'cached', ['sandbox-cached'], ['anthropic'], price)
  const request = { model: 'anthropic/sandbox-cached', messages, max_tokens: 100 }
  const { usage } = await clients.anthropic.messages.create(request)
  const streamed = await clients.anthropic.messages.stream(request).finalMessage()
  expect(streamed.usage).toMatchObject({
    cache_read_input_tokens: usage.cache_read_input_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens,
  })
  const translated = await clients.openai.chat.completions.create(request)
  expect(translated.usage!.prompt_tokens_details!.cached_tokens).toBe(usage.cache_read_input_tokens)
  const cost =
    usage.input_tokens * 3_000 +
    usage.cache_read_input_tokens! * 300 +
    usage.cache_creation_input_tokens! * 3_750 +
    usage.output_tokens * 15_000
  expect(usage.cache_creation_input_tokens).toBeGreaterThan(0)
  const rows = await usageOf(clients.world, 3)
  expect(rows.map(({ costNanos }) => costNanos)).toEqual([BigInt(cost), BigInt(cost), BigInt(cost)])
})

describe('what a provider’s format has no word for is refused by its name, before anything is held', () => {
  const picture = { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } }
  const cases: [FormatName, object, string][] = [
    ['anthropic', { seed: 7 }, 'seed'],
    ['anthropic', { n: 2 }, 'n'],
    ['anthropic', { presence_penalty: 1 }, 'presence_penalty'],
    ['anthropic', { temperature: 1.5 }, 'temperature'],
    ['anthropic', { logit_bias: { 5: 1 } }, 'logit_bias'],
    ['anthropic', { logprobs: true }, 'logprobs'],
    ['anthropic', { response_format: { type: 'json_object' } }, 'response_format'],
    ['anthropic', { made_up: 1 }, 'made_up'],
    ['gemini', { messages: [{ role: 'user', content: [picture] }] }, 'messages'],
    ['gemini', { top_logprobs: 3 }, 'top_logprobs'],
    ['cohere', { n: 2 }, 'n'],
    ['cohere', { logprobs: true }, 'logprobs'],
    ['openai', { web_search_options: {} }, 'web_search_options'],
    ['openai', { service_tier: 'priority' }, 'service_tier'],
  ]
  test('to clients of OpenAI’s', async () => {
    const clients = await clientsOf(stack, 'untranslatable', ['sandbox-fast'])
    for (const [format, more, param] of cases) {
      const request = { model: `${format}/sandbox-fast`, messages, ...more }
      const error = await clients.openai.chat.completions.create(request).catch((thrown) => thrown)
      expect([param, error.status, error.param]).toEqual([param, 400, param])
      expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    }
    expect(formatNames.map((format) => clients.served(format).requests)).toEqual(
      formatNames.map(() => 0),
    )
  })

  test('to clients of Anthropic’s', async () => {
    const clients = await clientsOf(stack, 'untranslatable-too', ['sandbox-fast'])
    const search = { type: 'web_search_20250305', name: 'web_search' }
    const stored = { type: 'document', source: { type: 'file', file_id: 'file_1' } }
    const withStored = [{ role: 'user', content: [stored] }]
    const cases: [string, object, string][] = [
      ['openai', { top_k: 5 }, ''],
      ['azure', { top_k: 5 }, 'top_k'],
      ['anthropic', { speed: 'fast' }, 'speed'],
      ['anthropic', { container: 'c' }, 'container'],
      ['anthropic', { tools: [search] }, 'tools.0'],
      ['anthropic', { messages: withStored }, 'messages'],
      ['openai', { thinking: { type: 'between_tools' } }, 'thinking'],
    ]
    for (const [format, more, param] of cases) {
      const request = { model: `${format}/sandbox-fast`, messages, max_tokens: 50, ...more }
      const error = await clients.anthropic.messages.create(request as never).catch((e) => e)
      if (param === '') expect(error.type).toBe('message')
      else expect([param, error.error.error.param]).toEqual([param, param])
    }
    const beta = {
      headers: { 'anthropic-beta': 'interleaved-thinking-2025-05-14,fast-mode-2026-02-01' },
    }
    const request = { model: 'anthropic/sandbox-fast', messages, max_tokens: 50 }
    const error = await clients.anthropic.messages.create(request, beta).catch((thrown) => thrown)
    expect(error.error.error).toMatchObject({
      param: 'anthropic-beta',
      message: expect.stringContaining('fast-mode-2026-02-01'),
    })
  })
})

test('without a token, both libraries throw what they throw elsewhere', async () => {
  const { url } = stack.first
  const anthropic = new Anthropic({ baseURL: url, apiKey: 'sk-none', maxRetries: 0 })
  const request = { model: 'a/b', messages, max_tokens: 5 }
  await expect(anthropic.messages.create(request)).rejects.toBeInstanceOf(
    Anthropic.AuthenticationError,
  )
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-none', maxRetries: 0 })
  await expect(openai.chat.completions.create(request)).rejects.toBeInstanceOf(
    OpenAI.AuthenticationError,
  )
})

function expectBilled(
  clients: Clients,
  format: FormatName,
  rows: readonly { inputTokens: bigint; outputTokens: bigint }[],
): void {
  const { inputTokens, outputTokens } = clients.served(format)
  const sum = (of: (row: (typeof rows)[number]) => bigint) =>
    Number(rows.reduce((all, row) => all + of(row), 0n))
  expect({
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
  }).toEqual({ inputTokens, outputTokens })
}
