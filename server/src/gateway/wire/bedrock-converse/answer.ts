/** Whole answers of Bedrock's Converse. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Answer, AnswerPart, StopReason } from '../answer.ts'
import { countsIn, isReport } from './usage.ts'

const stops: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  guardrail_intervened: 'refused',
  content_filtered: 'refused',
  malformed_model_output: 'refused',
  malformed_tool_use: 'refused',
}

export function stopOf(reason: unknown): StopReason {
  return stops[String(reason)] ?? 'end'
}

/** @returns null where it is no answer of this format */
export function readAnswer({ output, stopReason, usage, ...more }: JsonObject): Answer | null {
  const message = isObject(output) ? output.message : null
  if (!isObject(message) || !Array.isArray(message.content)) return null
  const parts = message.content.flatMap(readBlock)
  return {
    id: null,
    model: null,
    choices: [{ parts, stop: stopOf(stopReason), stopSequence: stopSequenceIn(more) }],
    usage: isReport(usage) ? countsIn(usage) : null,
  }
}

/** Told by Anthropic's models alone, where it was asked for. */
export function stopSequenceIn({ additionalModelResponseFields: fields }: JsonObject) {
  const told = isObject(fields) ? fields.stop_sequence : null
  return typeof told === 'string' ? told : null
}

function readBlock(block: unknown): AnswerPart[] {
  if (!isObject(block)) return []
  const { text, toolUse, reasoningContent } = block
  if (typeof text === 'string') return text === '' ? [] : [{ type: 'text', text }]
  if (isObject(toolUse)) {
    return [
      {
        type: 'tool_call',
        id: String(toolUse.toolUseId ?? ''),
        name: String(toolUse.name ?? ''),
        arguments: JSON.stringify(toolUse.input ?? {}),
      },
    ]
  }
  return isObject(reasoningContent) ? readReasoning(reasoningContent) : []
}

function readReasoning({ reasoningText, redactedContent }: JsonObject): AnswerPart[] {
  if (typeof redactedContent === 'string') {
    return [{ type: 'hidden_reasoning', data: redactedContent }]
  }
  if (!isObject(reasoningText)) return []
  const { text, signature } = reasoningText
  return [
    {
      type: 'reasoning',
      text: String(text ?? ''),
      signature: typeof signature === 'string' ? signature : null,
    },
  ]
}

/** All that the model wrote, for an estimate. */
export function writtenIn(body: JsonObject): string {
  const parts = readAnswer(body)?.choices[0]?.parts ?? []
  return parts
    .map((part) => {
      if (part.type === 'tool_call') return part.name + part.arguments
      return 'text' in part ? part.text : ''
    })
    .join('')
}
