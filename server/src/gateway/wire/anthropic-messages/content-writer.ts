/** Parts as blocks of Anthropic's messages. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { CacheBreak, DocumentPart, Part, Source } from '../conversation.ts'
import { untranslatable } from '../fields.ts'

/** Empty texts are left out: they say nothing, and Anthropic refuses them. */
export function writeBlocks(parts: readonly Part[]): JsonObject[] {
  return parts.filter((part) => part.type !== 'text' || part.text !== '').map(writeBlock)
}

export function cacheControl(cache: CacheBreak | undefined): JsonObject {
  if (cache === undefined) return {}
  return { cache_control: { type: 'ephemeral', ...(cache === '1h' ? { ttl: cache } : {}) } }
}

function writeBlock(part: Part): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...cacheControl(part.cache) }
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image', source: writeSource(part.source), ...cacheControl(part.cache) }
    case 'document':
      return { ...writeDocument(part), ...cacheControl(part.cache) }
    case 'tool_call':
      return {
        type: 'tool_use',
        id: part.id,
        name: part.name,
        input: inputOf(part.arguments),
      }
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: part.id,
        content: writeBlocks(part.parts),
        ...(part.isError ? { is_error: true } : {}),
      }
    case 'reasoning':
      // Without a signature it is not Anthropic's own, which it would refuse: it goes as what it is.
      return part.signature === null
        ? { type: 'text', text: part.text }
        : { type: 'thinking', thinking: part.text, signature: part.signature }
    case 'hidden_reasoning':
      return { type: 'redacted_thinking', data: part.data }
    default:
      throw untranslatable('messages', `A part of type '${part.type}'`)
  }
}

function writeSource(source: Source): JsonObject {
  return source.kind === 'url'
    ? { type: 'url', url: source.url }
    : { type: 'base64', media_type: source.mediaType, data: source.data }
}

function writeDocument({ source, name }: DocumentPart): JsonObject {
  const title = name === null ? {} : { title: name }
  if (source.kind === 'url' || source.mediaType === 'application/pdf') {
    return { type: 'document', source: writeSource(source), ...title }
  }
  if (source.mediaType !== 'text/plain') {
    throw untranslatable('messages', `A document of type '${source.mediaType}'`)
  }
  const data = Buffer.from(source.data, 'base64').toString('utf8')
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title }
}

/**
 * What a tool is called with has to be an object here. What a model wrote that is no JSON is kept under
 * the name that Anthropic's own documentation proposes for it.
 */
export function inputOf(json: string): JsonObject {
  if (json.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(json)
    if (isObject(value)) return value
  } catch {
    // Handled below, like a value that is no object.
  }
  return { INVALID_JSON: json }
}
