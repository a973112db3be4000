/** Conversations and answers, as arbitraries: only what the format in question can say. */
import fc from 'fast-check'
import type { AnswerPart, UsageCounts } from '../../../src/gateway/wire/answer.ts'
import {
  type Conversation,
  efforts,
  type Part,
  type Turn,
} from '../../../src/gateway/wire/conversation.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
const name = fc.stringMatching(/^[a-z_]{1,12}$/)
const json = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  .map((value) => JSON.stringify(value))
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((b) => Buffer.from(b).toString('base64'))
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })

const textPart: fc.Arbitrary<Part> = text.map((one) => ({ type: 'text', text: one }))
const imagePart: fc.Arbitrary<Part> = base64.map((data) => ({
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data },
}))
const documentPart: fc.Arbitrary<Part> = fc.record({
  type: fc.constant('document' as const),
  source: base64.map((data) => ({ kind: 'base64' as const, mediaType: 'application/pdf', data })),
  name,
})
const systemTurn: fc.Arbitrary<Turn> = text.map((one) => ({
  role: 'system',
  parts: [{ type: 'text', text: one }],
}))
const userTurn: fc.Arbitrary<Turn> = fc
  .array(fc.oneof(textPart, imagePart, documentPart), { minLength: 1, maxLength: 3 })
  .map((parts) => ({ role: 'user', parts }))

/** An answer with calls, and the results of all of them. */
const round: fc.Arbitrary<Turn[]> = fc
  .record({
    said: maybe(text),
    calls: fc.array(fc.record({ name, json, result: text }), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(),
  })
  .map(({ said, calls, seed }) => {
    const id = (index: number) => `call_${seed}_${index}`
    return [
      {
        role: 'assistant',
        parts: [
          ...(said === null ? [] : [{ type: 'text' as const, text: said }]),
          ...calls.map((call, index) => ({
            type: 'tool_call' as const,
            id: id(index),
            name: call.name,
            arguments: call.json,
          })),
        ],
      },
      {
        role: 'user',
        parts: calls.map(({ result }, index) => ({
          type: 'tool_result' as const,
          id: id(index),
          parts: [{ type: 'text' as const, text: result }],
          isError: false,
        })),
      },
    ]
  })
const answerTurn: fc.Arbitrary<Turn[]> = text.map((one) => [
  { role: 'assistant', parts: [{ type: 'text', text: one }] },
])

/** What every format can say: roles take turns, and everything in a turn is kept in its place. */
export const conversation: fc.Arbitrary<Conversation> = fc.record({
  turns: fc
    .tuple(
      maybe(systemTurn),
      userTurn,
      fc.array(
        fc.oneof(
          round,
          answerTurn.chain((a) => userTurn.map((u) => [...a, u])),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([system, first, more]) => [...(system ? [system] : []), first, ...more.flat()]),
  tools: fc.uniqueArray(
    fc.record({
      name,
      description: maybe(text),
      schema: fc.constant({ type: 'object', properties: { a: { type: 'string' } } }),
      strict: fc.constant(null),
    }),
    { selector: (tool) => tool.name, maxLength: 3 },
  ),
  toolChoice: fc.constant(null),
  parallelTools: fc.constant(null),
  format: maybe(
    fc.constant({ kind: 'schema' as const, name: 'answer', schema: { type: 'object' } }),
  ),
  reasoning: fc.constant(null),
  temperature: maybe(fc.constantFrom(0, 0.5, 1)),
  topP: maybe(fc.constantFrom(0.1, 1)),
  topK: fc.constant(null),
  frequencyPenalty: fc.constant(null),
  presencePenalty: fc.constant(null),
  seed: fc.constant(null),
  stop: fc.array(text, { maxLength: 2 }),
  outputTokensMax: fc.integer({ min: 1, max: 100_000 }),
  choices: fc.constant(1),
  isStream: fc.boolean(),
})

export const effort = fc.constantFrom(...efforts)

const counts = fc.record({
  freshInputTokens: fc.nat(1_000),
  cachedInputTokens: fc.nat(1_000),
  cacheWriteTokens: fc.nat(1_000),
  outputTokens: fc.nat(1_000),
})
export const usage: fc.Arbitrary<UsageCounts> = fc
  .tuple(counts, fc.nat(1_000))
  .map(([all, part]) => ({ ...all, reasoningTokens: Math.min(part, all.outputTokens) }))

/** Parts of an answer, in the order in which formats have them. */
export const answerParts: fc.Arbitrary<AnswerPart[]> = fc
  .record({
    thought: maybe(text),
    said: maybe(text),
    calls: fc.array(fc.record({ name, json }), { maxLength: 3 }),
  })
  .filter(({ said, calls }) => said !== null || calls.length > 0)
  .map(({ thought, said, calls }) => [
    ...(thought === null ? [] : [{ type: 'reasoning' as const, text: thought, signature: 'sig' }]),
    ...(said === null ? [] : [{ type: 'text' as const, text: said }]),
    ...calls.map((call, index) => ({
      type: 'tool_call' as const,
      id: `call_${index}`,
      name: call.name,
      arguments: call.json,
    })),
  ])
