/** Whole answers of OpenAI's chat format, read and written. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Answer, AnswerChoice, AnswerPart, StopReason } from '../answer.ts'
import type { AnswerContext } from '../dialect.ts'
import { writeToolCall } from './request-writer.ts'
import { countsIn, isReport, writeUsage } from './usage.ts'
import { piecesIn } from './written-content.ts'

const stops: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'refused',
}

const finishReasons: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  refused: 'content_filter',
}

export function stopOf(finishReason: unknown): StopReason {
  return stops[String(finishReason)] ?? 'end'
}

export function finishReasonOf(stop: StopReason): string {
  return finishReasons[stop]
}

/** @returns null where it is no answer of this format */
export function readAnswer(body: JsonObject): Answer | null {
  if (!Array.isArray(body.choices)) return null
  return {
    id: textOr(body.id),
    model: textOr(body.model),
    choices: body.choices.filter(isObject).map(readChoice),
    usage: isReport(body.usage) ? countsIn(body.usage) : null,
  }
}

function readChoice({ message, finish_reason }: JsonObject): AnswerChoice {
  const of = isObject(message) ? message : {}
  const parts: AnswerPart[] = []
  const reasoning = textOr(of.reasoning_content) ?? textOr(of.reasoning)
  if (reasoning) parts.push({ type: 'reasoning', text: reasoning, signature: null })
  for (const { type, text } of piecesIn(of.content)) {
    parts.push(type === 'text' ? { type, text } : { type, text, signature: null })
  }
  const refusal = textOr(of.refusal)
  if (refusal) parts.push({ type: 'refusal', text: refusal })
  for (const call of Array.isArray(of.tool_calls) ? of.tool_calls : []) {
    if (!isObject(call) || !isObject(call.function)) continue
    parts.push({
      type: 'tool_call',
      id: String(call.id ?? ''),
      name: String(call.function.name ?? ''),
      arguments: String(call.function.arguments ?? ''),
    })
  }
  const hasCalls = parts.some(({ type }) => type === 'tool_call')
  const stop = stopOf(finish_reason)
  // Some servers say `stop` where they call a tool.
  return { parts, stop: hasCalls && stop === 'end' ? 'tool_calls' : stop, stopSequence: null }
}

export function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  return {
    id: answer.id ?? context.requestId,
    object: 'chat.completion',
    created: context.createdSeconds,
    model: answer.model ?? context.model,
    choices: answer.choices.map(({ parts, stop }, index) => ({
      index,
      message: writeMessage(parts),
      logprobs: null,
      finish_reason: finishReasonOf(stop),
    })),
    ...(answer.usage === null ? {} : { usage: writeUsage(answer.usage) }),
  }
}

function writeMessage(parts: readonly AnswerPart[]): JsonObject {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const refusals = parts.flatMap((part) => (part.type === 'refusal' ? [part.text] : []))
  const calls = parts.filter((part) => part.type === 'tool_call')
  return {
    role: 'assistant',
    content: texts.length === 0 ? null : texts.join(''),
    refusal: refusals.length === 0 ? null : refusals.join(''),
    ...writeReasoning(parts),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(writeToolCall) }),
  }
}

/** The text for people; the details for whoever sends them back, as a vendor may want them. */
function writeReasoning(parts: readonly AnswerPart[]): JsonObject {
  const texts = parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : []))
  const details = parts.flatMap((part) => {
    if (part.type === 'hidden_reasoning') return [hiddenDetail(part.data)]
    return part.type === 'reasoning' && part.signature !== null
      ? [signedDetail(part.text, part.signature)]
      : []
  })
  return {
    ...(texts.length === 0 ? {} : { reasoning_content: texts.join('') }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  }
}

export function signedDetail(text: string, signature: string): JsonObject {
  return { type: 'reasoning.text', text, signature }
}

export function hiddenDetail(data: string): JsonObject {
  return { type: 'reasoning.encrypted', data }
}
