/** Nothing gets lost between the dialects: what is written in one and read again is what it was. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer, AnswerEvent, AnswerPart } from '../../../src/gateway/wire/answer.ts'
import { anthropicMessages } from '../../../src/gateway/wire/anthropic-messages/index.ts'
import type { AnswerContext, Dialect } from '../../../src/gateway/wire/dialect.ts'
import { openaiChat } from '../../../src/gateway/wire/openai-chat/index.ts'
import { TranslatedStream } from '../../../src/gateway/wire/translated-stream.ts'
import { answerParts, conversation, usage } from './conversations.ts'

const options = { upstreamModel: 'model', outputTokensMax: 4_096 }
const context: AnswerContext = {
  requestId: 'req_1',
  model: 'model',
  keepUsage: true,
  createdSeconds: 0,
}
const dialects: [string, Dialect][] = [
  ['openai-chat', openaiChat],
  ['anthropic-messages', anthropicMessages],
]

describe.each(dialects)('%s', (_, dialect) => {
  test('a conversation is read as it was written', () => {
    fc.assert(
      fc.property(conversation, (given) => {
        expect(dialect.readRequest(dialect.writeRequest(given, options))).toEqual(given)
      }),
    )
  })

  test('an answer is read as it was written', () => {
    fc.assert(
      fc.property(answerParts, usage, (parts, counts) => {
        const answer = answerOf(parts, counts)
        const read = dialect.readAnswer(dialect.writeAnswer(answer, context))
        expect(comparable(read!)).toEqual(comparable(answer))
      }),
    )
  })

  test('a stream is read as it was written, however it is cut', () => {
    fc.assert(
      fc.property(answerParts, usage, fc.array(fc.nat()), (parts, counts, cuts) => {
        const answer = answerOf(parts, counts)
        const writer = dialect.writer(context)
        const sent = eventsOf(answer)
          .map((event) => writer.write(event))
          .join('')
        const reader = dialect.reader()
        const events = chunksOf(sent, cuts).flatMap((chunk) => reader.push(chunk)!)
        expect(comparable(putTogether(events))).toEqual(comparable(answer))
        expect(events.at(-1)).toEqual({ type: 'end' })
      }),
    )
  })
})

describe('from one dialect to another', () => {
  const pairs = dialects.flatMap(([a, from]) =>
    dialects.filter(([b]) => a !== b).map(([b, to]) => [a, b, from, to] as const),
  )
  test.each(pairs)('a conversation of %s means the same in %s', (_a, _b, from, to) => {
    fc.assert(
      fc.property(conversation, (given) => {
        const first = from.writeRequest(given, options)
        const second = to.writeRequest(from.readRequest(first), options)
        expect(to.readRequest(second)).toEqual(given)
      }),
    )
  })

  test.each(pairs)('a stream of %s has its usage and its end in %s', (_a, _b, from, to) => {
    fc.assert(
      fc.property(answerParts, usage, fc.array(fc.nat()), (parts, counts, cuts) => {
        const answer = answerOf(parts, counts)
        const writer = from.writer(context)
        const sent = eventsOf(answer)
          .map((event) => writer.write(event))
          .join('')
        const stream = new TranslatedStream(from.reader(), to.writer(context))
        const passed = chunksOf(sent, cuts).map((chunk) => stream.push(chunk)!.bytes ?? '')
        const reader = to.reader()
        const events = reader.push(Buffer.concat(passed.map((one) => Buffer.from(one))))!
        expect(comparable(putTogether(events))).toEqual(comparable(answer))
        const { reasoningTokens: _, ...expected } = counts
        expect(stream.usage).toEqual({ kind: 'reported', usage: expected })
        expect(stream.isDone).toBe(true)
      }),
    )
  })

  test.each(pairs)('a stream of %s that stops early never ends in %s', (_a, _b, from, to) => {
    fc.assert(
      fc.property(answerParts, usage, fc.nat(), (parts, counts, cut) => {
        const writer = from.writer(context)
        const answer = answerOf(parts, counts)
        const sent = eventsOf(answer)
          .map((event) => writer.write(event))
          .join('')
        const stream = new TranslatedStream(from.reader(), to.writer(context))
        const bytes = Buffer.from(sent)
        const last = bytes.lastIndexOf('data:')
        const passed = stream.push(bytes.subarray(0, cut % last))!.bytes ?? ''
        const text = Buffer.from(passed).toString()
        expect(text).not.toContain('[DONE]')
        expect(text).not.toContain('message_stop')
        expect(stream.isDone).toBe(false)
      }),
    )
  })
})

test('of tools called at the same time, mixed deltas become whole blocks', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(
      fc.array(json, { minLength: 2, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (all, pick) => {
        const writer = anthropicMessages.writer(context)
        const left = all.map((value) => JSON.stringify(value))
        let sent = left
          .map((_, index) =>
            writer.write({ type: 'tool_call', choice: 0, index, id: `c${index}`, name: 'f' }),
          )
          .join('')
        for (let chosen = left.findIndex(Boolean); chosen >= 0; chosen = left.findIndex(Boolean)) {
          const wanted = pick.next().value! % left.length
          const index = left[wanted] === '' ? chosen : wanted
          const length = 1 + (pick.next().value! % 5)
          const text = left[index]!.slice(0, length)
          left[index] = left[index]!.slice(length)
          sent += writer.write({ type: 'tool_arguments', choice: 0, index, text })
        }
        sent += writer.write({ type: 'end' })
        const events = anthropicMessages.reader().push(Buffer.from(sent))!
        const read = putTogether(events).choices[0]!.parts
        // As JSON has them: it knows no -0.
        expect(read.map((part) => part.type === 'tool_call' && JSON.parse(part.arguments))).toEqual(
          all.map((value) => JSON.parse(JSON.stringify(value))),
        )
      },
    ),
  )
})

function answerOf(parts: readonly AnswerPart[], counts: Answer['usage']): Answer {
  const hasCalls = parts.some(({ type }) => type === 'tool_call')
  const stop = hasCalls ? 'tool_calls' : 'end'
  const choices = [{ parts, stop, stopSequence: null } as const]
  return { id: 'id', model: 'model', choices, usage: counts }
}

/** OpenAI's whole answers have no place for a signature, and its arguments may be spaced otherwise. */
function comparable({ choices, usage: counts }: Answer) {
  const parts = choices[0]!.parts.map((part) => {
    if (part.type === 'reasoning') return { ...part, signature: null }
    return part.type === 'tool_call' ? { ...part, arguments: JSON.parse(part.arguments) } : part
  })
  return { parts, stop: choices[0]!.stop, counts }
}

