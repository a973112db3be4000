/** A request of OpenAI's chat format, as a conversation. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import {
  type Conversation,
  type Effort,
  efforts,
  type OutputFormat,
  type Reasoning,
  type Tool,
  type ToolChoice,
} from '../conversation.ts'
import { Fields, untranslatable, wrongField } from '../fields.ts'
import { readCacheBreak, readMessages } from './content.ts'

/**
 * Fields that OpenAI defines as hints or as notes of the caller's own: an answer without them is still
 * the answer that was asked for. docs/providers/formats.md lists them.
 */
const hints = [
  'metadata',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'stream_options',
  'user',
]

/** @throws Failure that names what other formats have no word for */
export function readRequest(body: JsonObject): Conversation {
  const fields = new Fields(body)
  fields.any('model')
  fields.only('service_tier', 'auto', 'default')
  fields.only('store', false)
  fields.only('logprobs', false)
  fields.only('top_logprobs', 0)
  const logitBias = fields.object('logit_bias')
  if (logitBias !== null && Object.keys(logitBias).length > 0) {
    throw untranslatable('logit_bias', "'logit_bias'")
  }
  const modalities = fields.list('modalities')
  if (modalities?.some((one) => one !== 'text')) throw untranslatable('modalities', 'Audio output')
  const messages = fields.required('messages', fields.list('messages'))
  const tokens = fields.number('max_completion_tokens')
  const conversation: Conversation = {
    turns: readMessages(messages),
    tools: (fields.list('tools') ?? []).map((tool, index) => readTool(tool, `tools.${index}`)),
    toolChoice: readToolChoice(fields.any('tool_choice')),
    parallelTools: fields.flag('parallel_tool_calls'),
    format: readFormat(fields.object('response_format')),
    reasoning: readEffort(fields.text('reasoning_effort')),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.number('top_k'),
    frequencyPenalty: fields.number('frequency_penalty'),
    presencePenalty: fields.number('presence_penalty'),
    seed: fields.number('seed'),
    stop: readStop(fields.any('stop')),
    outputTokensMax: fields.number('max_tokens') ?? tokens,
    choices: fields.number('n') ?? 1,
    isStream: fields.flag('stream') ?? false,
  }
  fields.end(hints)
  return tokens === null ? conversation : { ...conversation, outputTokensMax: tokens }
}

function readTool(tool: unknown, at: string): Tool {
  const fields = new Fields(tool, at)
  const type = fields.text('type')
  if (type !== 'function') throw untranslatable(at, `A tool of type '${type}'`)
  const cache = readCacheBreak(fields)
  const of = new Fields(fields.object('function') ?? {}, fields.param('function'))
  fields.end()
  const name = of.required('name', of.text('name'))
  const description = of.text('description')
  const schema = of.object('parameters') ?? { type: 'object', properties: {} }
  const strict = of.flag('strict')
  of.end()
  const made = { name, description, schema, strict }
  return cache === undefined ? made : { ...made, cache }
}

function readToolChoice(choice: unknown): ToolChoice | null {
  if (choice === undefined) return null
  if (choice === 'auto' || choice === 'none') return { kind: choice }
  if (choice === 'required') return { kind: 'any' }
  const name = isObject(choice) && isObject(choice.function) ? choice.function.name : undefined
  if (typeof name === 'string') return { kind: 'one', name }
  throw untranslatable('tool_choice', 'This choice of tools')
}

function readFormat(format: JsonObject | null): OutputFormat | null {
  if (format === null || format.type === 'text') return null
  if (format.type === 'json_object') return { kind: 'json' }
  const of = isObject(format.json_schema) ? format.json_schema : {}
  if (format.type !== 'json_schema' || !isObject(of.schema)) {
    throw wrongField('response_format', "'response_format' must be text, json_object or a schema.")
  }
  return { kind: 'schema', name: String(of.name ?? 'answer'), schema: of.schema }
}

function readEffort(effort: string | null): Reasoning | null {
  if (effort === null) return null
  if (effort === 'none') return { kind: 'off' }
  if ((efforts as readonly string[]).includes(effort)) {
    return { kind: 'effort', effort: effort as Effort }
  }
  throw wrongField('reasoning_effort', `'reasoning_effort' must be none or ${efforts.join(', ')}.`)
}

function readStop(stop: unknown): readonly string[] {
  if (stop === undefined) return []
  const list = Array.isArray(stop) ? stop : [stop]
  if (list.every((one): one is string => typeof one === 'string')) return list
  throw wrongField('stop', "'stop' must be a text or a list of texts.")
}
