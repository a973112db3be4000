/**
 * Cohere's chat as its documentation shows it (docs.cohere.com: "Chat", "Streaming", "Tool use", "Reasoning"),
 * abridged: what each means to the gateway, and what it sends for a conversation.
 */
import { describe, expect, test } from 'vitest'
import { anthropicMessages } from '../../../src/gateway/wire/anthropic-messages/index.ts'
import { cohereChat } from '../../../src/gateway/wire/cohere-chat/index.ts'
import { openaiChat } from '../../../src/gateway/wire/openai-chat/index.ts'

const options = { upstreamModel: 'command-a-03-2025', outputTokensMax: 8_000 }
const events = (...list: object[]) => list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')
const read = (text: string) => cohereChat.reader().push(Buffer.from(text))
const written = (body: object) =>
  cohereChat.writeRequest(openaiChat.readRequest(body as never), options)
const ask = { model: 'x', messages: [{ role: 'user', content: 'Hi.' }] }
const parameters = { type: 'object', properties: { ticker: { type: 'string' } } }
const tool = { type: 'function', function: { name: 'query', description: 'd', parameters } }

const usage = {
  billed_units: { input_tokens: 63, output_tokens: 149 },
  tokens: { input_tokens: 562, output_tokens: 149 },
}

describe('answers', () => {
  test('text, and what is charged is what is billed', () => {
    const body = {
      id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'LLMs stand for …' }] },
      usage,
    }
    expect(cohereChat.readAnswer(body)).toMatchObject({
      id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
      choices: [{ parts: [{ type: 'text', text: 'LLMs stand for …' }], stop: 'end' }],
      usage: { freshInputTokens: 63, cachedInputTokens: 0, outputTokens: 149 },
    })
    expect(cohereChat.readWhole(Buffer.from(JSON.stringify(body)))!.usage).toMatchObject({
      kind: 'reported',
      usage: { freshInputTokens: 63, outputTokens: 149 },
    })
    const untold = { ...body, usage: { tokens: usage.tokens, cached_tokens: 512 } }
    expect(cohereChat.readAnswer(untold)!.usage).toMatchObject({
      freshInputTokens: 50,
      cachedInputTokens: 512,
    })
  })

  test('thoughts, a plan and calls', () => {
    const call = { name: 'query', arguments: '{"ticker":"NSE"}' }
    const answer = cohereChat.readAnswer({
      finish_reason: 'TOOL_CALL',
      message: {
        content: [{ type: 'thinking', thinking: 'Well.' }],
        tool_plan: 'I will query.',
        tool_calls: [{ id: 'query_1', type: 'function', function: call }],
      },
    })!
    expect(answer.choices[0]).toEqual({
      stop: 'tool_calls',
      stopSequence: null,
      parts: [
        { type: 'reasoning', text: 'Well.', signature: null },
        { type: 'text', text: 'I will query.' },
        { type: 'tool_call', id: 'query_1', ...call },
      ],
    })
  })

  test('one that says that it failed is none', () => {
    for (const finish_reason of ['ERROR', 'TIMEOUT']) {
      expect(cohereChat.readAnswer({ finish_reason, message: { content: [] } })).toBeNull()
    }
    expect(cohereChat.readAnswer({ message: 'invalid api token' })).toBeNull()
  })
})

