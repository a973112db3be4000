/** The bound on input is never below what is counted, whatever is sent. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chatBounds, embeddingBounds } from '../../src/gateway/admission/bounds.ts'
import { parseJsonBody } from '../../src/gateway/admission/json-body.ts'
import { messagesBounds } from '../../src/gateway/admission/message-bounds.ts'
import type { ModelEntry } from '../../src/gateway/snapshot/entries.ts'
import {
  estimateChatInput,
  estimateEmbeddingInput,
  estimateMessagesInput,
} from '../../src/gateway/wire/estimate.ts'

const model = { contextTokensMax: 1_000_000, outputTokensMax: 4_096 } as ModelEntry

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('🏳️‍🌈'.repeat(9), 'ꙮ'.repeat(30), ' '.repeat(50), '<|endoftext|>'),
)
const message = fc.record({ role: fc.constantFrom('user', 'system'), content: text })
const tool = fc.record({
  type: fc.constant('function'),
  function: fc.record({ name: text, parameters: fc.object() }),
})

test('for chat', async () => {
  const request = fc.record({
    messages: fc.array(message, { maxLength: 8 }),
    tools: fc.array(tool, { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const bounds = chatBounds(parseJsonBody(bytes), bytes.length, model)
      expect(await estimateChatInput(JSON.parse(bytes.toString()))).toBeLessThanOrEqual(
        bounds.inputTokensMax,
      )
    }),
  )
})

test('for messages, with blocks, tools and their results', async () => {
  const block = fc.oneof(
    fc.record({ type: fc.constant('text'), text }),
    fc.record({ type: fc.constant('thinking'), thinking: text }),
    fc.record({ type: fc.constant('tool_result'), tool_use_id: text, content: text }),
  )
  const blocks = fc.record({ role: fc.constant('user'), content: fc.array(block) })
  const own = fc.record({ name: text, input_schema: fc.object() })
  const request = fc.record({
    max_tokens: fc.constant(5),
    system: text,
    messages: fc.array(fc.oneof(message, blocks), { maxLength: 6 }),
    tools: fc.array(own, { maxLength: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const bounds = messagesBounds(parseJsonBody(bytes), bytes.length, model)
      expect(bounds.outputTokensMax).toBe(5)
      expect(await estimateMessagesInput(value)).toBeLessThanOrEqual(bounds.inputTokensMax)
    }),
    { numRuns: 50 },
  )
  expect(() => messagesBounds(parseJsonBody(Buffer.from('{}')), 2, model)).toThrow('max_tokens')
})

test('for embeddings, of texts and of tokens', async () => {
  const tokens = fc.array(fc.nat({ max: 200_000 }), { minLength: 1 })
  const input = fc.oneof(text, fc.array(text), tokens, fc.array(tokens))
  await fc.assert(
    fc.asyncProperty(fc.record({ input }), async (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const bounds = embeddingBounds(parseJsonBody(bytes), bytes.length, model)
      expect(await estimateEmbeddingInput(JSON.parse(bytes.toString()))).toBeLessThanOrEqual(
        bounds.inputTokensMax,
      )
    }),
  )
})

test('what is not text is bounded by the model’s context, and nothing by more', () => {
  const picture = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
  const boundOf = (value: object, context: number) => {
    const bytes = Buffer.from(JSON.stringify(value))
    const limited = { ...model, contextTokensMax: context }
    return chatBounds(parseJsonBody(bytes), bytes.length, limited).inputTokensMax
  }
  expect(boundOf({ messages: [{ role: 'user', content: [picture] }] }, 5_000)).toBe(5_000)
  expect(boundOf({ messages: [{ role: 'user', content: 'x'.repeat(9_000) }] }, 5_000)).toBe(5_000)
})

test('output is bounded by the larger maximum that is given, and by the model', () => {
  const boundOf = (value: object) =>
    chatBounds(parseJsonBody(Buffer.from(JSON.stringify(value))), 1, model)
  expect(boundOf({}).outputTokensMax).toBe(4_096)
  expect(boundOf({ max_tokens: 5, max_completion_tokens: 9 }).outputTokensMax).toBe(9)
  expect(boundOf({ max_tokens: 1e9, n: 3 })).toMatchObject({ outputTokensMax: 4_096, choices: 3 })
  for (const bad of [{ max_tokens: -1 }, { max_tokens: '5' }, { n: 0.5 }, { n: 1e9 }]) {
    expect(() => boundOf(bad)).toThrow('whole number')
  }
})
