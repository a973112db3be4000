/**
 * Two unmodified client libraries against providers of every format: what comes back is what the library
 * of that format gives for a provider of its own, and what is billed is what the provider counted.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Clients, clientsOf, formatNames } from './support/clients.ts'
import { type Stack, startStack, type UsageRow, usageOf } from './support/stack.ts'

let stack: Stack
let clients: Clients
const models = [
  'sandbox-fast',
  'sandbox-echo',
  'sandbox-tool',
  'sandbox-tools',
  'sandbox-reasoning',
  'sandbox-no-usage',
]

beforeAll(async () => {
  stack = await startStack()
  clients = await clientsOf(stack, 'dialects', models)
})
afterAll(() => stack.stop())

const ask = (content: string) => [{ role: 'user' as const, content }]
const weather = {
  name: 'weather',
  description: 'The weather of a city.',
  schema: {
    type: 'object' as const,
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  },
}
const clock = { name: 'clock', description: 'The time.', schema: { type: 'object' as const } }
const openaiTools = [weather, clock].map(({ name, description, schema }) => ({
  type: 'function' as const,
  function: { name, description, parameters: schema },
}))
const anthropicTools = [weather, clock].map(({ name, description, schema }) => ({
  name,
  description,
  input_schema: schema,
}))
const called = { city: 'sandbox', days: 1 }

describe.each(formatNames)('OpenAI’s library and a provider of the format: %s', (format) => {
  test('a whole answer', async () => {
    const answer = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-echo`,
      messages: [{ role: 'system', content: 'Be brief.' }, ...ask('Say: höllo 🏳️‍🌈')],
    })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Say: höllo 🏳️‍🌈' },
    })
    expect(answer.model).toBe('sandbox-echo')
    expect(answer.usage!.total_tokens).toBe(
      answer.usage!.prompt_tokens + answer.usage!.completion_tokens,
    )
  })

  test('a stream, with the usage that it asked for', async () => {
    const stream = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-fast`,
      messages: ask('Stream.'),
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    const finishes: unknown[] = []
    const usages: unknown[] = []
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? ''
      if (choices[0]?.finish_reason) finishes.push(choices[0].finish_reason)
      if (usage) usages.push(usage)
    }
    expect(text).toContain('sandbox')
    expect(finishes).toEqual(['stop'])
    expect(usages).toHaveLength(1)
  })

  test('a tool called, and its result given back', async () => {
    const first = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-tool`,
      messages: ask('How is the weather?'),
      tools: openaiTools,
    })
    const { message, finish_reason } = first.choices[0]!
    expect(finish_reason).toBe('tool_calls')
    const [call] = message.tool_calls!
    expect(call!.type === 'function' && JSON.parse(call!.function.arguments)).toEqual(called)
    const second = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-tool`,
      messages: [
        ...ask('How is the weather?'),
        message,
        { role: 'tool', tool_call_id: call!.id, content: 'Rain.' },
      ],
      tools: openaiTools,
    })
    expect(second.choices[0]!.message.content).toContain('sandbox')
  })

  test('several tools called at once, streamed', async () => {
    const stream = clients.openai.chat.completions.stream({
      model: `${format}/sandbox-tools`,
      messages: ask('Weather and time?'),
      tools: openaiTools,
    })
    const answer = await stream.finalChatCompletion()
    const calls = answer.choices[0]!.message.tool_calls!
    const made = calls.map((call) => call.type === 'function' && call.function)
    expect(made.map((one) => one && [one.name, JSON.parse(one.arguments)])).toEqual([
      ['weather', called],
      ['clock', {}],
    ])
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
    expect(answer.choices[0]!.finish_reason).toBe('tool_calls')
  })

  test('one tool at a time, where only that is wanted and can be said', async () => {
    const asked = clients.openai.chat.completions.create({
      model: `${format}/sandbox-tools`,
      messages: ask('Weather and time?'),
      tools: openaiTools,
      parallel_tool_calls: false,
    })
    if (format === 'gemini' || format === 'cohere') {
      await expect(asked).rejects.toMatchObject({ status: 400, param: 'parallel_tool_calls' })
      return
    }
    expect((await asked).choices[0]!.message.tool_calls).toHaveLength(1)
  })

  test('reasoning apart from the answer', async () => {
    const { choices, usage } = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-reasoning`,
      messages: ask('Think.'),
    })
    const message = choices[0]!.message as unknown as { reasoning_content: string; content: string }
    expect(message.reasoning_content).toContain('hash')
    expect(message.content).toContain('sandbox')
    // Cohere does not tell how much of the output was thought.
    if (format === 'cohere') return
    expect(usage!.completion_tokens_details!.reasoning_tokens).toBeGreaterThan(0)
  })

  test('an answer that fits a schema', async () => {
    const { choices } = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-fast`,
      messages: ask('Fill it in.'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'forecast', schema: weather.schema, strict: true },
      },
    })
    expect(JSON.parse(choices[0]!.message.content!)).toEqual(called)
  })

  test('a stop sequence, a limit of output, and a picture', async () => {
    const stopped = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-echo`,
      messages: ask('one two three'),
      stop: ['two'],
    })
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'one ' },
    })
    const { choices } = await clients.openai.chat.completions.create({
      model: `${format}/sandbox-fast`,
      max_completion_tokens: 5,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          ],
        },
      ],
    })
    expect(choices[0]!.finish_reason).toBe('length')
  })
})

describe.each(formatNames)('Anthropic’s library and a provider of the format: %s', (format) => {
  test('a whole answer', async () => {
    const message = await clients.anthropic.messages.create({
      model: `${format}/sandbox-echo`,
      max_tokens: 200,
      system: 'Be brief.',
      messages: ask('Say: höllo 🏳️‍🌈'),
    })
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Say: höllo 🏳️‍🌈' }],
      stop_reason: 'end_turn',
      model: 'sandbox-echo',
    })
    expect(message.usage.input_tokens).toBeGreaterThan(5)
  })

  test('a stream, put together as a whole answer', async () => {
    const stream = clients.anthropic.messages.stream({
      model: `${format}/sandbox-fast`,
      max_tokens: 200,
      messages: ask('Stream.'),
    })
    const message = await stream.finalMessage()
    expect(message.stop_reason).toBe('end_turn')
    expect(message.content).toMatchObject([
      { type: 'text', text: expect.stringContaining('sandbox') },
    ])
    expect(message.usage.input_tokens).toBeGreaterThan(5)
    expect(message.usage.output_tokens).toBeGreaterThan(5)
  })

  test('a tool called, and its result given back', async () => {
    const first = await clients.anthropic.messages.create({
      model: `${format}/sandbox-tool`,
      max_tokens: 200,
      messages: ask('How is the weather?'),
      tools: anthropicTools,
    })
    expect(first.stop_reason).toBe('tool_use')
    const [call] = first.content
    if (call?.type !== 'tool_use') throw new Error('No tool was called.')
    expect(call.input).toEqual(called)
    const second = await clients.anthropic.messages.create({
      model: `${format}/sandbox-tool`,
      max_tokens: 200,
      messages: [
        ...ask('How is the weather?'),
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: call.id, content: 'Rain.', is_error: true },
          ],
        },
      ],
      tools: anthropicTools,
    })
    expect(second.content[0]).toMatchObject({ type: 'text' })
  })

  test('several tools called at once, streamed', async () => {
    const stream = clients.anthropic.messages.stream({
      model: `${format}/sandbox-tools`,
      max_tokens: 200,
      messages: ask('Weather and time?'),
      tools: anthropicTools,
    })
    const { content, stop_reason } = await stream.finalMessage()
    expect(stop_reason).toBe('tool_use')
    expect(content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: called },
      { type: 'tool_use', name: 'clock', input: {} },
    ])
  })

  test('thinking apart from the answer, whole and streamed', async () => {
    const request = {
      model: `${format}/sandbox-reasoning`,
      max_tokens: 200,
      messages: ask('Think.'),
    }
    const whole = await clients.anthropic.messages.create(request)
    const streamed = await clients.anthropic.messages.stream(request).finalMessage()
    for (const { content } of [whole, streamed]) {
      expect(content.map(({ type }) => type)).toEqual(['thinking', 'text'])
      expect(content[0]).toMatchObject({ thinking: expect.stringContaining('hash') })
    }
  })

  test('an answer that fits a schema, a limit of output, and a picture', async () => {
    const fitted = await clients.anthropic.messages.create({
      model: `${format}/sandbox-fast`,
      max_tokens: 200,
      messages: ask('Fill it in.'),
      output_config: { format: { type: 'json_schema', schema: weather.schema } },
    })
    const [block] = fitted.content
    expect(block?.type === 'text' && JSON.parse(block.text)).toEqual(called)
    const cut = await clients.anthropic.messages.create({
      model: `${format}/sandbox-fast`,
      max_tokens: 5,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            {
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
            },
          ],
        },
      ],
    })
    expect(cut.stop_reason).toBe('max_tokens')
  })

  test('models by its own path and in its own form', async () => {
    const page = await clients.anthropic.models.list()
    expect(page.data.map(({ id }) => id)).toContain(`${format}/sandbox-fast`)
    expect(page.data[0]).toMatchObject({ type: 'model', display_name: page.data[0]!.id })
  })
})

test('tokens are counted without a bill: by the provider, or by ourselves, who say so', async () => {
  const before = await rowCount()
  const request = { messages: ask('How long am I?'), system: 'Count.' }
  const counted = await clients.anthropic.messages.countTokens({
    model: 'anthropic/sandbox-fast',
    ...request,
  })
  const ours = await clients.anthropic.messages
    .countTokens({ model: 'openai/sandbox-fast', ...request })
    .withResponse()
  expect(counted).toMatchObject({ input_tokens: 18 })
  expect(ours.data).toMatchObject({ input_tokens: expect.any(Number), estimated: true })
  expect(ours.response.headers.get('x-commonhold-estimate')).toBe('true')
  expect(await rowCount()).toBe(before)
})

test('T19: what was billed is what the provider counted, to the nano, on every route', async () => {
  const rows = await usageOf(clients.world, await rowCount())
  const sums = (format: string) => {
    const own = rows.filter(({ modelName }) => modelName.startsWith(`${format}/`))
    const sum = (of: (row: UsageRow) => bigint) => own.reduce((all, row) => all + of(row), 0n)
    return {
      input: sum(({ inputTokens }) => inputTokens),
      output: sum(({ outputTokens }) => outputTokens),
      cost: sum(({ costNanos }) => costNanos),
    }
  }
  for (const format of formatNames) {
    const { inputTokens, outputTokens, requests } = clients.served(format)
    expect(requests).toBeGreaterThan(10)
    expect(sums(format)).toEqual({
      input: BigInt(inputTokens),
      output: BigInt(outputTokens),
      cost: BigInt(inputTokens * 500 + outputTokens * 2_000),
    })
  }
  expect(new Set(rows.map(({ status, numbersFrom }) => `${status} ${numbersFrom}`))).toEqual(
    new Set(['ok provider']),
  )
})

/** As many as there will be once all that was served is booked. */
async function rowCount(): Promise<number> {
  return formatNames.reduce((sum, format) => sum + clients.served(format).requests, 0)
}
