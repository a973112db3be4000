/** Whole answers of Cohere's chat, and what its stream's events have in common with them. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Answer, AnswerPart, StopReason } from '../answer.ts'
import { countsIn } from './usage.ts'

const stops: Readonly<Record<string, StopReason>> = {
  COMPLETE: 'end',
  STOP_SEQUENCE: 'stop_sequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
}

/** `ERROR` and `TIMEOUT`: the answer is not what was asked for. */
export const isBroken = (reason: unknown) => reason === 'ERROR' || reason === 'TIMEOUT'

export const stopOf = (reason: unknown): StopReason => stops[String(reason)] ?? 'end'

export const textOr = (value: unknown) => (typeof value === 'string' ? value : null)

const textIn = (value: unknown) => (typeof value === 'string' ? value : '')

/** @returns null where it is no answer of this format, or says itself that it is none */
export function readAnswer(body: JsonObject): Answer | null {
  const { id, message, finish_reason: reason, usage } = body
  if (!isObject(message) || isBroken(reason)) return null
  const stop = stopOf(reason)
  return {
    id: textOr(id),
    model: null,
    choices: [{ parts: readParts(message), stop, stopSequence: null }],
    usage: countsIn(usage) ?? null,
  }
}

/** What the model means to do with its tools stands in a field of its own: it is text like any other. */
export function readParts({
  content,
  tool_plan: plan,
  tool_calls: calls,
}: JsonObject): AnswerPart[] {
  const parts: AnswerPart[] = []
  if (typeof content === 'string' && content !== '') parts.push({ type: 'text', text: content })
  for (const part of Array.isArray(content) ? content.filter(isObject) : []) {
    if (part.type === 'thinking') {
      parts.push({ type: 'reasoning', text: textIn(part.thinking), signature: null })
    } else if (textIn(part.text) !== '') parts.push({ type: 'text', text: textIn(part.text) })
  }
  if (textIn(plan) !== '') parts.push({ type: 'text', text: textIn(plan) })
  for (const call of Array.isArray(calls) ? calls.filter(isObject) : []) {
    const { name, arguments: json } = isObject(call.function) ? call.function : {}
    parts.push({
      type: 'tool_call',
      id: textIn(call.id),
      name: textIn(name),
      arguments: textIn(json),
    })
  }
  return parts
}