describe('streams', () => {
  const start = {
    id: '29f14a5a-11de-4cae-9800-25e4747408ea',
    type: 'message-start',
    delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } },
  }
  const end = (finish_reason: string, more: object = {}) => ({
    type: 'message-end',
    delta: { finish_reason, usage, ...more },
  })

  test('text and thought, with a citation in between', () => {
    const content = (of: object) => ({ delta: { message: { content: of } }, index: 0 })
    const stream = events(
      start,
      { type: 'content-start', ...content({ type: 'thinking', thinking: '' }) },
      { type: 'content-delta', ...content({ thinking: 'Well.' }) },
      { type: 'content-end', index: 0 },
      { type: 'content-delta', ...content({ text: 'A' }) },
      { type: 'citation-start', index: 0, delta: { message: { citations: {} } } },
      { type: 'content-delta', ...content({ text: ' large' }) },
      end('COMPLETE'),
    )
    expect(read(`${stream}data: [DONE]\n\n`)).toMatchObject([
      { type: 'start', id: start.id },
      { type: 'reasoning', text: 'Well.' },
      { type: 'text', text: 'A' },
      { type: 'text', text: ' large' },
      { type: 'stop', stop: 'end' },
      { type: 'usage', isFinal: true, usage: { freshInputTokens: 63, outputTokens: 149 } },
      { type: 'end' },
    ])
  })

  test('a plan, and two calls', () => {
    const called = (type: string, index: number, tool_calls: object) => ({
      type,
      index,
      delta: { message: { tool_calls } },
    })
    const of = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'query', arguments: '' },
    })
    const args = (text: string) => ({ function: { arguments: text } })
    const stream = events(
      start,
      { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will' } } },
      called('tool-call-start', 0, of('query_1')),
      called('tool-call-delta', 0, args('{"ticker":')),
      called('tool-call-delta', 0, args('"NSE"}')),
      { type: 'tool-call-end', index: 0 },
      called('tool-call-start', 1, of('query_2')),
      end('TOOL_CALL'),
    )
    expect(read(stream)).toMatchObject([
      { type: 'start' },
      { type: 'text', text: 'I will' },
      { type: 'tool_call', index: 0, id: 'query_1', name: 'query' },
      { type: 'tool_arguments', index: 0, text: '{"ticker":' },
      { type: 'tool_arguments', index: 0, text: '"NSE"}' },
      { type: 'tool_call', index: 1, id: 'query_2' },
      { type: 'stop', stop: 'tool_calls' },
      { type: 'usage' },
      { type: 'end' },
    ])
  })

  test('one that ends with an error, is cut or can’t be read never ends well', () => {
    const failed = read(events(start, end('ERROR', { error: 'out of memory' })))!
    expect(failed.at(-1)).toEqual({ type: 'error', error: { message: 'out of memory' } })
    expect(read(events({ message: 'too many tokens' }))!.at(-1)!.type).toBe('error')
    expect(read('data: {"type":"content-de\n\n')).toEqual([{ type: 'malformed' }])
    expect(read(events(start))!.map(({ type }) => type)).toEqual(['start'])
  })
})

describe('requests', () => {
  test('all that the format has', () => {
    const picture = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
    const request = written({
      ...ask,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'See:' }, picture] },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'query', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '7' },
      ],
      tools: [tool],
      tool_choice: 'required',
      max_completion_tokens: 100,
      temperature: 0.3,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      frequency_penalty: 0.5,
      reasoning_effort: 'high',
      stream: true,
    })
    expect(request).toEqual({
      model: 'command-a-03-2025',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'See:' }, picture] },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'query', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '7' },
      ],
      tools: [tool],
      tool_choice: 'REQUIRED',
      max_tokens: 100,
      temperature: 0.3,
      p: 0.9,
      stop_sequences: ['END'],
      seed: 7,
      frequency_penalty: 0.5,
      thinking: { type: 'enabled', token_budget: 80 },
      stream: true,
    })
  })

  test('a schema, one tool of several, and what Anthropic’s clients say', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const format = { type: 'json_schema', json_schema: { name: 'a', schema } }
    expect(written({ ...ask, response_format: format })).toMatchObject({
      response_format: { type: 'json_object', json_schema: schema },
    })
    const other = { type: 'function', function: { ...tool.function, name: 'other', strict: true } }
    const one = { type: 'function', function: { name: 'other' } }
    expect(written({ ...ask, tools: [tool, other], tool_choice: one })).toMatchObject({
      tools: [{ function: { name: 'other' } }],
      tool_choice: 'REQUIRED',
    })
    const claude = anthropicMessages.readRequest({
      model: 'x',
      max_tokens: 4_000,
      top_k: 40,
      system: 'Be brief.',
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      messages: [{ role: 'user', content: 'Hi.' }],
    })
    expect(cohereChat.writeRequest(claude, options)).toMatchObject({
      k: 40,
      max_tokens: 4_000,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi.' },
      ],
      thinking: { type: 'enabled', token_budget: 2_000 },
    })
  })

  test('what it can not say is refused by its name', () => {
    const file = {
      type: 'file',
      file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
    }
    const audio = { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }
    const cases: [object, string][] = [
      [{ n: 2 }, 'n'],
      [{ tools: [tool], parallel_tool_calls: false }, 'parallel_tool_calls'],
      [{ tools: [tool], response_format: { type: 'json_object' } }, 'response_format'],
      [{ stop: ['1', '2', '3', '4', '5', '6'] }, 'stop'],
      [{ frequency_penalty: -1 }, 'frequency_penalty'],
      [{ presence_penalty: 1.5 }, 'presence_penalty'],
      [{ messages: [{ role: 'user', content: [file] }] }, 'messages'],
      [{ messages: [{ role: 'user', content: [audio] }] }, 'messages'],
    ]
    for (const [more, param] of cases) {
      let told: unknown
      try {
        written({ ...ask, ...more })
      } catch (error) {
        told = error
      }
      expect([param, told]).toMatchObject([param, { code: 'invalid_request', details: { param } }])
    }
  })
})
