/** Faults by model name, over raw HTTP, and once each as the SDK sees them. */

import { once } from 'node:events'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { SLOW_FIRST_BYTE_MS } from '../../src/sandbox/models.ts'
import { ask, client, events, readAll, send, withSandbox } from './harness.ts'

const sandbox = withSandbox()

const streamed = (model: string) =>
  send(sandbox.current, {
    body: { model, messages: ask('hi'), stream: true, stream_options: { include_usage: true } },
  })
const whole = (model: string) => send(sandbox.current, { body: { model, messages: ask('hi') } })

describe('refusals', () => {
  it.each([streamed, whole])('sandbox-429 says when to come back', async (ask429) => {
    const response = await ask429('sandbox-429')
    expect(response.statusCode).toBe(429)
    expect(response.headers['retry-after']).toBe('2')
    const { error } = JSON.parse((await readAll(response)).text)
    expect(error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded' })
  })

  it('sandbox-429 and sandbox-500 are the errors that the SDK knows', async () => {
    const { completions } = client(sandbox.current).chat
    const create = (model: string) => completions.create({ model, messages: ask('hi') })
    await expect(create('sandbox-429')).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(create('sandbox-500')).rejects.toBeInstanceOf(OpenAI.InternalServerError)
  })
})

describe('sandbox-slow-first-byte', () => {
  it('sends nothing for three seconds and is well then', async () => {
    const startMs = performance.now()
    const response = await streamed('sandbox-slow-first-byte')
    expect(performance.now() - startMs).toBeGreaterThan(SLOW_FIRST_BYTE_MS - 5)
    expect(events((await readAll(response)).text).at(-1)).toBe('[DONE]')
  })
})

describe('faults in the middle of a stream', () => {
  it('sandbox-stall stops and keeps the line open', async () => {
    const response = await streamed('sandbox-stall')
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    await expect.poll(() => events(text).length).toBeGreaterThan(5)
    const before = text
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(text).toBe(before)
    expect(text).not.toContain('[DONE]')
    expect(response.complete).toBe(false)
    response.destroy()
  })

  it('sandbox-cut drops the connection', async () => {
    const { text, isBroken } = await readAll(await streamed('sandbox-cut'))
    expect(isBroken).toBe(true)
    expect(events(text).length).toBeGreaterThan(5)
    expect(text).not.toContain('[DONE]')
  })

  it('sandbox-error-event sends an error that the SDK throws, and no clean end', async () => {
    const { text, isBroken } = await readAll(await streamed('sandbox-error-event'))
    expect(isBroken).toBe(false)
    expect(JSON.parse(events(text).at(-1)!)).toMatchObject({ error: { type: 'server_error' } })
    const stream = await client(sandbox.current).chat.completions.create({
      model: 'sandbox-error-event',
      messages: ask('hi'),
      stream: true,
    })
    const read = async () => {
      for await (const _chunk of stream);
    }
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
  })

  it('sandbox-malformed sends one broken chunk and goes on', async () => {
    const { text } = await readAll(await streamed('sandbox-malformed'))
    const data = events(text)
    expect(data.filter((one) => one !== '[DONE]' && !isJson(one))).toHaveLength(1)
    expect(data.at(-1)).toBe('[DONE]')
  })

  it('sandbox-no-usage keeps its usage to itself', async () => {
    const data = events((await readAll(await streamed('sandbox-no-usage'))).text)
    expect(data.at(-1)).toBe('[DONE]')
    const usages = data.slice(0, -1).map((one) => JSON.parse(one).usage)
    expect(usages.every((usage) => usage === null)).toBe(true)
  })

  it('sandbox-zero-usage says zero', async () => {
    const data = events((await readAll(await streamed('sandbox-zero-usage'))).text)
    const { usage } = JSON.parse(data.at(-2)!)
    expect(usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })
  })
})

describe('faults in the middle of a whole answer', () => {
  it('sandbox-cut and sandbox-stall stop after half of the body', async () => {
    expect((await readAll(await whole('sandbox-cut'))).isBroken).toBe(true)
    const stalled = await whole('sandbox-stall')
    const [half] = await once(stalled, 'data')
    expect(half.length * 2).toBeLessThanOrEqual(Number(stalled.headers['content-length']))
    expect(stalled.complete).toBe(false)
    stalled.destroy()
  })

  it('sandbox-malformed is not JSON, sandbox-error-event is 500', async () => {
    const malformed = await readAll(await whole('sandbox-malformed'))
    expect(malformed.isBroken).toBe(false)
    expect(isJson(malformed.text)).toBe(false)
    expect((await whole('sandbox-error-event')).statusCode).toBe(500)
  })

  it('sandbox-no-usage has no usage', async () => {
    const { text } = await readAll(await whole('sandbox-no-usage'))
    expect(JSON.parse(text)).not.toHaveProperty('usage')
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
