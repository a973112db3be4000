/** A request for Google's generateContent, put into OpenAI's terms. The model stands in the address. */

import { invalidParameter } from './errors.ts'
import { type ChatRequest, isObject, type JsonObject, parseChatRequest, textOf } from './request.ts'

const pathFormat = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/

export function isGeminiPath(path: string): boolean {
  return pathFormat.test(path)
}

/** @throws SandboxError 400 or 404 */
export function parseGenerate(body: JsonObject, path: string): ChatRequest {
  const [, model, method] = pathFormat.exec(path) ?? []
  if (!Array.isArray(body.contents)) {
    throw invalidParameter('contents', 'contents is not specified')
  }
  const system = partsOf(body.systemInstruction)
    .map(({ text }) => textOf(text))
    .join('')
  const turns = body.contents.filter(isObject).flatMap(messagesOf)
  const config = isObject(body.generationConfig) ? body.generationConfig : {}
  const tools = toolsOf(body.tools)
  const schema = config.responseJsonSchema
  return parseChatRequest({
    model: decodeURIComponent(model ?? ''),
    messages: system === '' ? turns : [{ role: 'system', content: system }, ...turns],
    ...(tools.length > 0 && { tools }),
    ...(isObject(body.toolConfig) && { tool_choice: choiceOf(body.toolConfig) }),
    ...(isObject(schema) && { response_format: { json_schema: { schema } } }),
    ...(config.maxOutputTokens !== undefined && { max_tokens: config.maxOutputTokens }),
    ...(config.stopSequences !== undefined && { stop: config.stopSequences }),
    ...(config.candidateCount !== undefined && { n: config.candidateCount }),
    stream: method === 'streamGenerateContent',
  })
}

function partsOf(content: unknown): JsonObject[] {
  const parts = isObject(content) ? content.parts : []
  return Array.isArray(parts) ? parts.filter(isObject) : []
}

function messagesOf(content: JsonObject): JsonObject[] {
  const parts = partsOf(content)
  const results = parts.flatMap(({ functionResponse: of }) =>
    isObject(of)
      ? [{ role: 'tool', tool_call_id: of.id, content: textOf(resultOf(of.response)) }]
      : [],
  )
  const calls = parts.flatMap(({ functionCall: of, thoughtSignature }) => {
    if (!isObject(of)) return []
    const { id, name, args } = of
    const call = { name, arguments: JSON.stringify(args ?? {}) }
    return [{ id, type: 'function', function: call, thoughtSignature }]
  })
  if (calls.length > 0 && calls[0]?.thoughtSignature === undefined) {
    throw invalidParameter('contents', 'Function call is missing a thought_signature.')
  }
  const texts = parts.flatMap((part) => partOf(part))
  if (texts.length === 0 && calls.length === 0) return results
  const only = texts.length === 1 && texts[0]?.type === 'text' ? texts[0].text : texts
  const tool_calls = calls.map(({ thoughtSignature: _, ...call }) => call)
  const message = {
    role: content.role === 'model' ? 'assistant' : 'user',
    content: texts.length === 0 ? null : only,
    ...(tool_calls.length > 0 && { tool_calls }),
  }
  return [...results, message]
}

function resultOf(response: unknown): unknown {
  return isObject(response) ? (response.output ?? response.error) : undefined
}

function partOf({ text, inlineData }: JsonObject): JsonObject[] {
  if (typeof text === 'string') return [{ type: 'text', text }]
  if (!isObject(inlineData)) return []
  const url = `data:${textOf(inlineData.mimeType)};base64,${textOf(inlineData.data)}`
  return [{ type: 'image_url', image_url: { url } }]
}

function toolsOf(tools: unknown): JsonObject[] {
  const list = Array.isArray(tools) ? tools.filter(isObject) : []
  const declared = list.flatMap(({ functionDeclarations: of }) => (Array.isArray(of) ? of : []))
  return declared.filter(isObject).map(({ name, description, parametersJsonSchema }) => ({
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: parametersJsonSchema,
    },
  }))
}

function choiceOf({ functionCallingConfig: config }: JsonObject): unknown {
  if (!isObject(config)) return undefined
  const [name] = Array.isArray(config.allowedFunctionNames) ? config.allowedFunctionNames : []
  if (name !== undefined) return { type: 'function', function: { name } }
  return config.mode === 'NONE' ? 'none' : 'auto'
}
