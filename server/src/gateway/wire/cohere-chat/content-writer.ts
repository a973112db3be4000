/** Turns as the messages of a Cohere chat. */
import type { JsonObject } from '../../admission/json-body.ts'
import type { Part, Source, ToolResultPart, Turn } from '../conversation.ts'
import { untranslatable } from '../fields.ts'

export function writeMessages(turns: readonly Turn[]): JsonObject[] {
  return turns.flatMap(({ role, parts }) => {
    if (role === 'assistant') return [writeAssistant(parts)]
    const results = parts.filter((part) => part.type === 'tool_result').map(writeResult)
    const content = parts.filter((part) => part.type !== 'tool_result').map(writePart)
    // Results come first: they answer what stands before them.
    return content.length === 0 ? results : [...results, { role, content: shortest(content) }]
  })
}

function writeAssistant(parts: readonly Part[]): JsonObject {
  const content: JsonObject[] = []
  const calls: JsonObject[] = []
  for (const part of parts) {
    if (part.type === 'tool_call') {
      const { id, name, arguments: json } = part
      calls.push({ id, type: 'function', function: { name, arguments: json } })
    } else if (part.type === 'reasoning') content.push({ type: 'thinking', thinking: part.text })
    // Only its own vendor can read it.
    else if (part.type !== 'hidden_reasoning') content.push(writePart(part))
  }
  return {
    role: 'assistant',
    ...(content.length > 0 && { content: shortest(content) }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

/** One text needs no list. */
function shortest(content: readonly JsonObject[]): unknown {
  const [only] = content
  return content.length === 1 && only?.type === 'text' ? only.text : content
}

function writePart(part: Part): JsonObject {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image_url', image_url: { url: urlOf(part.source) } }
    case 'document':
      throw untranslatable('messages', 'A document')
    case 'audio':
      throw untranslatable('messages', 'Audio')
    default:
      throw untranslatable('messages', `A part of type '${part.type}' in this place`)
  }
}

function urlOf(source: Source): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}

function writeResult({ id, parts, isError }: ToolResultPart): JsonObject {
  const text = parts.map((part) => {
    if (part.type === 'text') return part.text
    throw untranslatable('messages', 'A picture in the result of a tool')
  })
  const content = `${isError ? 'Error: ' : ''}${text.join('\n')}`
  return { role: 'tool', tool_call_id: id, content }
}
