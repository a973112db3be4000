/** Whole messages of Anthropic's format, read and written. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Answer, AnswerPart, StopReason } from '../answer.ts'
import type { AnswerContext } from '../dialect.ts'
import { inputOf } from './content-writer.ts'
import { countsIn, isReport, writeUsage } from './usage.ts'

const stops: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  pause_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  refusal: 'refused',
}

const stopReasons: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  stop_sequence: 'stop_sequence',
  tool_calls: 'tool_use',
  refused: 'refusal',
}

export function stopOf(reason: unknown): StopReason {
  return stops[String(reason)] ?? 'end'
}

export function stopReasonOf(stop: StopReason): string {
  return stopReasons[stop]
}

export function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** @returns null where it is no answer of this format */
export function readAnswer(body: JsonObject): Answer | null {
  if (!Array.isArray(body.content)) return null
  const choice = {
    parts: body.content.flatMap(readBlock),
    stop: stopOf(body.stop_reason),
    stopSequence: textOr(body.stop_sequence),
  }
  return {
    id: textOr(body.id),
    model: textOr(body.model),
    choices: [choice],
    usage: isReport(body.usage) ? countsIn(body.usage) : null,
  }
}

function readBlock(block: unknown): AnswerPart[] {
  if (!isObject(block)) return []
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: String(block.text ?? '') }]
    case 'thinking':
      return [
        {
          type: 'reasoning',
          text: String(block.thinking ?? ''),
          signature: textOr(block.signature),
        },
      ]
    case 'redacted_thinking':
      return [{ type: 'hidden_reasoning', data: String(block.data ?? '') }]
    case 'tool_use':
      return [
        {
          type: 'tool_call',
          id: String(block.id ?? ''),
          name: String(block.name ?? ''),
          arguments: JSON.stringify(block.input ?? {}),
        },
      ]
    default:
      return []
  }
}

/** One message: whoever speaks this format can't ask for more. */
export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  const [choice] = answer.choices
  return {
    id: answer.id ?? context.requestId,
    type: 'message',
    role: 'assistant',
    model: answer.model ?? context.model,
    content: (choice?.parts ?? []).map(writeBlock),
    stop_reason: stopReasonOf(choice?.stop ?? 'end'),
    stop_sequence: choice?.stopSequence ?? null,
    usage: writeUsage(answer.usage ?? noUsage),
  }
}

const noUsage = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: null,
}

function writeBlock(part: AnswerPart): JsonObject {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'reasoning':
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' }
    case 'hidden_reasoning':
      return { type: 'redacted_thinking', data: part.data }
    case 'tool_call':
      return { type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.arguments) }
  }
}
