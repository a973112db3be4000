/**
 * What a call may use at most that is not sold by tokens alone: pictures, speech, searches. Tokens are
 * bounded as well, since some vendors sell the same by them; the model's price says which of the two
 * counts.
 */
import type { UnitCount, UsageBounds } from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { audioSecondsMax } from './audio-length.ts'
import { countOf, tokensPerRequestMax } from './bounds.ts'
import { isObject, type JsonBody, type JsonObject } from './json-body.ts'

export const imagesMax = 10
/** OpenAI counts a picture that is shown before it is done as a hundred tokens of output. */
const partialImageTokens = 100
const partialImagesMax = 3
export const documentsMax = 10_000
/** Cohere: one search is a query with up to 100 documents, of up to 500 tokens with the query. */
const documentsPerSearch = 100
const tokensPerDocument = 500

export function moderationBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  const list = Array.isArray(value.input) ? value.input : [value.input]
  const isText = list.every((one) => typeof one === 'string')
  const bound = isText ? bodyBytes + tokensPerRequestMax : model.contextTokensMax
  return { inputTokensMax: Math.min(bound, model.contextTokensMax), outputTokensMax: 0, choices: 1 }
}

/** @throws Failure invalid_request for a number of pictures that is not a count */
export function imageBounds(body: JsonBody, bodyBytes: number, model: ModelEntry): UsageBounds {
  const { value, form } = body
  const choices = isAbsent(value.n) ? 1 : countOf(numberIn(value.n), 'n', imagesMax)
  const { partial_images: given } = value
  const partial =
    isAbsent(given) || numberIn(given) === 0
      ? 0
      : countOf(numberIn(given), 'partial_images', partialImagesMax)
  const text = Math.min(bodyBytes + tokensPerRequestMax, model.contextTokensMax)
  return {
    inputTokensMax: form === undefined ? text : model.contextTokensMax,
    outputTokensMax: model.outputTokensMax + partial * partialImageTokens,
    choices,
    units: [
      { kind: 'image', units: choices, size: chosen(value.size), quality: chosen(value.quality) },
    ],
  }
}

/** Null where the provider chooses. */
function chosen(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value !== 'auto' ? value : null
}

/** @throws Failure invalid_request without a text */
export function speechBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  if (typeof value.input !== 'string') throw invalid('input', "'input' must be the text to speak.")
  const units: UnitCount[] = [{ kind: 'character', units: [...value.input].length }]
  const inputTokensMax = Math.min(bodyBytes + tokensPerRequestMax, model.contextTokensMax)
  return { inputTokensMax, outputTokensMax: model.outputTokensMax, choices: 1, units }
}

/** @throws Failure invalid_request without a file, or for one that is named and not sent */
export function transcriptionBounds(
  { value, form }: JsonBody,
  _bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  const elsewhere = ['url', 'file_url', 'file_id'].find((name) => value[name] !== undefined)
  if (elsewhere !== undefined) {
    throw invalid(
      elsewhere,
      `'${elsewhere}' is not passed on: nobody knows how long that is. Send the file.`,
    )
  }
  const part = form?.parts.find(({ name, isFile }) => name === 'file' && isFile)
  if (!form || !part) throw invalid('file', "Send the recording as the file 'file'.")
  const seconds = audioSecondsMax(form.bytes.subarray(part.from, part.to), model.audioSecondsMax)
  return {
    inputTokensMax: model.contextTokensMax,
    outputTokensMax: model.outputTokensMax,
    choices: 1,
    units: [{ kind: 'audio_second', units: seconds }],
  }
}

/** @throws Failure invalid_request without a query or documents */
export function rerankBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  const { query, documents } = value
  if (typeof query !== 'string' || query === '') throw invalid('query', "'query' must be a text.")
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > documentsMax) {
    throw invalid('documents', `'documents' must be a list of 1 to ${documentsMax}.`)
  }
  const queryBytes = Buffer.byteLength(query)
  // Vendors that sell by tokens count the query once for each document.
  const tokens = bodyBytes + (queryBytes + tokensPerRequestMax) * documents.length
  const perPart = Math.max(1, tokensPerDocument - queryBytes)
  const parts = documents.reduce(
    (sum: number, one) => sum + Math.max(1, Math.ceil(bytesOf(one) / perPart)),
    0,
  )
  const units: UnitCount[] = [{ kind: 'search_unit', units: Math.ceil(parts / documentsPerSearch) }]
  return {
    inputTokensMax: Math.min(tokens, model.contextTokensMax * documents.length),
    outputTokensMax: 0,
    choices: 1,
    units,
  }
}

function bytesOf(document: unknown): number {
  if (typeof document === 'string') return Buffer.byteLength(document)
  return Buffer.byteLength(isObject(document) ? JSON.stringify(document) : '')
}

const isAbsent = (value: unknown) => value === undefined || value === null || value === ''

/** Fields of a form are text. */
function numberIn(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
}

function invalid(param: keyof JsonObject & string, message: string): Failure {
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}
