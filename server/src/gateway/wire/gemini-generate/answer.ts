/** Whole answers of Gemini, and the parts that its stream's chunks have in common with them. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Answer, AnswerChoice, AnswerPart, StopReason } from '../answer.ts'
import { countsIn, isReport } from './usage.ts'

const stops: Readonly<Record<string, StopReason>> = {
  STOP: 'end',
  MAX_TOKENS: 'length',
  SAFETY: 'refused',
  RECITATION: 'refused',
  BLOCKLIST: 'refused',
  PROHIBITED_CONTENT: 'refused',
  SPII: 'refused',
  IMAGE_SAFETY: 'refused',
  LANGUAGE: 'refused',
}

export function stopOf(reason: unknown, hasCalls: boolean): StopReason {
  const stop = stops[String(reason)] ?? 'end'
  return hasCalls && stop === 'end' ? 'tool_calls' : stop
}

export function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Whether the prompt was refused as a whole; then there is no candidate. */
export function isBlocked({ promptFeedback }: JsonObject): boolean {
  return isObject(promptFeedback) && typeof promptFeedback.blockReason === 'string'
}

/** @returns null where it is no answer of this format */
export function readAnswer(body: JsonObject): Answer | null {
  const { candidates, responseId, modelVersion, usageMetadata } = body
  if (!Array.isArray(candidates) && !isBlocked(body)) return null
  const id = textOr(responseId)
  const list: AnswerChoice[] = (Array.isArray(candidates) ? candidates : [])
    .filter(isObject)
    .map((candidate) => {
      const parts = partsOf(candidate).flatMap((part, index) => readPart(part, callId(id, index)))
      const hasCalls = parts.some(({ type }) => type === 'tool_call')
      return { parts, stop: stopOf(candidate.finishReason, hasCalls), stopSequence: null }
    })
  const blocked: AnswerChoice = { parts: [], stop: 'refused', stopSequence: null }
  return {
    id,
    model: textOr(modelVersion),
    choices: list.length === 0 ? [blocked] : list,
    usage: isReport(usageMetadata) ? countsIn(usageMetadata) : null,
  }
}

export function partsOf({ content }: JsonObject): JsonObject[] {
  const parts = isObject(content) ? content.parts : []
  return Array.isArray(parts) ? parts.filter(isObject) : []
}

/** Calls have an id only in newer versions; elsewhere the answer's own id makes one that is unique. */
export function callId(answerId: string | null, index: number): string {
  return `call_${(answerId ?? 'gemini').replace(/[^\w-]/g, '')}_${index}`
}

/** @param id for a call that has none */
export function readPart(part: JsonObject, id: string): AnswerPart[] {
  const { text, thought, functionCall, thoughtSignature } = part
  if (isObject(functionCall)) {
    const call = {
      type: 'tool_call',
      id: textOr(functionCall.id) ?? id,
      name: String(functionCall.name ?? ''),
      arguments: JSON.stringify(functionCall.args ?? {}),
    } as const
    return [typeof thoughtSignature === 'string' ? { ...call, signature: thoughtSignature } : call]
  }
  if (typeof text !== 'string' || text === '') return []
  return [thought === true ? { type: 'reasoning', text, signature: null } : { type: 'text', text }]
}
