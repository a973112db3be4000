/** A request of Anthropic's messages, as a conversation. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import {
  type Conversation,
  type Effort,
  efforts,
  type OutputFormat,
  type Reasoning,
  type Tool,
  type ToolChoice,
  type Turn,
} from '../conversation.ts'
import { Fields, untranslatable, wrongField } from '../fields.ts'
import { readCacheBreak, readContent } from './content-reader.ts'

/** Hints by their own definition, and notes of the caller's own. docs/providers/formats.md lists them. */
const hints = ['metadata', 'cache_control']

/** @throws Failure that names what other formats have no word for */
export function readRequest(body: JsonObject): Conversation {
  const fields = new Fields(body)
  fields.any('model')
  fields.only('service_tier', 'auto', 'standard_only')
  fields.only('speed', 'standard')
  const choice = fields.object('tool_choice')
  const config = new Fields(fields.object('output_config') ?? {}, 'output_config')
  const effort = readEffort(config.text('effort'))
  const format = config.object('format') ?? fields.object('output_format')
  fields.any('output_format')
  config.end()
  const messages = fields.required('messages', fields.list('messages'))
  const isParallelOff = choice?.disable_parallel_tool_use
  const conversation: Conversation = {
    turns: [...readSystem(fields), ...messages.map(readMessage)],
    tools: (fields.list('tools') ?? []).map((tool, index) => readTool(tool, `tools.${index}`)),
    toolChoice: choice && readToolChoice(choice),
    parallelTools: typeof isParallelOff === 'boolean' ? !isParallelOff : null,
    format: readFormat(format),
    reasoning: readThinking(fields.object('thinking'), effort),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.number('top_k'),
    frequencyPenalty: null,
    presencePenalty: null,
    seed: null,
    stop: (fields.list('stop_sequences') ?? []).map(String),
    outputTokensMax: fields.required('max_tokens', fields.number('max_tokens')),
    choices: 1,
    isStream: fields.flag('stream') ?? false,
  }
  fields.end(hints)
  return conversation
}

function readSystem(fields: Fields): Turn[] {
  const system = fields.any('system')
  return system === undefined ? [] : [{ role: 'system', parts: readContent(system, 'system') }]
}

function readMessage(message: unknown, index: number): Turn {
  const fields = new Fields(message, `messages.${index}`)
  const role = fields.text('role')
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw wrongField(fields.param('role'), "A message's role is user or assistant.")
  }
  const parts = readContent(fields.any('content'), fields.param('content'))
  fields.end()
  return { role, parts }
}

function readTool(tool: unknown, at: string): Tool {
  const fields = new Fields(tool, at)
  const type = fields.text('type')
  if (type !== null && type !== 'custom') throw untranslatable(at, `A tool of type '${type}'`)
  const cache = readCacheBreak(fields)
  const made = {
    name: fields.required('name', fields.text('name')),
    description: fields.text('description'),
    schema: fields.required('input_schema', fields.object('input_schema')),
    strict: fields.flag('strict'),
  }
  // How a call is streamed is a hint: it arrives in pieces or at once.
  fields.end(['eager_input_streaming'])
  return cache === undefined ? made : { ...made, cache }
}

function readToolChoice({ type, name }: JsonObject): ToolChoice {
  if (type === 'auto' || type === 'none' || type === 'any') return { kind: type }
  if (type === 'tool' && typeof name === 'string') return { kind: 'one', name }
  throw wrongField('tool_choice', "'tool_choice' must be auto, any, none or a tool.")
}

function readFormat(format: JsonObject | null): OutputFormat | null {
  if (format === null) return null
  if (format.type === 'json_schema' && isObject(format.schema)) {
    return { kind: 'schema', name: 'answer', schema: format.schema }
  }
  throw wrongField('output_config.format', "'output_config.format' must be a json_schema.")
}

function readEffort(effort: string | null): Effort | null {
  if (effort === null) return null
  if ((efforts as readonly string[]).includes(effort)) return effort as Effort
  throw wrongField('output_config.effort', `There is no effort '${effort}'.`)
}

function readThinking(thinking: JsonObject | null, effort: Effort | null): Reasoning | null {
  if (thinking === null) return effort === null ? null : { kind: 'effort', effort }
  const { type, budget_tokens: tokens, display } = thinking
  if (display === 'omitted') throw untranslatable('thinking.display', 'Thinking without its text')
  if (type === 'disabled') return { kind: 'off' }
  if (type === 'adaptive') return { kind: 'adaptive', effort }
  if (type === 'enabled' && typeof tokens === 'number') return { kind: 'budget', tokens }
  throw untranslatable('thinking', `Thinking of type '${String(type)}'`)
}
