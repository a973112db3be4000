/** A conversation as a request for Bedrock's Converse. */
import type { JsonObject } from '../../admission/json-body.ts'
import {
  type Conversation,
  mergedTurns,
  type OutputFormat,
  type Tool,
  type Turn,
} from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'
import { ContentWriter, cachePoint } from './content-writer.ts'
import { makerOf, modelFields } from './model-fields.ts'

/** @throws Failure that names what this format can't say */
export function writeRequest(from: Conversation, options: WriteOptions): JsonObject {
  refuseWhatIsMissing(from)
  const { system, turns } = apart(from.turns)
  const content = new ContentWriter()
  const more = modelFields(from, options)
  const isAnthropic = makerOf(options.upstreamModel) === 'anthropic'
  return {
    messages: turns.map(({ role, parts }) => ({ role, content: content.blocks(parts) })),
    ...given('system', listed(system)),
    ...given('inferenceConfig', filled(inferenceConfig(from))),
    ...given('toolConfig', writeTools(from)),
    ...given('outputConfig', writeFormat(from.format)),
    ...given('additionalModelRequestFields', filled(more)),
    // Which stop sequence it was, Converse does not say by itself.
    ...(from.stop.length > 0 && isAnthropic
      ? { additionalModelResponseFieldPaths: ['/stop_sequence'] }
      : {}),
  }
}

function given(name: string, value: unknown): JsonObject {
  return value === null ? {} : { [name]: value }
}

const filled = (value: JsonObject) => (Object.keys(value).length === 0 ? null : value)
const listed = (list: readonly JsonObject[]) => (list.length === 0 ? null : list)

/** By the names of OpenAI's format: no other client can say most of these. */
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
  if (from.parallelTools === false && from.tools.length > 0) {
    throw untranslatable('parallel_tool_calls', 'One tool at a time')
  }
}

/** What a conversation begins with is the system prompt; what comes later has no place here. */
function apart(all: readonly Turn[]): { system: JsonObject[]; turns: Turn[] } {
  const first = all.findIndex(({ role }) => role !== 'system')
  const count = first < 0 ? all.length : first
  const later = all.slice(count)
  if (later.some(({ role }) => role === 'system')) {
    throw untranslatable('messages', 'A system message after the first turn')
  }
  const system = all.slice(0, count).flatMap(({ parts }) => parts)
  return { system: new ContentWriter().blocks(system), turns: mergedTurns(later) }
}

function inferenceConfig(from: Conversation): JsonObject {
  return {
    ...given('maxTokens', from.outputTokensMax),
    ...given('temperature', from.temperature),
    ...given('topP', from.topP),
    ...given('stopSequences', from.stop.length === 0 ? null : from.stop),
  }
}

/** Who may call none is given none, as long as the conversation has no call in it that wants them. */
function writeTools({ tools, toolChoice, turns }: Conversation): JsonObject | null {
  if (tools.length === 0) return null
  if (toolChoice?.kind === 'none') {
    const hasCalls = turns.some(({ parts }) => parts.some(({ type }) => type === 'tool_call'))
    if (!hasCalls) return null
    throw untranslatable('tool_choice', "'none' after a tool was called")
  }
  const choice =
    toolChoice === null
      ? null
      : toolChoice.kind === 'one'
        ? { tool: { name: toolChoice.name } }
        : { [toolChoice.kind]: {} }
  return { tools: tools.flatMap(writeTool), ...given('toolChoice', choice) }
}

function writeTool({ name, description, schema, strict, cache }: Tool): JsonObject[] {
  const toolSpec = {
    name,
    ...given('description', description || null),
    inputSchema: { json: schema },
    ...given('strict', strict),
  }
  return [{ toolSpec }, ...cachePoint(cache)]
}

function writeFormat(format: OutputFormat | null): JsonObject | null {
  if (format?.kind !== 'schema') return null
  const jsonSchema = { name: format.name, schema: JSON.stringify(format.schema) }
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}
