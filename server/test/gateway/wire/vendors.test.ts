/**
 * Streams and answers as the vendors document them, abridged: what each means to the gateway, and what
 * a client of the other format gets of it.
 */
import { describe, expect, test } from 'vitest'
import type { AnswerEvent, AnswerReader } from '../../../src/gateway/wire/answer.ts'
import { anthropicMessages } from '../../../src/gateway/wire/anthropic-messages/index.ts'
import type { AnswerContext } from '../../../src/gateway/wire/dialect.ts'
import { EventStream } from '../../../src/gateway/wire/event-stream.ts'
import { geminiGenerate } from '../../../src/gateway/wire/gemini-generate/index.ts'
import { openaiChat } from '../../../src/gateway/wire/openai-chat/index.ts'
import { readUsage } from '../../../src/gateway/wire/openai-chat/usage.ts'
import { TranslatedStream } from '../../../src/gateway/wire/translated-stream.ts'

const context: AnswerContext = {
  requestId: 'req_1',
  model: 'model',
  keepUsage: true,
  createdSeconds: 0,
}
const named = (...events: object[]) =>
  events
    .map(
      (event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`,
    )
    .join('')
const unnamed = (...events: (object | string)[]) =>
  events.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('')
const read = (reader: AnswerReader, text: string): AnswerEvent[] => reader.push(Buffer.from(text))!

/** docs.claude.com, "Streaming with tool use". */
const anthropicTools = named(
  {
    type: 'message_start',
    message: {
      id: 'msg_014p7gG3wDgGV9EUtLvnow3U',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-1-20250805',
      stop_sequence: null,
      usage: { input_tokens: 472, output_tokens: 2, cache_read_input_tokens: 100 },
      content: [],
      stop_reason: null,
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Okay, let' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: "'s check" } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 'toolu_01T1x', name: 'get_weather', input: {} },
  },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
  {
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: '{"location":' },
  },
  {
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: ' "San Francisco"}' },
  },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 89 },
  },
  { type: 'message_stop' },
)

describe('Anthropic', () => {
  test('a stream with a tool, to a client of OpenAI’s', () => {
    const stream = new TranslatedStream(anthropicMessages.reader(), openaiChat.writer(context))
    const text = Buffer.from(stream.push(Buffer.from(anthropicTools))!.bytes!).toString()
    const chunks = text
      .split('\n\n')
      .filter(Boolean)
      .map((one) => one.slice(6))
    expect(chunks.at(-1)).toBe('[DONE]')
    const deltas = chunks.slice(0, -1).map((one) => JSON.parse(one))
    expect(deltas.flatMap(({ choices }) => choices.map((c: { delta: object }) => c.delta))).toEqual(
      [
        { role: 'assistant', content: 'Okay, let' },
        { content: "'s check" },
        {
          tool_calls: [
            {
              index: 0,
              id: 'toolu_01T1x',
              type: 'function',
              function: { name: 'get_weather', arguments: '' },
            },
          ],
        },
        { tool_calls: [{ index: 0, function: { arguments: '{"location":' } }] },
        { tool_calls: [{ index: 0, function: { arguments: ' "San Francisco"}' } }] },
        {},
      ],
    )
    expect(deltas.at(-1).usage).toEqual({
      prompt_tokens: 572,
      completion_tokens: 89,
      total_tokens: 661,
      prompt_tokens_details: { cached_tokens: 100 },
    })
  })

  test('the same passing by: its bytes untouched, its usage from both of its ends', () => {
    const stream = new EventStream(anthropicMessages.scanner({ keepUsage: false }))
    const { bytes } = stream.push(Buffer.from(anthropicTools))!
    expect(Buffer.from(bytes!).toString()).toBe(anthropicTools)
    expect(stream.isDone).toBe(true)
    expect(stream.usage).toEqual({
      kind: 'reported',
      usage: {
        freshInputTokens: 472,
        cachedInputTokens: 100,
        cacheWriteTokens: 0,
        outputTokens: 89,
      },
    })
    expect(stream.written().text).toBe(`Okay, let's checkget_weather{"location": "San Francisco"}`)
  })

  test('a stream that breaks has the input that its beginning counted, and no end', () => {
    const half = anthropicTools.slice(0, anthropicTools.indexOf('event: message_delta'))
    const stream = new EventStream(anthropicMessages.scanner({ keepUsage: false }))
    stream.push(Buffer.from(half))
    expect([stream.isDone, stream.usage]).toEqual([false, null])
    expect(stream.begunWith).toMatchObject({ freshInputTokens: 472, cachedInputTokens: 100 })
  })

  test('an error in the stream, as documented for overload', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' }
    const text = named({ type: 'error', error })
    expect(read(anthropicMessages.reader(), text)).toEqual([{ type: 'error', error }])
    const stream = new EventStream(anthropicMessages.scanner({ keepUsage: false }))
    expect(stream.push(Buffer.from(text))!.error).toEqual(error)
  })

  test('thinking with its signature reaches a client of OpenAI’s, and comes back', () => {
    const text = named(
      { type: 'message_start', message: { id: 'm', model: 'c', usage: { input_tokens: 1 } } },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'thinking_delta', thinking: 'Let me ' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'thinking_delta', thinking: 'see.' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'signature_delta', signature: 'EqQB' },
      },
      { type: 'content_block_stop', index: 0 },
    )
    const writer = openaiChat.writer(context)
    const sent = read(anthropicMessages.reader(), text)
      .map((event) => writer.write(event))
      .join('')
    const details = /"reasoning_details":(\[.*?\])/.exec(sent)![1]!
    const back = openaiChat.readRequest({
      messages: [{ role: 'assistant', content: 'x', reasoning_details: JSON.parse(details) }],
    })
    const written = anthropicMessages.writeRequest(back, {
      upstreamModel: 'c',
      outputTokensMax: 9,
    })
    expect(written.messages).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
          { type: 'text', text: 'x' },
        ],
      },
    ])
  })
})

