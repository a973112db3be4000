/**
 * A request as one target of a virtual model is asked it: some of its parameters set, capped or left out, in the
 * words of the format that the client speaks. This happens before anything is bounded, held or translated, so
 * that a cap makes the hold smaller and what raises a limit makes it larger. All else stays as it was typed.
 *
 * What can be overridden is a closed list, and none of it makes a token dearer than the model's price says.
 */

import { editedBody, isObject, type JsonBody, parseJsonBody } from '../admission/json-body.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { Overrides } from '../snapshot/entries.ts'

/** What a format calls the parameters; those that it has no word for are left alone. */
interface Words {
  readonly temperature: string
  readonly topP: string
  /** A field, or a field in an object. */
  readonly effort: readonly [string] | readonly [string, string]
  readonly tiers: Readonly<Partial<Record<NonNullable<Overrides['serviceTier']>, string>>>
  /** All that limit the output; a request that has none gets the first. */
  readonly limits: readonly string[]
}

const common = { temperature: 'temperature', topP: 'top_p' } as const
const openaiTiers = { auto: 'auto', default: 'default', flex: 'flex' } as const

const chat: Words = {
  ...common,
  effort: ['reasoning_effort'],
  tiers: openaiTiers,
  limits: ['max_completion_tokens', 'max_tokens'],
}

const words: Partial<Readonly<Record<MeteredRoute, Words>>> = {
  chat,
  messages: {
    ...common,
    effort: ['output_config', 'effort'],
    tiers: { auto: 'auto', default: 'standard_only' },
    limits: ['max_tokens'],
  },
  responses: {
    ...common,
    effort: ['reasoning', 'effort'],
    tiers: openaiTiers,
    limits: ['max_output_tokens'],
  },
}

/** Servers that know OpenAI's older name for the limit alone. */
const olderChat: Words = { ...chat, limits: ['max_tokens', 'max_completion_tokens'] }

/**
 * @param knowsNewerLimit whether the server takes `max_completion_tokens`
 * @returns the very same body where there is nothing to override on this route
 */
export function overriddenBody(
  body: JsonBody,
  route: MeteredRoute,
  overrides: Overrides,
  knowsNewerLimit: boolean,
): JsonBody {
  const format = route === 'chat' && !knowsNewerLimit ? olderChat : words[route]
  if (format === undefined) return body
  const edits = new Map<string, string>()
  const removed: string[] = []
  const put = (name: string, value: unknown) => {
    if (value === null) removed.push(name)
    else if (value !== undefined) edits.set(name, JSON.stringify(value))
  }
  const { temperature, topP, reasoningEffort, serviceTier } = overrides
  put(format.temperature, temperature)
  put(format.topP, topP)
  if (serviceTier !== undefined) {
    put('service_tier', serviceTier === null ? null : format.tiers[serviceTier])
  }
  const [field, inner] = format.effort
  if (inner === undefined) put(field, reasoningEffort)
  else if (reasoningEffort !== undefined)
    put(field, within(body.value[field], inner, reasoningEffort))
  for (const [name, limit] of limitsOf(body, format.limits, overrides)) put(name, limit)
  if (edits.size === 0 && removed.length === 0) return body
  const text = withoutFields(
    body,
    removed.filter((name) => body.spans.has(name)),
  )
  return parsed(edits.size === 0 ? text : editedBody(parsed(text), edits))
}

/** @returns what stands in an object with one field of it set, or taken out */
function within(given: unknown, name: string, value: string | null): object | null | undefined {
  const { [name]: before, ...rest } = isObject(given) ? given : {}
  if (value !== null) return { ...rest, [name]: value }
  if (before === undefined) return undefined
  return Object.keys(rest).length === 0 ? null : rest
}

/** What is no count stays as it is: it will be refused as such. */
function limitsOf(
  { value }: JsonBody,
  names: readonly string[],
  { outputTokens, outputTokensMax }: Overrides,
): [string, number][] {
  if (outputTokens === undefined && outputTokensMax === undefined) return []
  const limit = outputTokens ?? outputTokensMax!
  const given = names.filter((name) => value[name] !== undefined && value[name] !== null)
  if (given.length === 0) return [[names[0]!, limit]]
  return given.flatMap((name): [string, number][] => {
    const asked = value[name]
    if (outputTokens !== undefined) return [[name, outputTokens]]
    return typeof asked === 'number' && asked > limit ? [[name, limit]] : []
  })
}

/** From the end on, so that the places of the fields before stay what they are. */
function withoutFields({ text, spans }: JsonBody, names: readonly string[]): string {
  const last = names.map((name) => spans.get(name)!).sort(([a], [b]) => b - a)
  return last.reduce((left, [from, to]) => withoutField(left, from, to), text)
}

/** With the comma after it, or the one before it where it is the last. */
function withoutField(text: string, valueFrom: number, valueTo: number): string {
  const keyTo = text.lastIndexOf('"', valueFrom - 1)
  const keyFrom = text.lastIndexOf('"', keyTo - 1)
  const after = /^\s*,/.exec(text.slice(valueTo))
  if (after) return text.slice(0, keyFrom) + text.slice(valueTo + after[0].length)
  return text.slice(0, keyFrom).replace(/,\s*$/, '') + text.slice(valueTo)
}

const parsed = (text: string) => parseJsonBody(Buffer.from(text))
