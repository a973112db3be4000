/** Moderation by a few words, and ranking by the words that texts share. Neither pretends to understand. */

import type { Connection } from './connection.ts'
import { embed } from './embeddings.ts'
import { invalidParameter } from './errors.ts'
import type { Meter } from './meter.ts'
import { isObject, type JsonObject, textOf } from './request.ts'
import { countTokens, encodeTokens } from './tokens.ts'
import { sendUnitsJson, unitModel } from './unit-request.ts'

const FLAGGED = /\b(?:kill|violence|weapon)\b/i
const DOCUMENTS_PER_SEARCH = 100
const DIMENSIONS = 256

export async function serveModeration(
  connection: Connection,
  key: string,
  meter: Meter,
): Promise<void> {
  const body = await connection.body()
  const model = await unitModel(connection, body, 'moderation')
  const texts = textsOf(body.input)
  if (texts.length === 0) throw invalidParameter('input', "'input' must be text, or texts.")
  meter.begin(
    key,
    texts.reduce((sum, text) => sum + countTokens(text), 0),
  )
  const results = texts.map((text) => {
    const flagged = FLAGGED.test(text)
    return {
      flagged,
      categories: { violence: flagged },
      category_scores: { violence: flagged ? 1 : 0 },
    }
  })
  // As with the vendor, there is no usage in it.
  await sendUnitsJson(connection, model, { id: 'modr-sandbox', model: model.name, results })
}

function textsOf(input: unknown): string[] {
  const list = Array.isArray(input) ? input : [input]
  return list
    .map((one) => (isObject(one) ? textOf(one.text) : textOf(one)))
    .filter((text) => text !== '')
}

export async function serveRerank(
  connection: Connection,
  key: string,
  meter: Meter,
): Promise<void> {
  const body = await connection.body()
  const model = await unitModel(connection, body, 'rerank')
  const { query, documents } = body
  if (!Array.isArray(documents) || documents.length === 0) {
    throw invalidParameter('documents', "'documents' must be a list of texts.")
  }
  const texts = textsOf(documents)
  const wanted = vectorOf(textOf(query))
  const scored = texts.map((text, index) => ({
    index,
    relevance_score: likeness(wanted, vectorOf(text)),
  }))
  scored.sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
  const results = scored.slice(0, Number(body.top_n ?? scored.length))
  const isByTokens = model.reply === 'tokens'
  const tokens = texts.reduce(
    (sum, text) => sum + countTokens(text) + countTokens(textOf(query)),
    0,
  )
  const searches = Math.ceil(texts.length / DOCUMENTS_PER_SEARCH)
  meter.begin(key, isByTokens ? tokens : 0)
  meter.units(key, 'search_unit', searches)
  await sendUnitsJson(connection, model, {
    id: 'rerank-sandbox',
    model: model.name,
    results: results.map((one) => withText(one, body, texts)),
    ...toldBy(model.fault === 'no_usage', isByTokens, tokens, searches),
  })
}

/** By tokens as Jina does, by searches as Cohere does. */
function toldBy(isSilent: boolean, isByTokens: boolean, tokens: number, searches: number): object {
  if (isSilent) return {}
  if (isByTokens) return { usage: { total_tokens: tokens } }
  return { meta: { billed_units: { search_units: searches } } }
}

function withText(one: { readonly index: number }, body: JsonObject, texts: readonly string[]) {
  return body.return_documents === true ? { ...one, document: { text: texts[one.index] } } : one
}

const vectorOf = (text: string) => embed(encodeTokens(text), DIMENSIONS)

function likeness(a: Float32Array, b: Float32Array): number {
  return Math.max(
    0,
    a.reduce((sum, value, at) => sum + value * b[at]!, 0),
  )
}
