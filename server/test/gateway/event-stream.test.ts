/** However a stream is cut into chunks on its way, the client gets the same bytes and we the same usage. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventStream } from '../../src/gateway/wire/event-stream.ts'
import { ChatScanner } from '../../src/gateway/wire/openai-chat/scanner.ts'

const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`
const delta = (content: string) =>
  event({ choices: [{ index: 0, delta: { content } }], usage: null })
const usage = {
  prompt_tokens: 5,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 2 },
}
const usageChunk = event({ choices: [], usage })
const done = 'data: [DONE]\n\n'

function passThrough(text: string, cuts: readonly number[], keepUsage = false) {
  const bytes = Buffer.from(text)
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const stream = new EventStream(new ChatScanner({ keepUsage }))
  const passed: Uint8Array[] = []
  let error: unknown = null
  for (const [index, from] of [0, ...at].entries()) {
    const chunk = bytes.subarray(from, at[index] ?? bytes.length)
    const result = stream.push(chunk)!
    if (result.bytes) passed.push(result.bytes)
    error ??= result.error
    if (error) break
  }
  return { stream, text: Buffer.concat(passed).toString(), error }
}

const contents = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 12 })
const cuts = fc.array(fc.nat(), { maxLength: 30 })

test('only the usage chunk is taken out, whatever the chunks', () => {
  fc.assert(
    fc.property(contents, cuts, fc.constantFrom('\n', '\r\n'), (texts, at, newline) => {
      const lines = (text: string) => text.replaceAll('\n', newline)
      const before = lines(texts.map(delta).join(''))
      const { stream, text } = passThrough(before + lines(usageChunk + done), at)
      expect(text).toBe(before + lines(done))
      expect(stream.isDone).toBe(true)
      expect(stream.usage).toEqual({
        kind: 'reported',
        usage: {
          freshInputTokens: 3,
          cachedInputTokens: 2,
          cacheWriteTokens: 0,
          outputTokens: 7,
        },
      })
    }),
  )
})

test('who asked for usage gets every byte', () => {
  fc.assert(
    fc.property(contents, cuts, (texts, at) => {
      const all = texts.map(delta).join('') + usageChunk + done
      expect(passThrough(all, at, true).text).toBe(all)
    }),
  )
})

test('what a model writes is never taken for usage, an error or the end', () => {
  const text = delta('"usage":{"prompt_tokens":1} "error":{"message":"x"} data: [DONE]')
  const { stream, error, text: passed } = passThrough(text, [])
  expect(error).toBeNull()
  expect(stream.usage).toBeNull()
  expect(stream.isDone).toBe(false)
  expect(passed).toBe(text)
})

test('an error event is found wherever it is cut, and is not passed on as it came', () => {
  fc.assert(
    fc.property(contents, cuts, (texts, at) => {
      const before = texts.map(delta).join('')
      const { error, text } = passThrough(before + event({ error: { message: 'no' } }), at)
      expect(error).toEqual({ message: 'no' })
      expect(text).toBe(before)
    }),
  )
})

test('an unreadable usage is told apart from none', () => {
  const bad = event({ choices: [], usage: { prompt_tokens: -1, completion_tokens: 'many' } })
  expect(passThrough(bad, []).stream.usage).toEqual({ kind: 'unreadable' })
})

test('what was written can be counted afterwards', () => {
  const call = { index: 0, function: { name: 'f', arguments: '{"a":' } }
  const all = delta('one ') + event({ choices: [{ delta: { tool_calls: [call] } }] }) + delta('two')
  expect(passThrough(all, [10, 40, 90]).stream.written()).toEqual({
    text: 'one f{"a":two',
    scale: 1,
  })
})
