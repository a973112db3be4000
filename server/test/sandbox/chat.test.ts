/** Chat completions by the sandbox, as the unmodified OpenAI SDK sees them. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { HUGE_REPLY_BYTES, SLOW_CHUNK_MS } from '../../src/sandbox/models.ts'
import { ask, client, withSandbox } from './harness.ts'

const sandbox = withSandbox()

describe('a whole answer', () => {
  it('is labelled as the sandbox everywhere', async () => {
    const answer = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-fast',
      messages: ask('hello'),
    })
    expect(answer.id).toMatch(/^chatcmpl-sandbox-/)
    expect(answer.system_fingerprint).toBe('sandbox')
    expect(answer.choices[0]?.message.content).toMatch(/no language model was called/)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
  })

  it('is the same for the same prompt and another for another', async () => {
    const say = async (content: string) => {
      const body = { model: 'sandbox-fast', messages: ask(content) }
      const answer = await client(sandbox.current).chat.completions.create(body)
      return answer.choices[0]?.message.content
    }
    expect(await say('one')).toBe(await say('one'))
    expect(await say('one')).not.toBe(await say('two'))
  })

  it('counts real tokens', async () => {
    const content = 'Tokens: ünïcödé, 漢字, 😀 and <|endoftext|>.'
    const answer = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-echo',
      messages: ask(content),
    })
    const tokens = encode(content, { disallowedSpecial: new Set() }).length
    expect(answer.choices[0]?.message.content).toBe(content)
    expect(answer.usage).toMatchObject({
      prompt_tokens: tokens + 3 + 3 + 1,
      completion_tokens: tokens,
      total_tokens: 2 * tokens + 7,
    })
  })

  it('is cut at the token limit and says so', async () => {
    for (const limit of [{ max_tokens: 4 }, { max_completion_tokens: 4 }]) {
      const answer = await client(sandbox.current).chat.completions.create({
        model: 'sandbox-echo',
        messages: ask('one two three four five six'),
        ...limit,
      })
      expect(answer.choices[0]?.message.content).toBe('one two three four')
      expect(answer.choices[0]?.finish_reason).toBe('length')
      expect(answer.usage?.completion_tokens).toBe(4)
    }
  })

  it('never hands half a character to the next answer', async () => {
    const { completions } = client(sandbox.current).chat
    const say = async (content: string, max_tokens?: number) => {
      const limit = max_tokens === undefined ? {} : { max_tokens }
      const body = { model: 'sandbox-echo', messages: ask(content), ...limit }
      return (await completions.create(body)).choices[0]?.message.content
    }
    expect(encode('🪿').length).toBeGreaterThan(1)
    expect(await say('🪿', 1)).toBe('')
    expect(await say('字')).toBe('字')
  })

  it('ends before a stop sequence', async () => {
    const answer = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-echo',
      messages: ask('one two three'),
      stop: [' three', ' two'],
    })
    expect(answer.choices[0]?.message.content).toBe('one')
  })

  it('has n different choices, all of them counted', async () => {
    const answer = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-fast',
      messages: ask('hello'),
      n: 3,
    })
    const texts = answer.choices.map(({ message }) => message.content ?? '')
    expect(new Set(texts).size).toBe(3)
    const tokens = texts.reduce((sum, text) => sum + encode(text).length, 0)
    expect(answer.usage?.completion_tokens).toBe(tokens)
  })

  it('reads a prompt of parts, with a picture among them', async () => {
    const answer = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-echo',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is ' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
            { type: 'text', text: 'this' },
          ],
        },
      ],
    })
    expect(answer.choices[0]?.message.content).toBe('what is this')
    expect(answer.usage?.prompt_tokens).toBe(encode('what is this').length + 7 + 85)
  })
})

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
      required: ['city', 'unit'],
    },
  },
}

describe('sandbox-tool', () => {
  it('calls the tool with arguments that fit, then answers in text', async () => {
    const { completions } = client(sandbox.current).chat
    const body = { model: 'sandbox-tool', tools: [weather] }
    const first = await completions.create({ ...body, messages: ask('weather?') })
    const [choice] = first.choices
    expect(choice?.finish_reason).toBe('tool_calls')
    const [call] = choice?.message.tool_calls ?? []
    expect(call).toMatchObject({
      type: 'function',
      function: { name: 'weather', arguments: '{"city":"sandbox","unit":"celsius"}' },
    })
    const result = { role: 'tool' as const, tool_call_id: call!.id, content: 'sunny' }
    const messages = [...ask('weather?'), choice!.message, result]
    const second = await completions.create({ ...body, messages })
    expect(second.choices[0]?.finish_reason).toBe('stop')
    expect(second.choices[0]?.message.content).toMatch(/sandbox/)
  })

  it('streams the call in pieces that the SDK puts together', async () => {
    const stream = client(sandbox.current).chat.completions.stream({
      model: 'sandbox-tool',
      messages: ask('weather?'),
      tools: [weather],
    })
    const final = await stream.finalChatCompletion()
    expect(final.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'weather', arguments: '{"city":"sandbox","unit":"celsius"}' } },
    ])
  })
})

describe('a stream', () => {
  it('adds up to the whole answer, in whole characters, with usage at the end', async () => {
    const { completions } = client(sandbox.current).chat
    const body = { model: 'sandbox-echo', messages: ask('👩‍👩‍👧 família 漢字 ok'), n: 2 }
    const whole = await completions.create(body)
    const stream = await completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    })
    const texts = ['', '']
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      expect(usage).toBeFalsy()
      usage = chunk.usage
      if (usage) expect(chunk.choices).toEqual([])
      for (const { index, delta } of chunk.choices) texts[index] += delta.content ?? ''
    }
    expect(texts).toEqual(whole.choices.map(({ message }) => message.content))
    expect(texts[0]).not.toContain('\ufffd')
    expect(usage).toEqual(whole.usage)
  })

  it('has no usage unless it was asked for', async () => {
    const stream = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-fast',
      messages: ask('hello'),
      stream: true,
    })
    for await (const chunk of stream) expect(chunk).not.toHaveProperty('usage')
  })

  it('comes slowly from sandbox-slow', async () => {
    const startMs = performance.now()
    const stream = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-slow',
      messages: ask('hello'),
      max_tokens: 10,
      stream: true,
    })
    for await (const _chunk of stream);
    // Timers may fire a millisecond early.
    expect(performance.now() - startMs).toBeGreaterThan(10 * (SLOW_CHUNK_MS - 1))
  })

  it('carries 2 MB from sandbox-huge', async () => {
    const stream = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-huge',
      messages: ask('hello'),
      stream: true,
    })
    let chars = 0
    for await (const chunk of stream) chars += chunk.choices[0]?.delta.content?.length ?? 0
    expect(chars).toBe(HUGE_REPLY_BYTES)
  })
})

describe('models', () => {
  it('are listed and found by name', async () => {
    const { models } = client(sandbox.current)
    const names = (await models.list()).data.map(({ id }) => id)
    expect(names).toContain('sandbox-fast')
    expect(names).toContain('sandbox-embed')
    expect(await models.retrieve('sandbox-fast')).toMatchObject({ owned_by: 'sandbox' })
    const missing = models.retrieve('gpt-unknown')
    await expect(missing).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})
