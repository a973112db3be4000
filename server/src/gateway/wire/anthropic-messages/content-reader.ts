/** Blocks of Anthropic's messages, read into parts. */
import type { JsonObject } from '../../admission/json-body.ts'
import type {
  CacheBreak,
  DocumentPart,
  ImagePart,
  Part,
  Source,
  TextPart,
} from '../conversation.ts'
import { Fields, untranslatable, wrongField } from '../fields.ts'

/** @param content a text, or a list of blocks */
export function readContent(content: unknown, at: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) throw wrongField(at, `'${at}' must be a text or a list of blocks.`)
  return content.map((block, index) => readBlock(block, `${at}.${index}`))
}

function readBlock(block: unknown, at: string): Part {
  const fields = new Fields(block, at)
  const type = fields.text('type')
  const cache = readCacheBreak(fields)
  const read = readers[type ?? '']
  if (!read) throw untranslatable(at, `A block of type '${type}'`)
  const part = read(fields)
  fields.end()
  return cache === undefined ? part : ({ ...part, cache } as Part)
}

export function readCacheBreak(fields: Fields): CacheBreak | undefined {
  const given = fields.object('cache_control')
  if (given === null) return undefined
  return given.ttl === '1h' ? '1h' : '5m'
}

const readers: Readonly<Record<string, (fields: Fields) => Part>> = {
  text: (fields): TextPart => {
    // Citations of an earlier answer are notes on its text, which stays.
    fields.any('citations')
    return { type: 'text', text: fields.required('text', fields.text('text')) }
  },
  image: (fields): ImagePart => {
    fields.any('transformations')
    return { type: 'image', source: readSource(fields) }
  },
  document: readDocument,
  tool_use: (fields) => {
    fields.any('caller')
    const id = fields.required('id', fields.text('id'))
    const name = fields.required('name', fields.text('name'))
    return { type: 'tool_call', id, name, arguments: JSON.stringify(fields.any('input') ?? {}) }
  },
  tool_result: (fields) => {
    const id = fields.required('tool_use_id', fields.text('tool_use_id'))
    const isError = fields.flag('is_error') ?? false
    const content = fields.any('content')
    const at = fields.param('content')
    const parts = (content === undefined ? [] : readContent(content, at)).map((part) => {
      if (part.type === 'text' || part.type === 'image') return part
      throw untranslatable(at, 'Anything but text and pictures as the result of a tool')
    })
    return { type: 'tool_result', id, parts, isError }
  },
  thinking: (fields) => ({
    type: 'reasoning',
    text: fields.text('thinking') ?? '',
    signature: fields.text('signature') || null,
  }),
  redacted_thinking: (fields) => ({
    type: 'hidden_reasoning',
    data: fields.required('data', fields.text('data')),
  }),
}

function readDocument(fields: Fields): DocumentPart | TextPart {
  const name = fields.text('title')
  const citations = fields.object('citations')
  if (citations?.enabled === true) throw untranslatable(fields.param('citations'), 'Citations')
  const context = fields.text('context')
  const source = fields.object('source')
  const isText = source?.type === 'text' || source?.type === 'content'
  if (!isText) {
    if (context !== null) throw untranslatable(fields.param('context'), 'The context of a document')
    return { type: 'document', source: readSource(fields), name }
  }
  const text = source.type === 'text' ? source.data : source.content
  if (typeof text !== 'string') throw untranslatable(fields.param('source'), 'Such a document')
  return { type: 'text', text: [name, context, text].filter((one) => one !== null).join('\n\n') }
}

function readSource(fields: Fields): Source {
  const source: JsonObject = fields.object('source') ?? {}
  const { type, url, media_type: mediaType, data } = source
  if (type === 'url' && typeof url === 'string') return { kind: 'url', url }
  if (type === 'base64' && typeof data === 'string' && typeof mediaType === 'string') {
    return { kind: 'base64', mediaType, data }
  }
  throw untranslatable(fields.param('source'), `A source of type '${String(type)}'`)
}
