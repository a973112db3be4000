/** A conversation as a request of Anthropic's messages. */
import type { JsonObject } from '../../admission/json-body.ts'
import type { Conversation, Tool, ToolChoice, Turn } from '../conversation.ts'
import { mergedTurns } from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'
import { cacheControl, writeBlocks } from './content-writer.ts'
import { writeReasoning } from './reasoning.ts'

/** @throws Failure that names what this format can't say */
export function writeRequest(from: Conversation, options: WriteOptions): JsonObject {
  refuseWhatIsMissing(from)
  const { system, turns } = apart(from.turns)
  const max_tokens = from.outputTokensMax ?? options.outputTokensMax
  const { thinking, effort } = writeReasoning(from, max_tokens, options.upstreamModel)
  const config = {
    ...given('effort', effort),
    ...given('format', writeFormat(from.format)),
  }
  return {
    ...(options.anthropicVersion === undefined
      ? { model: options.upstreamModel }
      : { anthropic_version: options.anthropicVersion }),
    max_tokens,
    ...given('system', system.length === 0 ? null : system),
    messages: turns.map(({ role, parts }) => ({ role, content: writeBlocks(parts) })),
    ...given('tools', from.tools.length === 0 ? null : from.tools.map(writeTool)),
    ...given('tool_choice', writeToolChoice(from)),
    ...given('thinking', thinking),
    ...given('output_config', Object.keys(config).length === 0 ? null : config),
    ...given('temperature', from.temperature),
    ...given('top_p', from.topP),
    ...given('top_k', from.topK),
    ...given('stop_sequences', from.stop.length === 0 ? null : from.stop),
    ...(from.isStream ? { stream: true } : {}),
  }
}

function given(name: string, value: unknown): JsonObject {
  return value === null || value === undefined ? {} : { [name]: value }
}

/** By the names of OpenAI's format: no other client can say these. */
function refuseWhatIsMissing(from: Conversation): void {
  if (from.choices !== 1) throw untranslatable('n', 'More than one answer')
  if (from.seed !== null) throw untranslatable('seed', "'seed'")
  if (from.frequencyPenalty) throw untranslatable('frequency_penalty', "'frequency_penalty'")
  if (from.presencePenalty) throw untranslatable('presence_penalty', "'presence_penalty'")
  if (from.temperature !== null && from.temperature > 1) {
    throw untranslatable('temperature', 'A temperature above 1')
  }
  if (from.format?.kind === 'json') {
    throw untranslatable('response_format', 'JSON without a schema')
  }
}

/** What a conversation begins with is the system prompt; what comes later stays in its place. */
function apart(all: readonly Turn[]): { system: JsonObject[]; turns: Turn[] } {
  const first = all.findIndex(({ role }) => role !== 'system')
  const count = first < 0 ? all.length : first
  const system = writeBlocks(all.slice(0, count).flatMap(({ parts }) => parts))
  return { system, turns: mergedTurns(all.slice(count)) }
}

function writeTool({ name, description, schema, strict, cache }: Tool): JsonObject {
  return {
    name,
    ...given('description', description),
    input_schema: schema,
    ...given('strict', strict),
    ...cacheControl(cache),
  }
}

function writeToolChoice({ tools, toolChoice, parallelTools }: Conversation): JsonObject | null {
  if (tools.length === 0) return null
  const isSerial = parallelTools === false
  if (toolChoice === null && !isSerial) return null
  const choice = choiceOf(toolChoice ?? { kind: 'auto' })
  const canBeSerial = isSerial && choice.type !== 'none'
  return canBeSerial ? { ...choice, disable_parallel_tool_use: true } : choice
}

function choiceOf(choice: ToolChoice): JsonObject {
  return choice.kind === 'one' ? { type: 'tool', name: choice.name } : { type: choice.kind }
}

function writeFormat(format: Conversation['format']): JsonObject | null {
  return format?.kind === 'schema' ? { type: 'json_schema', schema: format.schema } : null
}
