/** What a model wrote into `content`: mostly a text, and with Mistral a list in which it also thinks. */
import { isObject } from '../../admission/json-body.ts'

export interface WrittenPiece {
  readonly type: 'text' | 'reasoning'
  readonly text: string
}

export function piecesIn(content: unknown): WrittenPiece[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (!Array.isArray(content)) return []
  return content.filter(isObject).flatMap((part): WrittenPiece[] => {
    if (part.type === 'thinking') {
      const thought = piecesIn(part.thinking)
      return thought.map(({ text }) => ({ type: 'reasoning', text }))
    }
    return typeof part.text === 'string' ? piecesIn(part.text) : []
  })
}
