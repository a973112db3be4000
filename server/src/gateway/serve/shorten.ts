/**
 * Near the end of a budget: a call whose whole worst case does not fit any more is given less output instead of
 * being refused, where its caller says so (docs/guides/budgets-and-limits.md). It is exact, because the provider
 * itself is told the smaller maximum and bills no more (decision 27 says why streams are not cut instead).
 *
 * It takes a part of what is left, so that the calls after it find something as well. Most answers are far
 * shorter than the maximum that was asked for, and are the same with a smaller one.
 */
import type { PriceVersion, UsageBounds } from '@commonhold/core'
import { worstCase } from '../admission/bounds.ts'
import { editedBody, isObject, type JsonBody, parseJsonBody } from '../admission/json-body.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure, type SpendRoom } from '../call/failure.ts'
import { findProvider } from '../providers/index.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { ModelEntry } from '../snapshot/entries.ts'

/** `shorten`: less output instead of a refusal. Anything else, or nothing: a refusal. */
export const whenShortHeader = 'x-commonhold-when-short'
/** In the answer: how much output the provider was asked for at most, where that is less than the caller did. */
export const maxTokensHeader = 'x-commonhold-max-tokens'

/** Less output than this, in tokens, is of no use to anybody: then the call is refused. */
export const shortenedTokensMin = 256
/** A shortened call takes this part of the room that is left. */
const shortenedRoomDivisor = 4n

export interface Asking {
  readonly call: GatewayCall
  readonly route: MeteredRoute
  readonly model: ModelEntry
  readonly body: JsonBody
  readonly bounds: UsageBounds
  readonly price: PriceVersion | null
  readonly markupPpm: bigint
}

export interface Shortened {
  readonly body: JsonBody
  readonly bodyBytes: number
  readonly outputTokensMax: number
}

/**
 * @param why the call was refused
 * @returns what to ask for instead; null where nobody said so, or too little would be left of it
 */
export function shortened(asking: Asking, why: unknown): Shortened | null {
  const { call, bounds, body } = asking
  const room = why instanceof Failure ? why.details.room : undefined
  if (room === undefined || call.header(whenShortHeader) !== 'shorten') return null
  if (bounds.outputTokensMax <= shortenedTokensMin || !fits(asking, shortenedTokensMin, room)) {
    return null
  }
  const outputTokensMax = mostThatFits(asking, partOf(room))
  const fields = fieldsOf(asking, outputTokensMax)
  if (fields === null) return null
  const edits = new Map(fields.map((field) => [field, String(outputTokensMax)]))
  const bytes = Buffer.from(editedBody(body, edits))
  return { body: parseJsonBody(bytes), bodyBytes: bytes.length, outputTokensMax }
}

function fits({ bounds, price, markupPpm }: Asking, outputTokensMax: number, room: SpendRoom) {
  const worst = worstCase({ ...bounds, outputTokensMax }, price, markupPpm, 0n)
  return worst.nanos <= (room.nanos ?? worst.nanos) && worst.tokens <= (room.tokens ?? worst.tokens)
}

function partOf({ nanos, tokens }: SpendRoom): SpendRoom {
  return {
    nanos: nanos === null ? null : nanos / shortenedRoomDivisor,
    tokens: tokens === null ? null : tokens / shortenedRoomDivisor,
  }
}

/** At least the least, which fits into the whole room. */
function mostThatFits(asking: Asking, room: SpendRoom): number {
  let most = shortenedTokensMin
  let tooMuch = asking.bounds.outputTokensMax
  while (tooMuch - most > 1) {
    const middle = Math.floor((most + tooMuch) / 2)
    if (fits(asking, middle, room)) most = middle
    else tooMuch = middle
  }
  return most
}

/** What the client's format calls its maximum; null where it has none, or can't have so little. */
function fieldsOf({ route, body, model }: Asking, outputTokensMax: number): string[] | null {
  const { value } = body
  if (route === 'responses') return ['max_output_tokens']
  if (route === 'messages') {
    const thinking = isObject(value.thinking) ? value.thinking.budget_tokens : undefined
    return typeof thinking === 'number' && thinking >= outputTokensMax ? null : ['max_tokens']
  }
  if (route !== 'chat') return null
  const given = ['max_completion_tokens', 'max_tokens'].filter((field) => value[field] != null)
  if (given.length > 0) return given
  const options = findProvider(model.provider.provider)?.writeOptions(model)
  return options?.hasMaxCompletionTokens === false ? ['max_tokens'] : ['max_completion_tokens']
}
