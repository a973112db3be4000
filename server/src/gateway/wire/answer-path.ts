/**
 * The way of an answer from a provider to the client. Where both speak the same format, bytes pass by
 * and are only looked at; else each event is read in the one and written in the other.
 */
import type { Failure } from '../call/failure.ts'
import type { UsageCounts } from './answer.ts'
import type { AnswerContext, ClientWire, PassingWire, ProviderWire } from './dialect.ts'
import { countTokensNow } from './estimate.ts'
import { type AnswerStream, EventStream } from './event-stream.ts'
import { TranslatedStream } from './translated-stream.ts'
import { parsedObject, type WholeAnswer } from './whole-answer.ts'

export interface AnswerPath {
  openStream(): AnswerStream
  /** What the provider's stream calls itself; absent for server-sent events. */
  readonly streamType?: string
  /** For answers that are neither JSON nor events, where a route has such; null where it is JSON. */
  openBytes?(contentType: string): AnswerStream | null
  /** @returns null where it is no whole answer */
  readWhole(body: Buffer): WholeAnswer | null
  errorEvent(failure: Failure): string
}

export function passing(
  dialect: PassingWire,
  { keepUsage, requestId }: Pick<AnswerContext, 'keepUsage' | 'requestId'>,
): AnswerPath {
  return {
    openStream: () => new EventStream(dialect.scanner({ keepUsage })),
    readWhole: dialect.readWhole,
    errorEvent: (failure) => dialect.errorEvent(failure, requestId),
  }
}

export function translating(
  from: ProviderWire,
  to: ClientWire,
  context: AnswerContext,
): AnswerPath {
  return {
    openStream: () => new TranslatedStream(from.reader(), to.writer(context)),
    ...(from.streamType && { streamType: from.streamType }),
    readWhole: (body) => translatedWhole(from, to, context, body),
    errorEvent: (failure) => to.errorEvent(failure, context.requestId),
  }
}

function translatedWhole(
  from: ProviderWire,
  to: ClientWire,
  context: AnswerContext,
  body: Buffer,
): WholeAnswer | null {
  const seen = from.readWhole(body)
  const value = parsedObject(body)
  const answer = value && from.readAnswer(value)
  if (seen === null || answer === null) return null
  const usage = answer.usage ?? (to.alwaysHasUsage ? estimated(seen.written) : null)
  return { ...seen, body: JSON.stringify(to.writeAnswer({ ...answer, usage }, context)) }
}

/** For a format that can't do without: our own count of the output, and none of the input. */
function estimated(written: string): UsageCounts {
  return {
    freshInputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: countTokensNow(written),
    reasoningTokens: null,
  }
}
