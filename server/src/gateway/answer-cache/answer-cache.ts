/**
 * Answers that are given again to the same question, for accounts that allow it and requests that ask
 * for it. In this process's memory, bounded, and gone with it.
 *
 * An answer is found only by the very same question: its key is a hash over the tenant, the account, the
 * revision of the tenant at which access was decided, the route and the body. So it is never another
 * account's (case T79), and whatever is changed in the tenant, a grant taken back or a price, makes all
 * that was kept unreachable. Who asks is authorised, counted and billed like everybody else
 * (serve/cached.ts).
 */
import { createHash } from 'node:crypto'
import type { Id } from '@commonhold/core'
import type { JsonBody } from '../admission/json-body.ts'
import type { AnswerHeaders } from '../call/call.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { TenantSnapshot } from '../snapshot/tenant-snapshot.ts'
import { withoutBlanks } from './blanks.ts'

/** All answers together, and how many. */
export const cacheBytesMax = 64 * 1024 * 1024
export const cacheAnswersMax = 20_000
/** A longer answer is not kept. */
export const cachedAnswerBytesMax = 1024 * 1024

export interface CachedAnswer {
  /** The model that gave it: whoever gets it again has to be allowed to use that one. */
  readonly modelId: Id<'mdl'>
  readonly headers: AnswerHeaders
  /** As the client got it: whole, or all events of the stream. */
  readonly body: Buffer
  readonly isStream: boolean
  readonly keptAtMs: number
}

/** Routes whose answer depends on the body alone. */
const cachedRoutes: ReadonlySet<MeteredRoute> = new Set([
  'chat',
  'messages',
  'responses',
  'embeddings',
])

export class AnswerCache {
  /** The longest unused first. */
  readonly #answers = new Map<string, CachedAnswer>()
  #bytes = 0
  #hits = 0
  #misses = 0

  get stats() {
    return {
      answers: this.#answers.size,
      bytes: this.#bytes,
      hits: this.#hits,
      misses: this.#misses,
    }
  }

  /** @param ttlMs how old an answer may be, by what the account allows now */
  find(key: string, nowMs: number, ttlMs: number): CachedAnswer | null {
    const found = this.#answers.get(key)
    if (found) this.#remove(key, found)
    if (!found || nowMs - found.keptAtMs > ttlMs) {
      this.#misses++
      return null
    }
    this.#answers.set(key, found)
    this.#bytes += found.body.length
    this.#hits++
    return found
  }

  keep(key: string, answer: CachedAnswer): void {
    const { length } = answer.body
    if (length > cachedAnswerBytesMax) return
    const before = this.#answers.get(key)
    if (before) this.#remove(key, before)
    this.#answers.set(key, answer)
    this.#bytes += length
    for (const [oldest, one] of this.#answers) {
      if (this.#bytes <= cacheBytesMax && this.#answers.size <= cacheAnswersMax) break
      this.#remove(oldest, one)
    }
  }

  #remove(key: string, { body }: CachedAnswer): void {
    this.#answers.delete(key)
    this.#bytes -= body.length
  }
}

export interface Question {
  readonly snapshot: TenantSnapshot
  readonly accountId: Id<'acct'>
  readonly route: MeteredRoute
  readonly body: JsonBody
  /** What of the request's headers a provider is told. */
  readonly headers: readonly (string | null)[]
}

/** @returns what the question is kept under; null for one whose answer is never kept */
export function keyOf({ snapshot, accountId, route, body, headers }: Question): string | null {
  if (!cachedRoutes.has(route)) return null
  const { tenant, revision } = snapshot
  const asked = [tenant.id, accountId, revision, route, headers]
  return createHash('sha256')
    .update(JSON.stringify(asked))
    .update('\0')
    .update(withoutBlanks(body.text))
    .digest('base64url')
}
