/**
 * The bodies of a request as they are kept: redacted, and a stream put together to what it said, because
 * an address that comes in three chunks is found in none of them. What can't be read as JSON can't be
 * redacted by field, so it is not kept at all.
 */
import { type RedactionRules, redactor } from '@commonhold/core'
import type { AnswerEvent, AnswerReader } from '../wire/answer.ts'
import { anthropicMessages } from '../wire/anthropic-messages/index.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { EventSplitter, objectIn } from '../wire/server-sent-events.ts'
import type { SeenBody } from './observed-call.ts'

export interface KeptBody {
  readonly state: 'kept' | 'too_large' | 'not_text' | 'none'
  readonly bytes: number
  readonly text: string | null
}

export interface KeptBodies {
  readonly request: KeptBody
  readonly answer: KeptBody
}

interface Seen {
  readonly route: string
  readonly isStream: boolean
  readonly request: SeenBody
  readonly answer: SeenBody
}

export function keptBodies(seen: Seen, rules: RedactionRules): KeptBodies {
  const clean = redactor(rules)
  const readAnswer = seen.isStream ? streamReaders[seen.route] : jsonIn
  return {
    request: kept(seen.request, jsonIn, clean),
    answer: kept(seen.answer, readAnswer ?? jsonIn, clean),
  }
}

function kept(
  { bytes, kept: body }: SeenBody,
  read: (body: Buffer) => unknown,
  clean: (value: unknown) => unknown,
): KeptBody {
  if (bytes === 0) return { state: 'none', bytes, text: null }
  if (body === null) return { state: 'too_large', bytes, text: null }
  const value = read(body)
  if (value === undefined) return { state: 'not_text', bytes, text: null }
  return { state: 'kept', bytes, text: JSON.stringify(clean(value)) }
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** What streams of each route are put together by. */
const streamReaders: Readonly<Record<string, (body: Buffer) => unknown>> = {
  chat: (body) => assembled(openaiChat.reader(), body),
  messages: (body) => assembled(anthropicMessages.reader(), body),
  responses: lastResponse,
}

/** The last event of such a stream repeats the whole response. */
function lastResponse(body: Buffer): unknown {
  const events = new EventSplitter().push(body) ?? []
  const responses = events.flatMap((data) => objectIn(data)?.response ?? [])
  return responses.at(-1)
}

interface Choice {
  text?: string
  reasoning?: string
  refusal?: string
  toolCalls?: { name: string; arguments: string }[]
  stop?: string
}

function assembled(reader: AnswerReader, body: Buffer): unknown {
  const choices: Choice[] = []
  let error: unknown
  for (const event of reader.push(body) ?? []) {
    if (event.type === 'error') error = event.error
    if ('choice' in event) {
      choices[event.choice] ??= {}
      addTo(choices[event.choice]!, event)
    }
  }
  return {
    stream: choices.map((choice) => choice ?? {}),
    ...(error === undefined ? {} : { error }),
  }
}

function addTo(choice: Choice, event: AnswerEvent & { readonly choice: number }): void {
  switch (event.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      choice[event.type] = (choice[event.type] ?? '') + event.text
      return
    case 'tool_call':
      choice.toolCalls ??= []
      choice.toolCalls[event.index] = { name: event.name, arguments: '' }
      return
    case 'tool_arguments': {
      const call = choice.toolCalls?.[event.index]
      if (call) call.arguments += event.text
      return
    }
    case 'stop':
      choice.stop = event.stop
      return
    case 'signature':
    case 'hidden_reasoning':
      return
  }
}
