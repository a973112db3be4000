/** What answers that are not sold by tokens alone report: tokens, seconds, searches, or pictures. */
import type { UnitCount } from '@commonhold/core'
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import { readUsage as readTokens } from '../openai-responses/usage.ts'
import type { ReportedUsage } from '../usage.ts'

/** @param value the whole answer, or the event that ends a stream */
export function usageIn(value: JsonObject): ReportedUsage | null {
  const units = [...pictures(value), ...seconds(value), ...searches(value)]
  if (units.some(({ units: count }) => !Number.isSafeInteger(count) || count < 0)) {
    return { kind: 'unreadable' }
  }
  const tokens = readTokens(tokensIn(value))
  if (tokens === null) return units.length === 0 ? null : { kind: 'units', units }
  return tokens.kind === 'reported' && units.length > 0 ? { ...tokens, units } : tokens
}

/** Rerankers tell all their tokens as one number. */
function tokensIn({ usage, meta }: JsonObject): unknown {
  if (isObject(usage) && usage.input_tokens === undefined && usage.total_tokens !== undefined) {
    return { input_tokens: usage.total_tokens, output_tokens: 0 }
  }
  return usage ?? (isObject(meta) ? meta.tokens : undefined)
}

function pictures({ data, size, quality }: JsonObject): UnitCount[] {
  if (!Array.isArray(data)) return []
  const named = (value: unknown) => (typeof value === 'string' ? value : null)
  return [{ kind: 'image', units: data.length, size: named(size), quality: named(quality) }]
}

function seconds({ usage, duration }: JsonObject): UnitCount[] {
  const told = isObject(usage) && usage.type === 'duration' ? usage.seconds : duration
  if (told === undefined || told === null) return []
  return [{ kind: 'audio_second', units: Math.ceil(Number(told)) }]
}

function searches({ meta }: JsonObject): UnitCount[] {
  const billed = isObject(meta) ? meta.billed_units : undefined
  if (!isObject(billed) || billed.search_units === undefined) return []
  return [{ kind: 'search_unit', units: Math.ceil(Number(billed.search_units)) }]
}
