/**
 * What a caller of OpenAI's format may not ask for, since the model's price does not say what it costs:
 * a budget that a field can get around is none. Prices are of tokens and of requests.
 */
import { Failure } from '../call/failure.ts'
import type { JsonBody } from './json-body.ts'

/** Dearer than the price of the model says. */
export const dearTiers: ReadonlySet<unknown> = new Set(['priority', 'fast', 'scale'])

/** @throws Failure invalid_request that names the field */
export function refuseUnpricedChat({ value }: JsonBody): void {
  if (dearTiers.has(value.service_tier)) {
    throw unpriced('service_tier', `The service tier '${String(value.service_tier)}'`)
  }
  if (isGiven(value.web_search_options)) throw unpriced('web_search_options', 'A search of the web')
  const { modalities, audio } = value
  const isAudio = Array.isArray(modalities) && modalities.includes('audio')
  if (isAudio || isGiven(audio)) throw unpriced('modalities', 'Audio as output')
}

/** @param fields with the reason for each, as a clause */
export function refuseFields(
  { value }: JsonBody,
  fields: Readonly<Record<string, string>> | undefined,
): void {
  if (fields === undefined) return
  for (const [field, why] of Object.entries(fields)) {
    if (!isGiven(value[field])) continue
    throw new Failure('invalid_request', `'${field}' is not passed on: it ${why}. Leave it out.`, {
      param: field,
      shouldRetry: false,
    })
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function unpriced(param: string, what: string): Failure {
  const message = `${what} is not passed on: the price of the model does not cover it. Leave it out.`
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}
