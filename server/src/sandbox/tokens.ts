/**
 * Real tokens, by the encoding of current OpenAI models (o200k_base). Only that one encoding is
 * imported: each takes tens of megabytes.
 *
 * The encoder takes quadratic time on a run of one kind of character (200,000 times the letter a:
 * half a minute), so long runs are cut first. Ordinary text has none and is counted exactly.
 *
 * Decoding is done here, from the encoding's own table. The library decodes all texts with one
 * decoder, in which the half of a character that ends one answer waits to begin the next.
 */

import { StringDecoder } from 'node:string_decoder'
import tokenTexts from 'gpt-tokenizer/bpeRanks/o200k_base'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'

const RUN_CHARS_MAX = 128
const longRun = new RegExp(
  [String.raw`[\p{L}\p{M}]`, String.raw`\s`, String.raw`[^\s\p{L}\p{N}]`]
    .map((kind) => `(?:${kind}){${RUN_CHARS_MAX}}`)
    .join('|'),
  'gu',
)

/** Text such as `<|endoftext|>` is text here, as in the content of a real message. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

export function encodeTokens(text: string): number[] {
  if (text.length < RUN_CHARS_MAX) return encode(text, AS_TEXT)
  const tokens: number[] = []
  let from = 0
  for (const match of text.matchAll(longRun)) {
    const to = match.index + match[0].length
    for (const token of encode(text.slice(from, to), AS_TEXT)) tokens.push(token)
    from = to
  }
  for (const token of encode(text.slice(from), AS_TEXT)) tokens.push(token)
  return tokens
}

export function countTokens(text: string): number {
  return encodeTokens(text).length
}

/** A stretch of text and how many tokens it took. */
export type Piece = { readonly text: string; readonly tokens: number }

/**
 * Cuts tokens into pieces of so many tokens each. A character that spans several tokens stays
 * whole, so a piece may be a little larger; one that the end of the list cuts off is dropped.
 */
export function* tokenPieces(tokens: readonly number[], tokensPerPiece: number): Generator<Piece> {
  const decoder = new StringDecoder('utf8')
  let text = ''
  let taken = 0
  for (const token of tokens) {
    taken++
    text += decoder.write(tokenBytes(token))
    if (taken < tokensPerPiece || text === '') continue
    yield { text, tokens: taken }
    text = ''
    taken = 0
  }
  if (taken > 0) yield { text, tokens: taken }
}

/** The text of all tokens together. */
export function textOfPart(tokens: readonly number[]): string {
  const [piece] = tokenPieces(tokens, Math.max(tokens.length, 1))
  return piece?.text ?? ''
}

/** The table has a string for a token that is text by itself, and bytes for part of a character. */
function tokenBytes(token: number): Buffer {
  const text = tokenTexts[token]
  if (text === undefined) throw new RangeError(`There is no token ${token}.`)
  return Buffer.from(text)
}
