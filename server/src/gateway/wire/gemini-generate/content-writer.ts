/** Turns as the contents of a Gemini request. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Part, Source, ToolResultPart, Turn } from '../conversation.ts'
import { untranslatable, wrongField } from '../fields.ts'

/**
 * Google's own word for a call whose signature is not there, because another model made it or the client's
 * format has no place for it. Newer models refuse a call without any.
 */
const noSignature = 'skip_thought_signature_validator'

/**
 * @param tools the names of the tools by the ids of their calls, which results here are told by
 * @param hasIds whether the ids go along
 */
export function writeContents(
  turns: readonly Turn[],
  tools: ReadonlyMap<string, string>,
  hasIds: boolean,
): JsonObject[] {
  return turns.map(({ role, parts }) => {
    if (role === 'system') throw untranslatable('messages', 'A system message after the first turn')
    const written = parts.flatMap((part, index) =>
      writePart(part, tools, { isFirst: isFirstCall(parts, index), hasIds }),
    )
    return { role: role === 'assistant' ? 'model' : 'user', parts: written }
  })
}

/** Of calls made at once only the first has a signature. */
function isFirstCall(parts: readonly Part[], index: number): boolean {
  return parts.findIndex(({ type }) => type === 'tool_call') === index
}

function writePart(
  part: Part,
  tools: ReadonlyMap<string, string>,
  { isFirst, hasIds }: { readonly isFirst: boolean; readonly hasIds: boolean },
): JsonObject[] {
  const idOf = (id: string) => (hasIds ? { id } : {})
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text }]
    case 'refusal':
      return [{ text: part.text }]
    case 'image':
    case 'document':
      return [inlineData(part.source, part.type)]
    case 'audio':
      return [{ inlineData: { mimeType: `audio/${part.format}`, data: part.data } }]
    case 'tool_call': {
      const call = { ...idOf(part.id), name: part.name, args: argumentsOf(part.arguments) }
      const signature = part.signature ?? (isFirst ? noSignature : null)
      return [{ functionCall: call, ...(signature && { thoughtSignature: signature }) }]
    }
    case 'tool_result':
      return [functionResponse(part, tools.get(part.id), idOf(part.id))]
    // What was thought earlier is not taken back as text; its signature is with the calls.
    case 'reasoning':
    case 'hidden_reasoning':
      return []
  }
}

function inlineData(source: Source, what: string): JsonObject {
  if (source.kind === 'url') throw untranslatable('messages', `A ${what} by its URL`)
  return { inlineData: { mimeType: source.mediaType, data: source.data } }
}

function functionResponse(
  { id, parts, isError }: ToolResultPart,
  name: string | undefined,
  shownId: JsonObject,
): JsonObject {
  if (name === undefined) {
    throw wrongField('messages', `The result '${id}' is of no tool that was called before.`)
  }
  const text = parts.map((part) => {
    if (part.type === 'text') return part.text
    throw untranslatable('messages', 'A picture in the result of a tool')
  })
  const response = { [isError ? 'error' : 'output']: text.join('\n') }
  return { functionResponse: { ...shownId, name, response } }
}

function argumentsOf(json: string): JsonObject {
  if (json.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(json)
    if (isObject(value)) return value
  } catch {
    // Told below, like a value that is no object.
  }
  throw wrongField('messages', 'The arguments of a call of a tool are not a JSON object.')
}
