/**
 * Bedrock's Converse: what is asked for in its terms, what it can't say, and what its answers and its binary
 * streams mean. Answers are those of Amazon's documentation.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../../../src/gateway/call/failure.ts'
import { anthropicMessages } from '../../../src/gateway/wire/anthropic-messages/index.ts'
import { loadFrames } from '../../../src/gateway/wire/bedrock-converse/frames.ts'
import { bedrockConverse } from '../../../src/gateway/wire/bedrock-converse/index.ts'
import { openaiChat } from '../../../src/gateway/wire/openai-chat/index.ts'
import { TranslatedStream } from '../../../src/gateway/wire/translated-stream.ts'
import { eventFrame, exceptionFrame, frame } from '../support/event-frames.ts'

const claude = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const nova = 'amazon.nova-2-lite-v1:0'
const context = { requestId: 'req_1', model: 'm', keepUsage: true, createdSeconds: 0 }
const ask = [{ role: 'user', content: 'Hi' }]

function chat(body: object, upstreamModel = claude) {
  const conversation = openaiChat.readRequest({ messages: ask, ...body })
  return bedrockConverse.writeRequest(conversation, { upstreamModel, outputTokensMax: 4_096 })
}
function messages(body: object, upstreamModel = claude) {
  const request = { messages: ask, max_tokens: 100, ...body }
  const conversation = anthropicMessages.readRequest(request)
  return bedrockConverse.writeRequest(conversation, { upstreamModel, outputTokensMax: 4_096 })
}
function refusedParam(write: () => unknown): string | null | undefined {
  try {
    write()
  } catch (error) {
    return (error as Failure).details.param
  }
  throw new Error('It was not refused.')
}

beforeAll(loadFrames)

describe('a request', () => {
  const tool = (name: string) => ({
    type: 'function',
    function: { name, description: 'A tool.', parameters: { type: 'object' }, strict: true },
  })

  test('system, text, pictures, documents and the limits of the answer', () => {
    const written = chat({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            {
              type: 'file',
              file: { filename: 'a.b.pdf', file_data: 'data:application/pdf;base64,JVBE' },
            },
            {
              type: 'file',
              file: { filename: 'a.b.pdf', file_data: 'data:application/pdf;base64,JVBE' },
            },
          ],
        },
      ],
      max_completion_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
    })
    const document = (name: string) => ({
      document: { format: 'pdf', name, source: { bytes: 'JVBE' } },
    })
    expect(written).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'What is this?' },
            { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } },
            document('a-b-pdf'),
            document('a-b-pdf (2)'),
          ],
        },
      ],
      inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
    })
  })

  test('tools, their choice, calls and results', () => {
    const written = chat({
      tools: [tool('weather')],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      messages: [
        ...ask,
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"a":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Rain.' },
      ],
    })
    expect(written.toolConfig).toEqual({
      tools: [
        {
          toolSpec: {
            name: 'weather',
            description: 'A tool.',
            inputSchema: { json: { type: 'object' } },
            strict: true,
          },
        },
      ],
      toolChoice: { tool: { name: 'weather' } },
    })
    expect((written.messages as object[]).slice(1)).toEqual([
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: 'c1', name: 'weather', input: { a: 1 } } }],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'c1', content: [{ text: 'Rain.' }], status: 'success' } },
        ],
      },
    ])
    const choice = (tool_choice: string) =>
      (chat({ tools: [tool('weather')], tool_choice }).toolConfig as { toolChoice: object })
        ?.toolChoice
    expect([choice('auto'), choice('required')]).toEqual([{ auto: {} }, { any: {} }])
    expect(chat({ tools: [tool('weather')], tool_choice: 'none' })).not.toHaveProperty('toolConfig')
  })

  test('what an Anthropic client has: thinking with its signature, failed tools, marks for a cache', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' }
    const written = messages({
      system: [{ type: 'text', text: 'Long.', cache_control }],
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      top_k: 5,
      messages: [
        ...ask,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
            { type: 'redacted_thinking', data: 'aGlk' },
            { type: 'tool_use', id: 't1', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: 'No.', is_error: true }],
        },
      ],
    })
    expect(written.system).toEqual([
      { text: 'Long.' },
      { cachePoint: { type: 'default', ttl: '1h' } },
    ])
    expect(written.additionalModelRequestFields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      top_k: 5,
    })
    const [, said, result] = written.messages as { content: object[] }[]
    expect(said!.content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
      { reasoningContent: { redactedContent: 'aGlk' } },
    ])
    expect(result!.content[0]).toMatchObject({ toolResult: { status: 'error' } })
  })

  test('reasoning by the model’s maker, and an answer that fits a schema', () => {
    const effort = { reasoning_effort: 'high' }
    const more = (body: object, model?: string) => chat(body, model).additionalModelRequestFields
    expect(more(effort, 'global.anthropic.claude-opus-4-6-v1')).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    })
    expect(more({ ...effort, max_completion_tokens: 4_000 })).toEqual({
      thinking: { type: 'enabled', budget_tokens: 3_200 },
    })
    expect(more(effort, nova)).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
    })
    expect(more(effort, 'openai.gpt-oss-120b-1:0')).toEqual({ reasoning_effort: 'high' })
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const format = { type: 'json_schema', json_schema: { name: 'it', schema } }
    expect(chat({ response_format: format }).outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'it', schema: JSON.stringify(schema) } },
      },
    })
  })

  test('what Converse can’t express is refused by its name', () => {
    const tools = { tools: [tool('f')] }
    const picture = (url: string) => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    })
    const cases: [string, object, string?][] = [
      ['n', { n: 2 }],
      ['seed', { seed: 1 }],
      ['frequency_penalty', { frequency_penalty: 1 }],
      ['presence_penalty', { presence_penalty: 1 }],
      ['temperature', { temperature: 1.5 }],
      ['response_format', { response_format: { type: 'json_object' } }],
      ['parallel_tool_calls', { ...tools, parallel_tool_calls: false }],
      ['reasoning_effort', { reasoning_effort: 'low' }, 'meta.llama3-3-70b-instruct-v1:0'],
      ['top_k', { top_k: 3 }, 'mistral.mistral-large-2402-v1:0'],
      ['messages', picture('https://example.com/a.png')],
      ['messages', picture('data:image/tiff;base64,AAAA')],
      ['messages', { messages: [...ask, { role: 'system', content: 'x' }] }],
    ]
    for (const [param, body, model] of cases) {
      expect([param, refusedParam(() => chat(body, model))]).toEqual([param, param])
    }
    const budget = { thinking: { type: 'enabled', budget_tokens: 2_000 } }
    expect(refusedParam(() => messages(budget, nova))).toBe('thinking')
  })
})

describe('an answer', () => {
  /** API reference of Converse, "Examples". */
  const documented = {
    output: {
      message: {
        content: [{ text: '<text generated by the model>' }],
        role: 'assistant',
      },
    },
    stopReason: 'end_turn',
    usage: { inputTokens: 30, outputTokens: 628, totalTokens: 658 },
    metrics: { latencyMs: 1275 },
  }

  test('as documented, to clients of both formats', () => {
    const answer = bedrockConverse.readAnswer(documented)!
    expect(openaiChat.writeAnswer(answer, context)).toMatchObject({
      model: 'm',
      choices: [{ finish_reason: 'stop', message: { content: '<text generated by the model>' } }],
      usage: { prompt_tokens: 30, completion_tokens: 628, total_tokens: 658 },
    })
    expect(anthropicMessages.writeAnswer(answer, context)).toMatchObject({
      stop_reason: 'end_turn',
      usage: { input_tokens: 30, output_tokens: 628 },
    })
  })

  test('with a call, signed reasoning, and what was read from a cache and written to one', () => {
    const body = {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
            { toolUse: { toolUseId: 'tooluse_1', name: 'top_song', input: { sign: 'WZPZ' } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: {
        inputTokens: 5,
        outputTokens: 7,
        totalTokens: 42,
        cacheReadInputTokens: 10,
        cacheWriteInputTokens: 20,
      },
    }
    const bytes = Buffer.from(JSON.stringify(body))
    expect(bedrockConverse.readWhole(bytes)!.usage).toEqual({
      kind: 'reported',
      usage: {
        freshInputTokens: 5,
        cachedInputTokens: 10,
        cacheWriteTokens: 20,
        outputTokens: 7,
      },
    })
    const message = anthropicMessages.writeAnswer(bedrockConverse.readAnswer(body)!, context)
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'tool_use', id: 'tooluse_1', name: 'top_song', input: { sign: 'WZPZ' } },
      ],
    })
  })

  test('that is none', () => {
    expect(bedrockConverse.readAnswer({ message: 'no' })).toBeNull()
    expect(bedrockConverse.readWhole(Buffer.from('{"output":'))).toBeNull()
  })
})