function eventsOf({ choices, usage: counts }: Answer): AnswerEvent[] {
  const events: AnswerEvent[] = [{ type: 'start', id: 'id', model: 'model' }]
  let index = 0
  for (const part of choices[0]!.parts) {
    if (part.type === 'text') events.push({ type: 'text', choice: 0, text: part.text })
    if (part.type === 'reasoning') {
      events.push({ type: 'reasoning', choice: 0, text: part.text })
      events.push({ type: 'signature', choice: 0, signature: part.signature! })
    }
    if (part.type !== 'tool_call') continue
    const { id, name, arguments: text } = part
    events.push({ type: 'tool_call', choice: 0, index, id, name })
    events.push({ type: 'tool_arguments', choice: 0, index, text })
    index++
  }
  events.push({ type: 'stop', choice: 0, stop: choices[0]!.stop, stopSequence: null })
  if (counts) events.push({ type: 'usage', usage: counts, isFinal: true })
  return [...events, { type: 'end' }]
}

function putTogether(events: readonly AnswerEvent[]): Answer {
  const parts: AnswerPart[] = []
  let stop: Answer['choices'][number]['stop'] = 'end'
  let counts: Answer['usage'] = null
  const calls = new Map<number, number>()
  for (const event of events) {
    const last = parts.at(-1)
    if (event.type === 'text' || event.type === 'reasoning') {
      if (last?.type === event.type)
        parts[parts.length - 1] = { ...last, text: last.text + event.text }
      else if (event.type === 'text') parts.push({ type: 'text', text: event.text })
      else parts.push({ type: 'reasoning', text: event.text, signature: null })
    }
    if (event.type === 'tool_call') {
      calls.set(event.index, parts.length)
      parts.push({ type: 'tool_call', id: event.id, name: event.name, arguments: '' })
    }
    if (event.type === 'tool_arguments') {
      const at = calls.get(event.index)!
      const call = parts[at]!
      if (call.type === 'tool_call') parts[at] = { ...call, arguments: call.arguments + event.text }
    }
    if (event.type === 'stop') stop = event.stop
    if (event.type === 'usage' && event.isFinal) counts = event.usage
  }
  return { id: null, model: null, choices: [{ parts, stop, stopSequence: null }], usage: counts }
}

function chunksOf(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}