describe('servers of OpenAI’s format', () => {
  const delta = (of: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-1',
    model: 'm',
    choices: [{ index: 0, delta: of, finish_reason }],
  })

  test('OpenAI: tools called at the same time, and the usage in a chunk without choices', () => {
    const call = (index: number, more: object) => delta({ tool_calls: [{ index, ...more }] })
    const events = read(
      openaiChat.reader(),
      unnamed(
        delta({ role: 'assistant', content: null }),
        call(0, { id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } }),
        call(0, { function: { arguments: '{"a":1}' } }),
        call(1, { id: 'call_b', type: 'function', function: { name: 'g', arguments: '' } }),
        call(1, { function: { arguments: '{}' } }),
        delta({}, 'tool_calls'),
        { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } },
        '[DONE]',
      ),
    )
    expect(events.map(({ type }) => type)).toEqual([
      'start',
      'tool_call',
      'tool_arguments',
      'tool_call',
      'tool_arguments',
      'stop',
      'usage',
      'end',
    ])
  })

  test('T71: a usage in a chunk that has choices as well', () => {
    const last = {
      ...delta({ content: '!' }, 'stop'),
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    }
    const stream = new EventStream(openaiChat.scanner({ keepUsage: false }))
    const text = unnamed(last, '[DONE]')
    expect(Buffer.from(stream.push(Buffer.from(text))!.bytes!).toString()).toBe(text)
    expect(stream.usage).toMatchObject({ usage: { outputTokens: 2 } })
  })

  test('DeepSeek: reasoning in a field of its own, and its own name for cached input', () => {
    const events = read(
      openaiChat.reader(),
      unnamed(delta({ reasoning_content: 'Hm.' }), delta({ content: 'Yes.' }), delta({}, 'stop')),
    )
    expect(events.slice(1)).toMatchObject([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Yes.' },
      { type: 'stop', stop: 'end' },
    ])
    const usage = { prompt_tokens: 10, prompt_cache_hit_tokens: 4, completion_tokens: 2 }
    expect(readUsage(usage)).toMatchObject({
      usage: { freshInputTokens: 6, cachedInputTokens: 4, outputTokens: 2 },
    })
  })

  test('xAI: reasoning beside the completion is billed as output', () => {
    const usage = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    }
    expect(readUsage(usage)).toMatchObject({ usage: { outputTokens: 103 } })
    expect(readUsage({ ...usage, total_tokens: 41 })).toMatchObject({ usage: { outputTokens: 9 } })
  })

  test('Mistral: content as a list, in which it thinks', () => {
    const thinking = [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }]
    const events = read(
      openaiChat.reader(),
      unnamed(delta({ content: thinking }), delta({ content: [{ type: 'text', text: 'Yes.' }] })),
    )
    expect(events.slice(1)).toMatchObject([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Yes.' },
    ])
  })

  test('a call without an index, and `stop` where a tool is called, as some servers have it', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
    const events = read(
      openaiChat.reader(),
      unnamed(delta({ tool_calls: [call] }), delta({}, 'stop')),
    )
    expect(events.at(-1)).toMatchObject({ type: 'stop', stop: 'tool_calls' })
  })
})

