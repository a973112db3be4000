/** The sandbox's own bill: exact, per key, also for answers that broke or were abandoned. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { ask, client, events, readAll, send } from './harness.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
})

afterEach(async () => {
  await sandbox.close()
})

const streamed = (model: string, content = 'hi') =>
  send(sandbox, { body: { model, messages: ask(content), stream: true } })

function contentTokens(text: string): number {
  const parts = events(text)
    .filter((one) => one !== '[DONE]' && !one.startsWith('{"error"'))
    .map((one) => JSON.parse(one).choices[0]?.delta.content ?? '')
  return encode(parts.join('')).length
}

describe('served', () => {
  it('is the sum of the usages that were reported, by key', async () => {
    const sums = new Map<string, { requests: number; inputTokens: number; outputTokens: number }>()
    const add = async (key: string, content: string) => {
      const body = { model: 'sandbox-fast', messages: ask(content), n: 2 }
      const { usage } = await client(sandbox, key).chat.completions.create(body)
      const sum = sums.get(key) ?? { requests: 0, inputTokens: 0, outputTokens: 0 }
      sum.requests++
      sum.inputTokens += usage!.prompt_tokens
      sum.outputTokens += usage!.completion_tokens
      sums.set(key, sum)
    }
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => add(`key-${index % 3}`, `prompt ${index}`)),
    )
    const { byKey, ...total } = sandbox.served()
    expect(byKey).toEqual(sums)
    const list = [...sums.values()]
    expect(total).toEqual({
      requests: 40,
      inputTokens: list.reduce((sum, one) => sum + one.inputTokens, 0),
      outputTokens: list.reduce((sum, one) => sum + one.outputTokens, 0),
    })
  })

  it('counts the input of embeddings', async () => {
    await client(sandbox).embeddings.create({ model: 'sandbox-embed', input: 'one two three' })
    expect(sandbox.served()).toMatchObject({ requests: 1, inputTokens: 3, outputTokens: 0 })
  })

  it.each(['sandbox-cut', 'sandbox-error-event'])('counts what %s sent', async (model) => {
    const { text } = await readAll(await streamed(model))
    const { outputTokens, requests } = sandbox.served()
    expect(requests).toBe(1)
    expect(outputTokens).toBe(contentTokens(text))
    expect(outputTokens).toBeGreaterThan(0)
  })

  it('counts the whole answer that had no usage, and nothing for a usage of zero', async () => {
    const { text } = await readAll(await streamed('sandbox-no-usage'))
    const first = sandbox.served()
    expect(first.outputTokens).toBe(contentTokens(text))
    await readAll(await streamed('sandbox-zero-usage'))
    const second = sandbox.served()
    expect(second).toMatchObject({ ...first, requests: 2, byKey: expect.anything() })
  })

  it('stops counting when the client leaves', async () => {
    const response = await streamed('sandbox-slow')
    await expect.poll(() => sandbox.served().outputTokens).toBeGreaterThan(2)
    response.destroy()
    const settledTokens = await untilStill(() => sandbox.served().outputTokens)
    expect(settledTokens).toBeLessThan(10)
    expect(sandbox.served().inputTokens).toBeGreaterThan(0)
  })

  it('does not run ahead of a client that does not read', async () => {
    const body = { model: 'sandbox-huge', messages: ask('hi'), stream: true, n: 8 }
    const response = await send(sandbox, { body })
    const sentTokens = await untilStill(() => sandbox.served().outputTokens)
    expect(sentTokens).toBeGreaterThan(0)
    const { text } = await readAll(response)
    expect(events(text).at(-1)).toBe('[DONE]')
    expect(sandbox.served().outputTokens).toBeGreaterThan(2 * sentTokens)
  })
})

/** Polls until a count has not moved for a while, and returns it. */
async function untilStill(count: () => number): Promise<number> {
  let last = -1
  let stillSinceMs = performance.now()
  await expect
    .poll(
      () => {
        const now = count()
        if (now !== last || now === 0) stillSinceMs = performance.now()
        last = now
        return performance.now() - stillSinceMs
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(150)
  return last
}
