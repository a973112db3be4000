/** Messages of OpenAI's chat format: read into turns. */
import { isObject } from '../../admission/json-body.ts'
import type {
  AudioPart,
  CacheBreak,
  DocumentPart,
  ImagePart,
  Part,
  TextPart,
  Turn,
} from '../conversation.ts'
import { dataUrl, Fields, untranslatable, wrongField } from '../fields.ts'

/** @throws Failure that names the message */
export function readMessages(messages: readonly unknown[]): Turn[] {
  const turns: Turn[] = []
  let isAfterResult = false
  for (const [index, message] of messages.entries()) {
    const fields = new Fields(message, `messages.${index}`)
    const role = fields.text('role')
    const turn = readMessage(role, fields)
    fields.end()
    const last = turns.at(-1)
    // The results of tools that were called together belong together.
    if (role === 'tool' && isAfterResult && last) {
      turns[turns.length - 1] = { role: 'user', parts: [...last.parts, ...turn.parts] }
    } else turns.push(turn)
    isAfterResult = role === 'tool'
  }
  return turns
}

function readMessage(role: string | null, fields: Fields): Turn {
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: readContent(fields) }
    case 'user':
      return { role: 'user', parts: readContent(fields) }
    case 'assistant':
      return { role: 'assistant', parts: readAssistant(fields) }
    case 'tool': {
      const id = fields.required('tool_call_id', fields.text('tool_call_id'))
      const parts = readContent(fields).map((part) => {
        if (part.type === 'text') return part
        throw untranslatable(fields.param('content'), 'Anything but text as the result of a tool')
      })
      return { role: 'user', parts: [{ type: 'tool_result', id, parts, isError: false }] }
    }
    default:
      throw wrongField(fields.param('role'), `The role '${role}' is not one of the chat format.`)
  }
}

function readAssistant(fields: Fields): Part[] {
  const parts: Part[] = [...readReasoning(fields)]
  if (fields.any('content') !== undefined) parts.push(...readContent(fields))
  const refusal = fields.text('refusal')
  if (refusal !== null) parts.push({ type: 'refusal', text: refusal })
  for (const [index, call] of (fields.list('tool_calls') ?? []).entries()) {
    parts.push(readToolCall(call, fields.param(`tool_calls.${index}`)))
  }
  return parts
}

/** `reasoning_details` keep the vendor's signature; without them there is only the text. */
function readReasoning(fields: Fields): Part[] {
  const text = fields.text('reasoning_content') ?? fields.text('reasoning')
  fields.any('reasoning')
  const details = fields.list('reasoning_details')
  if (details === null) return text === null ? [] : [{ type: 'reasoning', text, signature: null }]
  return details.flatMap((detail): Part[] => {
    if (!isObject(detail)) return []
    if (detail.type === 'reasoning.encrypted' && typeof detail.data === 'string') {
      return [{ type: 'hidden_reasoning', data: detail.data }]
    }
    if (typeof detail.text !== 'string') return []
    const signature = typeof detail.signature === 'string' ? detail.signature : null
    return [{ type: 'reasoning', text: detail.text, signature }]
  })
}

function readToolCall(call: unknown, at: string): Part {
  const fields = new Fields(call, at)
  fields.only('type', 'function')
  fields.any('index')
  const id = fields.required('id', fields.text('id'))
  const extra = fields.object('extra_content')
  const google = extra && isObject(extra.google) ? extra.google : {}
  const signature = google.thought_signature
  const of = new Fields(fields.object('function') ?? {}, fields.param('function'))
  fields.end()
  const name = of.required('name', of.text('name'))
  const json = of.text('arguments') ?? ''
  of.end()
  const part = { type: 'tool_call', id, name, arguments: json } as const
  return typeof signature === 'string' ? { ...part, signature } : part
}

function readContent(fields: Fields): Part[] {
  const content = fields.any('content')
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  const at = fields.param('content')
  if (!Array.isArray(content)) throw wrongField(at, `'${at}' must be a text or a list of parts.`)
  return content.map((part, index) => readPart(part, `${at}.${index}`))
}

function readPart(part: unknown, at: string): Part {
  const fields = new Fields(part, at)
  const type = fields.text('type')
  const cache = readCacheBreak(fields)
  const read = partReaders[type ?? '']
  if (!read) throw untranslatable(at, `A part of type '${type}'`)
  const made = read(fields)
  fields.end()
  return cache === undefined ? made : ({ ...made, cache } as Part)
}

/** Anthropic's field, which clients of OpenAI's format also send to say where a cache should end. */
export function readCacheBreak(fields: Fields): CacheBreak | undefined {
  const given = fields.object('cache_control')
  if (given === null) return undefined
  return given.ttl === '1h' ? '1h' : '5m'
}

const partReaders: Readonly<Record<string, (fields: Fields) => Part>> = {
  text: (fields): TextPart => ({
    type: 'text',
    text: fields.required('text', fields.text('text')),
  }),
  refusal: (fields) => ({
    type: 'refusal',
    text: fields.required('refusal', fields.text('refusal')),
  }),
  image_url: (fields): ImagePart => {
    const of = new Fields(fields.object('image_url') ?? {}, fields.param('image_url'))
    const url = of.required('url', of.text('url'))
    // How finely to look at it is a hint that other formats take from the picture's size.
    of.end(['detail'])
    const inline = dataUrl(url)
    return {
      type: 'image',
      source: inline ? { kind: 'base64', ...inline } : { kind: 'url', url },
    }
  },
  file: (fields): DocumentPart => {
    const of = new Fields(fields.object('file') ?? {}, fields.param('file'))
    const data = of.text('file_data')
    const name = of.text('filename')
    of.end()
    const inline = data === null ? null : dataUrl(data)
    if (inline === null) throw untranslatable(of.param('file_data'), 'A file without a data: URL')
    return { type: 'document', source: { kind: 'base64', ...inline }, name }
  },
  input_audio: (fields): AudioPart => {
    const of = new Fields(fields.object('input_audio') ?? {}, fields.param('input_audio'))
    const data = of.required('data', of.text('data'))
    const format = of.required('format', of.text('format'))
    of.end()
    return { type: 'audio', data, format }
  },
}
