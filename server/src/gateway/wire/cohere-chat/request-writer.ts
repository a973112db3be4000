/** A conversation as a request for Cohere's chat, second version. */
import type { JsonObject } from '../../admission/json-body.ts'
import type {
  Conversation,
  Effort,
  OutputFormat,
  Reasoning,
  Tool,
  ToolChoice,
} from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'
import { writeMessages } from './content-writer.ts'

/** What Cohere takes at most; more is refused there. */
const stopsMax = 5
/** Of the limit of output, so that an answer has room after the thought. */
const thoughtPart = 0.8
const efforts: Readonly<Record<Effort, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
  max: 49_152,
}

/** @throws Failure that names what this format can't say */
export function writeRequest(from: Conversation, options: WriteOptions): JsonObject {
  refuseUnknown(from)
  const { tools, toolChoice } = from
  const strict = tools.length > 0 && tools.every((tool) => tool.strict === true)
  const tokens = from.outputTokensMax ?? options.outputTokensMax
  const all = {
    model: options.upstreamModel,
    messages: writeMessages(from.turns),
    stream: from.isStream,
    tools: tools.length === 0 ? null : chosen(tools, toolChoice).map(writeTool),
    strict_tools: strict ? true : null,
    tool_choice: tools.length === 0 ? null : writeToolChoice(toolChoice),
    response_format: writeFormat(from.format),
    max_tokens: from.outputTokensMax,
    temperature: from.temperature,
    p: from.topP,
    k: from.topK,
    frequency_penalty: from.frequencyPenalty,
    presence_penalty: from.presencePenalty,
    seed: from.seed,
    stop_sequences: from.stop.length === 0 ? null : from.stop,
    thinking: writeThinking(from.reasoning, tokens),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

function refuseUnknown(from: Conversation): void {
  if (from.choices !== 1) throw untranslatable('n', 'More than one answer')
  if (from.parallelTools === false && from.tools.length > 0) {
    throw untranslatable('parallel_tool_calls', 'One tool at a time')
  }
  if (from.stop.length > stopsMax) {
    throw untranslatable('stop', `More than ${stopsMax} stop sequences`)
  }
  if (from.tools.length > 0 && from.format !== null) {
    throw untranslatable('response_format', 'Structured output together with tools')
  }
  for (const [param, value] of [
    ['frequency_penalty', from.frequencyPenalty],
    ['presence_penalty', from.presencePenalty],
  ] as const) {
    if (value !== null && (value < 0 || value > 1)) {
      throw untranslatable(param, 'A penalty outside of 0 to 1')
    }
  }
}

/** There is no word for one tool that must be called: it is then the only one that is offered. */
function chosen(tools: readonly Tool[], choice: ToolChoice | null): readonly Tool[] {
  return choice?.kind === 'one' ? tools.filter(({ name }) => name === choice.name) : tools
}

function writeToolChoice(choice: ToolChoice | null): string | null {
  if (choice === null || choice.kind === 'auto') return null
  return choice.kind === 'none' ? 'NONE' : 'REQUIRED'
}

function writeTool({ name, description, schema }: Tool): JsonObject {
  const parameters = schema
  const of = { name, ...(description === null ? {} : { description }), parameters }
  return { type: 'function', function: of }
}

function writeFormat(format: OutputFormat | null): JsonObject | null {
  if (format === null) return null
  if (format.kind === 'json') return { type: 'json_object' }
  return { type: 'json_object', json_schema: format.schema }
}

function writeThinking(reasoning: Reasoning | null, tokensMax: number): JsonObject | null {
  if (reasoning === null) return null
  if (reasoning.kind === 'off') return { type: 'disabled' }
  if (reasoning.kind === 'budget') return { type: 'enabled', token_budget: reasoning.tokens }
  const { effort } = reasoning
  if (effort === null) return { type: 'enabled' }
  const most = Math.max(1, Math.floor(tokensMax * thoughtPart))
  return { type: 'enabled', token_budget: Math.min(efforts[effort], most) }
}
