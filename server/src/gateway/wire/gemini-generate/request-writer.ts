/** A conversation as a request for Gemini's generateContent. */
import type { JsonObject } from '../../admission/json-body.ts'
import {
  type Conversation,
  calledTools,
  type Effort,
  mergedTurns,
  type Reasoning,
  type Tool,
  type ToolChoice,
} from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'
import { writeContents } from './content-writer.ts'

/** @throws Failure that names what this format can't say */
export function writeRequest(from: Conversation, options: WriteOptions): JsonObject {
  if (from.parallelTools === false && from.tools.length > 0) {
    throw untranslatable('parallel_tool_calls', 'One tool at a time')
  }
  const first = from.turns.findIndex(({ role }) => role !== 'system')
  const count = first < 0 ? from.turns.length : first
  const turns = mergedTurns(from.turns.slice(count))
  const system = from.turns.slice(0, count).flatMap(({ parts }) => parts)
  const texts = system.flatMap((part) => (part.type === 'text' ? [{ text: part.text }] : []))
  const config = writeConfig(from, options.upstreamModel)
  return {
    contents: writeContents(turns, calledTools(turns), options.hasCallIds !== false),
    ...(texts.length === 0 ? {} : { systemInstruction: { parts: texts } }),
    ...(from.tools.length === 0
      ? {}
      : { tools: [{ functionDeclarations: from.tools.map(writeTool) }] }),
    ...(from.toolChoice === null || from.tools.length === 0
      ? {}
      : { toolConfig: { functionCallingConfig: writeToolChoice(from.toolChoice) } }),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  }
}

function writeTool({ name, description, schema }: Tool): JsonObject {
  return {
    name,
    ...(description === null ? {} : { description }),
    parametersJsonSchema: schema,
  }
}

function writeToolChoice(choice: ToolChoice): JsonObject {
  if (choice.kind === 'one') return { mode: 'ANY', allowedFunctionNames: [choice.name] }
  return { mode: { auto: 'AUTO', none: 'NONE', any: 'ANY' }[choice.kind] }
}

function writeConfig(from: Conversation, model: string): JsonObject {
  const { format } = from
  const all = {
    temperature: from.temperature,
    topP: from.topP,
    topK: from.topK,
    frequencyPenalty: from.frequencyPenalty,
    presencePenalty: from.presencePenalty,
    seed: from.seed,
    stopSequences: from.stop.length === 0 ? null : from.stop,
    maxOutputTokens: from.outputTokensMax,
    candidateCount: from.choices === 1 ? null : from.choices,
    responseMimeType: format === null ? null : 'application/json',
    responseJsonSchema: format?.kind === 'schema' ? format.schema : null,
    thinkingConfig: writeThinking(from.reasoning, model),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

/** Models up to 2.5 are given a number of tokens, newer ones a level. */
const budgeted = /gemini-(?:1|2)\b/
const budgets: Readonly<Record<Effort, number>> = {
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
}
const levels: Readonly<Record<Effort, string>> = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
}

function writeThinking(reasoning: Reasoning | null, model: string): JsonObject | null {
  if (reasoning === null) return null
  const includeThoughts = true
  const isBudgeted = budgeted.test(model)
  switch (reasoning.kind) {
    case 'off':
      return isBudgeted ? { thinkingBudget: 0 } : { thinkingLevel: 'minimal' }
    case 'budget':
      return { thinkingBudget: reasoning.tokens, includeThoughts }
    case 'adaptive':
    case 'effort': {
      const { effort } = reasoning
      if (effort === null) return { includeThoughts }
      return isBudgeted
        ? { thinkingBudget: budgets[effort], includeThoughts }
        : { thinkingLevel: levels[effort], includeThoughts }
    }
  }
}
