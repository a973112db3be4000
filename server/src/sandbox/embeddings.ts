/**
 * POST /v1/embeddings. A vector is a bag of tokens: each token adds to a few dimensions that its
 * hash chooses, and the sum is scaled to length one. So the same text always has the same vector,
 * and texts that share words are near each other, which is enough to try a search.
 */

import type { Connection } from './connection.ts'
import { invalidParameter } from './errors.ts'
import type { Meter } from './meter.ts'
import { contextExceeded, type JsonObject, parseModel } from './request.ts'
import { encodeTokens } from './tokens.ts'

const DIMENSIONS = 256
const DIMENSIONS_MAX = 3072
const INPUTS_MAX = 2048
/** Over how many dimensions one token is spread: collisions of two tokens then hardly matter. */
const DIMENSIONS_PER_TOKEN = 8

export async function serveEmbeddings(
  connection: Connection,
  key: string,
  meter: Meter,
): Promise<void> {
  const body = await connection.body()
  const model = parseModel(body, 'embedding')
  const inputs = parseInputs(body)
  const dimensions = parseDimensions(body)
  const isBase64 = parseEncodingFormat(body) === 'base64'
  for (const tokens of inputs) {
    if (tokens.length > model.contextTokensMax) throw contextExceeded(model, tokens.length)
  }
  const inputTokens = inputs.reduce((sum, tokens) => sum + tokens.length, 0)
  meter.begin(key, inputTokens)
  const data = inputs.map((tokens, index) => {
    const vector = embed(tokens, dimensions)
    const embedding = isBase64 ? base64Of(vector) : [...vector]
    return { object: 'embedding', index, embedding }
  })
  const usage = { prompt_tokens: inputTokens, total_tokens: inputTokens }
  connection.sendJson(200, { object: 'list', data, model: model.name, usage })
}

/** A vector of length one. Exported for tests. */
export function embed(tokens: readonly number[], dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions)
  for (const token of tokens) {
    for (let index = 0; index < DIMENSIONS_PER_TOKEN; index++) {
      const hash = mix(token * DIMENSIONS_PER_TOKEN + index)
      sums[hash % dimensions]! += hash >>> 31 === 0 ? 1 : -1
    }
  }
  const length = Math.hypot(...sums)
  // Everything may cancel out in a space of few dimensions; a unit vector is promised all the same.
  if (length === 0) sums[0] = 1
  return Float32Array.from(sums, (value) => value / (length || 1))
}

/** The finaliser of MurmurHash3 on 32 bits: every bit of the input moves half of the output. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

function parseInputs({ input }: JsonObject): number[][] {
  const list = isTokens(input) || typeof input === 'string' ? [input] : input
  if (!Array.isArray(list) || list.length === 0 || list.length > INPUTS_MAX) {
    throw invalidParameter('input', `'input' must be text, or up to ${INPUTS_MAX} texts.`)
  }
  return list.map((one) => {
    if (isTokens(one)) return one
    if (typeof one === 'string' && one !== '') return encodeTokens(one)
    throw invalidParameter('input', "'input' must hold non-empty texts, or lists of token ids.")
  })
}

function isTokens(value: unknown): value is number[] {
  const isToken = (one: unknown) => Number.isSafeInteger(one) && (one as number) >= 0
  return Array.isArray(value) && value.length > 0 && value.every(isToken)
}

function parseDimensions({ dimensions = DIMENSIONS }: JsonObject): number {
  const value = Number.isInteger(dimensions) ? (dimensions as number) : 0
  if (value >= 1 && value <= DIMENSIONS_MAX) return value
  const message = `'dimensions' must be an integer from 1 to ${DIMENSIONS_MAX}.`
  throw invalidParameter('dimensions', message)
}

function parseEncodingFormat({ encoding_format = 'float' }: JsonObject): string {
  if (encoding_format === 'float' || encoding_format === 'base64') return encoding_format
  throw invalidParameter('encoding_format', "'encoding_format' must be 'float' or 'base64'.")
}