describe('a stream', () => {
  const stream = [
    eventFrame('messageStart', { role: 'assistant', p: 'abcd' }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 0,
      delta: { reasoningContent: { text: 'Hm.' } },
    }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 0,
      delta: { reasoningContent: { signature: 'sig' } },
    }),
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Höllo' } }),
    eventFrame('contentBlockStop', { contentBlockIndex: 1 }),
    eventFrame('contentBlockStart', {
      contentBlockIndex: 2,
      start: { toolUse: { toolUseId: 'tooluse_1', name: 'f' } },
    }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 2,
      delta: { toolUse: { input: '{"a":1}' } },
    }),
    eventFrame('contentBlockStop', { contentBlockIndex: 2 }),
    eventFrame('contentBlockStart', {
      contentBlockIndex: 3,
      start: { toolUse: { toolUseId: 'tooluse_2', name: 'g' } },
    }),
    eventFrame('contentBlockStop', { contentBlockIndex: 3 }),
    eventFrame('messageStop', { stopReason: 'tool_use' }),
    eventFrame('metadata', {
      usage: { inputTokens: 12, outputTokens: 9, totalTokens: 21, cacheReadInputTokens: 3 },
      metrics: { latencyMs: 1 },
    }),
  ]
  const bytes = Buffer.concat(stream)

  test('means the same however it is cut', () => {
    const whole = bedrockConverse.reader().push(bytes)
    expect(whole).toEqual([
      { type: 'start', id: null, model: null },
      { type: 'reasoning', choice: 0, text: 'Hm.' },
      { type: 'signature', choice: 0, signature: 'sig' },
      { type: 'text', choice: 0, text: 'Höllo' },
      { type: 'tool_call', choice: 0, index: 0, id: 'tooluse_1', name: 'f' },
      { type: 'tool_arguments', choice: 0, index: 0, text: '{"a":1}' },
      { type: 'tool_call', choice: 0, index: 1, id: 'tooluse_2', name: 'g' },
      { type: 'tool_arguments', choice: 0, index: 1, text: '{}' },
      { type: 'stop', choice: 0, stop: 'tool_calls', stopSequence: null },
      {
        type: 'usage',
        isFinal: true,
        usage: {
          freshInputTokens: 12,
          cachedInputTokens: 3,
          cacheWriteTokens: 0,
          outputTokens: 9,
          reasoningTokens: null,
        },
      },
      { type: 'end' },
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const at = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b)
        const reader = bedrockConverse.reader()
        const read = at.slice(1).flatMap((to, i) => reader.push(bytes.subarray(at[i], to))!)
        expect(read).toEqual(whole)
      }),
    )
  })

  test('that is cut anywhere before its end never ends for a client', () => {
    const last = stream.at(-1)!
    fc.assert(
      fc.property(fc.nat(bytes.length - last.length), fc.nat(last.length - 1), (short, more) => {
        for (const length of [short, bytes.length - last.length + more]) {
          const told = new TranslatedStream(bedrockConverse.reader(), openaiChat.writer(context))
          const passed = told.push(bytes.subarray(0, length))!
          expect(Buffer.from(passed.bytes ?? '').toString()).not.toContain('[DONE]')
          expect([told.isDone, told.usage]).toEqual([false, null])
        }
      }),
    )
  })

  test('with one bit wrong is broken, in whichever of its bytes', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const wrong = Buffer.from(bytes)
        wrong[at]! ^= 1 << bit
        const read = bedrockConverse.reader().push(wrong)
        // A length that grew is waited for, and never comes.
        expect(read === null || read.at(-1)?.type !== 'end').toBe(true)
      }),
    )
  })

  test('its exceptions are the failures that they are as HTTP statuses', () => {
    const failureOf = (bytesOfIt: Buffer) =>
      bedrockConverse
        .reader()
        .push(bytesOfIt)!
        .map((event) => event.type === 'error' && event.failure)
    const cases: [string, string][] = [
      ['throttlingException', 'rate_limited'],
      ['modelStreamErrorException', 'internal_error'],
      ['internalServerException', 'internal_error'],
      ['serviceUnavailableException', 'overloaded'],
      ['validationException', 'request_refused'],
      ['modelTimeoutException', 'timed_out'],
      ['somethingNewException', 'internal_error'],
    ]
    for (const [type, failure] of cases) {
      expect([type, failureOf(exceptionFrame(type, 'No.'))]).toEqual([type, [failure]])
    }
    const error = frame(
      { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Broken.' },
      '',
    )
    expect(bedrockConverse.reader().push(error)).toEqual([
      { type: 'error', error: { message: 'Broken.' }, failure: 'internal_error' },
    ])
  })
})
