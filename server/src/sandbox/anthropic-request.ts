/** A request of Anthropic's messages, put into OpenAI's terms. */

import type { Connection } from './connection.ts'
import { invalidParameter } from './errors.ts'
import { type ChatRequest, isObject, type JsonObject, parseChatRequest, textOf } from './request.ts'

/** @throws SandboxError 400 or 404 */
export function parseMessages(body: JsonObject): ChatRequest {
  if (!Number.isInteger(body.max_tokens)) {
    throw invalidParameter('max_tokens', 'max_tokens: Field required')
  }
  return parseChatRequest(openaiBody(body))
}

/** POST /v1/messages/count_tokens: not charged, so not counted. */
export async function countMessageTokens(connection: Connection): Promise<void> {
  const request = parseChatRequest(openaiBody(await connection.body()))
  connection.sendJson(200, { input_tokens: request.inputTokens })
}

function openaiBody(body: JsonObject): JsonObject {
  const { model, messages, system, tools, tool_choice: choice, output_config: config } = body
  if (!Array.isArray(messages)) throw invalidParameter('messages', 'messages: Field required')
  const turns = messages.filter(isObject).flatMap(openaiMessages)
  const systemText = blocksOf(system)
    .map((block) => textOf(block.text))
    .join('')
  const format = isObject(config) && isObject(config.format) ? config.format : null
  return {
    model,
    messages: systemText === '' ? turns : [{ role: 'system', content: systemText }, ...turns],
    ...(Array.isArray(tools) && tools.length > 0 && { tools: tools.filter(isObject).map(toolOf) }),
    ...(isObject(choice) && {
      tool_choice: choiceOf(choice),
      parallel_tool_calls: choice.disable_parallel_tool_use !== true,
    }),
    ...(format && { response_format: { json_schema: { schema: format.schema } } }),
    ...(body.max_tokens !== undefined && { max_tokens: body.max_tokens }),
    ...(Array.isArray(body.stop_sequences) && { stop: body.stop_sequences }),
    stream: body.stream === true,
  }
}

function blocksOf(content: unknown): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return Array.isArray(content) ? content.filter(isObject) : []
}

function openaiMessages({ role, content }: JsonObject): JsonObject[] {
  const blocks = blocksOf(content)
  const results = blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({
      role: 'tool',
      tool_call_id: block.tool_use_id,
      content: blocksOf(block.content)
        .map(({ text }) => textOf(text))
        .join('\n'),
    }))
  const calls = blocks.filter(({ type }) => type === 'tool_use').map(callOf)
  const parts = blocks.flatMap(partOf)
  if (parts.length === 0 && calls.length === 0) return results
  const only = parts.length === 1 && parts[0]?.type === 'text' ? parts[0].text : parts
  const message = {
    role,
    content: parts.length === 0 ? null : only,
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  return [...results, message]
}

function partOf(block: JsonObject): JsonObject[] {
  if (block.type === 'text') return [{ type: 'text', text: textOf(block.text) }]
  if (block.type !== 'image' || !isObject(block.source)) return []
  const { url, media_type, data } = block.source
  return [{ type: 'image_url', image_url: { url: url ?? `data:${media_type};base64,${data}` } }]
}

function callOf({ id, name, input }: JsonObject): JsonObject {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input ?? {}) } }
}

function toolOf({ name, description, input_schema: parameters }: JsonObject): JsonObject {
  const of = { name, ...(description !== undefined && { description }), parameters }
  return { type: 'function', function: of }
}

function choiceOf({ type, name }: JsonObject): unknown {
  return type === 'tool' ? { type: 'function', function: { name } } : type
}
