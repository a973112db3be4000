/** Parts as the content blocks of a Converse request. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { CacheBreak, DocumentPart, ImagePart, Part } from '../conversation.ts'
import { untranslatable, wrongField } from '../fields.ts'

const imageFormats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
}

const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
}

const nameCharsMax = 200

/** Lives as long as one request: documents in it must not share a name. */
export class ContentWriter {
  readonly #names = new Set<string>()

  /** Empty texts are left out: they say nothing, and Bedrock refuses them. */
  blocks(parts: readonly Part[]): JsonObject[] {
    return parts.flatMap((part) => {
      if (part.type === 'text' && part.text === '') return []
      const cache = 'cache' in part ? part.cache : undefined
      return [this.#block(part), ...cachePoint(cache)]
    })
  }

  #block(part: Part): JsonObject {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return { text: part.text }
      case 'image':
        return imageBlock(part)
      case 'document':
        return this.#document(part)
      case 'tool_call':
        return {
          toolUse: { toolUseId: part.id, name: part.name, input: inputOf(part.arguments) },
        }
      case 'tool_result':
        return {
          toolResult: {
            toolUseId: part.id,
            content: part.parts.map((one) =>
              one.type === 'text' ? { text: one.text } : imageBlock(one),
            ),
            status: part.isError ? 'error' : 'success',
          },
        }
      case 'reasoning': {
        const { text, signature } = part
        // Without a signature it is not the model's own, which it would refuse: it goes as what it is.
        if (signature === null) return { text }
        return { reasoningContent: { reasoningText: { text, signature } } }
      }
      case 'hidden_reasoning':
        return { reasoningContent: { redactedContent: part.data } }
      case 'audio':
        throw untranslatable('messages', 'Audio')
    }
  }

  #document({ source, name }: DocumentPart): JsonObject {
    if (source.kind === 'url') throw untranslatable('messages', 'A document by its URL')
    const format = documentFormats[source.mediaType]
    if (format === undefined) {
      throw untranslatable('messages', `A document of type '${source.mediaType}'`)
    }
    return { document: { format, name: this.#nameOf(name), source: { bytes: source.data } } }
  }

  /** What Bedrock takes for a name: no dots, no two blanks in a row, and none twice. */
  #nameOf(name: string | null): string {
    const cleaned = (name ?? '').replace(/[^\p{L}\p{N}\s()[\]-]/gu, '-').replace(/\s+/g, ' ')
    const wanted = cleaned.trim().slice(0, nameCharsMax) || 'document'
    let unique = wanted
    for (let count = 2; this.#names.has(unique); count++) unique = `${wanted} (${count})`
    this.#names.add(unique)
    return unique
  }
}

export function cachePoint(cache: CacheBreak | undefined): JsonObject[] {
  if (cache === undefined) return []
  return [{ cachePoint: { type: 'default', ...(cache === '1h' ? { ttl: cache } : {}) } }]
}

function imageBlock({ source }: ImagePart): JsonObject {
  if (source.kind === 'url') throw untranslatable('messages', 'A picture by its URL')
  const format = imageFormats[source.mediaType]
  if (format === undefined) {
    throw untranslatable('messages', `A picture of type '${source.mediaType}'`)
  }
  return { image: { format, source: { bytes: source.data } } }
}

function inputOf(json: string): JsonObject {
  if (json.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(json)
    if (isObject(value)) return value
  } catch {
    // Told below, like a value that is no object.
  }
  throw wrongField('messages', 'The arguments of a call of a tool are not a JSON object.')
}