describe('Gemini', () => {
  const chunk = (parts: object[], more: object = {}, usage: object = {}) => ({
    candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
    usageMetadata: { promptTokenCount: 11, totalTokenCount: 11, ...usage },
    modelVersion: 'gemini-2.5-flash',
    responseId: 'Il0t',
  })

  test('a stream with thoughts, text and a call, and thoughts counted as output', () => {
    const stream = new TranslatedStream(geminiGenerate.reader(), anthropicMessages.writer(context))
    const text = unnamed(
      chunk([{ text: 'Thinking…', thought: true }]),
      chunk([{ text: 'Let me look.' }]),
      chunk([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'sig' }]),
      chunk(
        [{ text: '' }],
        { finishReason: 'STOP' },
        {
          candidatesTokenCount: 6,
          thoughtsTokenCount: 20,
          cachedContentTokenCount: 4,
          totalTokenCount: 37,
        },
      ),
    )
    const sent = Buffer.from(stream.push(Buffer.from(text))!.bytes!)
    expect(stream.usage).toEqual({
      kind: 'reported',
      usage: {
        freshInputTokens: 7,
        cachedInputTokens: 4,
        cacheWriteTokens: 0,
        outputTokens: 26,
      },
    })
    const events = read(anthropicMessages.reader(), sent.toString())
    expect(events.filter(({ type }) => type === 'stop')).toMatchObject([{ stop: 'tool_calls' }])
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  test('a prompt that is blocked is an answer that was refused', () => {
    const body = {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4 },
    }
    const answer = geminiGenerate.readAnswer(body)!
    expect(openaiChat.writeAnswer(answer, context).choices).toMatchObject([
      { finish_reason: 'content_filter' },
    ])
    expect(read(geminiGenerate.reader(), unnamed(body)).map(({ type }) => type)).toEqual([
      'start',
      'stop',
      'usage',
      'end',
    ])
  })

  test('calls keep their signature on the way to OpenAI’s clients and back, or get Google’s stand-in', () => {
    const part = { functionCall: { name: 'f', args: {} }, thoughtSignature: 'sig' }
    const answer = geminiGenerate.readAnswer(chunk([part], { finishReason: 'STOP' }))!
    const [choice] = openaiChat.writeAnswer(answer, context).choices as { message: object }[]
    const result = { role: 'tool', tool_call_id: 'call_Il0t_0', content: 'ok' }
    const again = (message: object) =>
      geminiGenerate.writeRequest(openaiChat.readRequest({ messages: [message, result] }), {
        upstreamModel: 'gemini-3-pro',
        outputTokensMax: 9,
      }).contents as { parts: object[] }[]
    expect(again(choice!.message)[0]!.parts[0]).toMatchObject({ thoughtSignature: 'sig' })
    const bare = JSON.parse(
      JSON.stringify(choice!.message).replace(/,"extra_content":\{.*?\}\}/, ''),
    )
    expect(again(bare)[0]!.parts[0]).toMatchObject({
      thoughtSignature: 'skip_thought_signature_validator',
    })
    expect(again(bare)[1]!.parts[0]).toMatchObject({
      functionResponse: { name: 'f', response: { output: 'ok' } },
    })
  })
})
