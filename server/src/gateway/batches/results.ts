/** Reads the result of a batch, line by line as it comes: how many were done, and what they used. */
import type { TenantId, TokenUsage } from '@commonhold/core'
import { isObject, type JsonObject } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'
import type { AttemptFacts } from '../ledger/attempt.ts'
import type { GatewayParts } from '../serve/parts.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { readUsage as readChatUsage } from '../wire/openai-chat/usage.ts'
import { readUsage as readResponsesUsage } from '../wire/openai-responses/usage.ts'
import { type Answered, askProvider } from './upstream.ts'

export interface Results {
  readonly usage: TokenUsage
  /** Lines that were answered. */
  readonly done: number
}

const lineBytesMax = 64 * 1024 * 1024
const nothing: TokenUsage = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
}

/**
 * @param upstream the batch as the provider tells it, which is over
 * @returns null where it was answered and nobody told what it used
 * @throws Failure where the result can't be read now
 */
export async function readResults(
  parts: GatewayParts,
  model: ModelEntry,
  tenantId: TenantId,
  upstream: JsonObject,
  { route }: AttemptFacts,
): Promise<Results | null> {
  const { output_file_id: id } = upstream
  // Without a result nothing was done: a batch that failed, or was cancelled before its first line.
  if (typeof id !== 'string') return { usage: nothing, done: 0 }
  const question = { route: 'files', method: 'GET', rest: `/${id}/content` } as const
  const answered = await askProvider(parts, model, tenantId, question)
  const readUsage = route.endsWith(':responses') ? readResponsesUsage : readChatUsage
  let usage = nothing
  let done = 0
  let isTold = true
  for await (const line of linesOf(answered)) {
    const { response } = objectIn(line) ?? {}
    if (!isObject(response) || response.status_code !== 200) continue
    done++
    const report = isObject(response.body) ? readUsage(response.body.usage) : null
    if (report?.kind === 'reported') usage = sumOf(usage, report.usage)
    else isTold = false
  }
  return isTold ? { usage, done } : null
}

function objectIn(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    throw new Failure('provider_answer_malformed', 'The result of the batch can not be read.')
  }
}

function sumOf(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    freshInputTokens: a.freshInputTokens + b.freshInputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  }
}

async function* linesOf({ body }: Answered): AsyncGenerator<string> {
  let pending: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (pending.length > lineBytesMax) throw new Error('a line without an end')
      for (let at = pending.indexOf(0x0a); at >= 0; at = pending.indexOf(0x0a)) {
        yield* whole(pending.subarray(0, at))
        pending = pending.subarray(at + 1)
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('provider_connection_lost', 'The result of the batch broke off.')
  }
  yield* whole(pending)
}

function* whole(line: Buffer): Generator<string> {
  const text = line.toString('utf8').trim()
  if (text !== '') yield text
}
