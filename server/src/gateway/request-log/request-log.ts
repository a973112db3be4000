/**
 * Keeps the request log of accounts that asked for one: entries wait in memory and are written in
 * batches, beside the requests and never in their way. What waits when a gateway is killed is lost, and
 * what does not fit any more is dropped and counted: a log is not a bill, and bills are in the journal
 * (docs/decisions/0015-the-request-log-is-no-second-bill.md).
 */
import { setImmediate as otherWork } from 'node:timers/promises'
import type { TenantId } from '@commonhold/core'
import type { TenantKey } from '../../crypto/envelope.ts'
import type { Database } from '../../store/database.ts'
import type { RequestLogSetting } from '../../store/gateway-setting.ts'
import {
  bodiesContext,
  insertRequestLog,
  type RequestLogEntry,
  type RequestOutcome,
} from '../../store/request-log-entry.ts'
import type { Caller } from '../admission/caller.ts'
import type { GatewayCall } from '../call/call.ts'
import { asFailure, type Failure, type FailureCode } from '../call/failure.ts'
import type { GatewayLog } from '../call/log.ts'
import { keptBodies } from './kept-bodies.ts'
import { ObservedCall, type SeenBody } from './observed-call.ts'

/** Waiting entries, and the bodies in them, at most. */
export const waitingEntriesMax = 20_000
export const waitingBytesMax = 64 * 1024 * 1024
export const writeEveryMs = 250
const batchEntriesMax = 500
const modelLettersMax = 300
const messageLettersMax = 1_000

/** As it waits: redacted and encrypted only when it is written. */
interface Waiting {
  readonly tenantId: TenantId
  readonly setting: RequestLogSetting
  readonly key: () => TenantKey | null
  readonly entry: Omit<RequestLogEntry, 'bodies'>
  readonly request: SeenBody
  readonly answer: SeenBody
}

export interface RequestLogOptions {
  readonly database: Database
  readonly log: GatewayLog
  now(): number
}

export class RequestLog {
  readonly #options: RequestLogOptions
  #waiting = new Map<string, Waiting>()
  #waitingBytes = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #written = 0
  #dropped = 0

  constructor(options: RequestLogOptions) {
    this.#options = options
  }

  get stats() {
    return { written: this.#written, dropped: this.#dropped, waiting: this.#waiting.size }
  }

  /** @returns the call as it is to be served so that it can be told of, or null where nobody asked */
  observe(call: GatewayCall, { snapshot, token }: Caller): ObservedCall | null {
    const setting = snapshot.account(token.accountId)?.gatewaySetting ?? null
    if (setting === null) return null
    return new ObservedCall(call, setting, this.#options.now)
  }

  /** @param error what the call ended with; null where it was answered */
  note(
    call: ObservedCall,
    { snapshot, token, principal }: Caller,
    route: string,
    error: unknown,
  ): void {
    const setting = call.setting.requestLog
    if (setting.mode === 'off') return
    const failure = error === null ? null : asFailure(error)
    const { startedAtMs, firstByteAtMs, seenRequest: request, seenAnswer: answer } = call
    const entry = {
      id: call.requestId,
      accountId: token.accountId,
      atMs: startedAtMs,
      route,
      principalId: principal.id,
      principalKind: principal.kind,
      principalName: principal.name,
      tokenId: token.id,
      tokenName: token.name,
      modelAsked: storable(call.modelAsked, modelLettersMax),
      modelServed: call.modelServed,
      streamed: call.isStream,
      outcome: outcomeOf(failure),
      code: failure?.code ?? null,
      message: failure && storable(failure.message, messageLettersMax),
      durationMs: elapsed(startedAtMs, this.#options.now()),
      firstByteMs: firstByteAtMs === null ? null : elapsed(startedAtMs, firstByteAtMs),
      requestBytes: request.bytes,
      answerBytes: answer.bytes,
    }
    const key = () => snapshot.tenantKey()
    this.#add({ tenantId: snapshot.tenant.id, setting, key, entry, request, answer })
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#writing
    await this.#write()
  }

  #add(waiting: Waiting): void {
    const bytes = bytesOf(waiting)
    const { id } = waiting.entry
    // Served anew after fresher news: what became of it in the end is what is kept.
    const before = this.#waiting.get(id)
    if (before) this.#waitingBytes -= bytesOf(before)
    const isFull = this.#waitingBytes + bytes > waitingBytesMax
    if (!before && (isFull || this.#waiting.size >= waitingEntriesMax)) {
      this.#dropped++
      return
    }
    this.#waiting.set(id, waiting)
    this.#waitingBytes += bytes
    this.#timer ??= setTimeout(() => this.#begin(), writeEveryMs).unref()
  }

  #begin(): void {
    this.#writing = this.#write().finally(() => {
      this.#timer = null
      if (this.#waiting.size > 0)
        this.#timer = setTimeout(() => this.#begin(), writeEveryMs).unref()
    })
  }

  /** Never rejects: what can't be written is dropped, and said. */
  async #write(): Promise<void> {
    const all = [...this.#waiting.values()]
    this.#waiting = new Map()
    this.#waitingBytes = 0
    for (const [tenantId, ofTenant] of Map.groupBy(all, (one) => one.tenantId)) {
      for (let at = 0; at < ofTenant.length; at += batchEntriesMax) {
        await this.#writeBatch(tenantId, ofTenant.slice(at, at + batchEntriesMax))
      }
    }
  }

  async #writeBatch(tenantId: TenantId, batch: readonly Waiting[]): Promise<void> {
    const { database, log } = this.#options
    try {
      const entries: RequestLogEntry[] = []
      for (const one of batch) entries.push({ ...one.entry, bodies: await sealedBodies(one) })
      await database.withTenant(tenantId, (tx) => insertRequestLog(tx, tenantId, entries))
      this.#written += entries.length
    } catch (error) {
      this.#dropped += batch.length
      log.warn(
        { tenantId, entries: batch.length, error: String(error) },
        'Entries of the request log could not be written and are dropped.',
      )
    }
  }
}

/** Other requests get their turn between two bodies. */
async function sealedBodies(waiting: Waiting): Promise<Buffer | null> {
  const { setting, entry, request, answer, key } = waiting
  if (setting.mode !== 'full') return null
  await otherWork()
  const seen = { route: entry.route, isStream: entry.streamed, request, answer }
  const text = JSON.stringify(keptBodies(seen, setting.redact))
  return key()?.encrypt(text, bodiesContext(entry.id)) ?? null
}

function bytesOf({ request, answer }: Waiting): number {
  return (request.kept?.length ?? 0) + (answer.kept?.length ?? 0)
}

function elapsed(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round(toMs - fromMs))
}

/** PostgreSQL stores no NUL, and nobody needs half of a surrogate pair. */
function storable(text: string, lettersMax: number): string {
  return text.slice(0, lettersMax).replaceAll('\0', '').toWellFormed()
}

/** What went wrong here or at the provider; every other code is a refusal of the call as such. */
const failed: ReadonlySet<FailureCode> = new Set([
  'shutting_down',
  'snapshot_stale',
  'journal_unavailable',
  'limits_unavailable',
  'provider_unreachable',
  'provider_auth_failed',
  'provider_rate_limited',
  'provider_error',
  'provider_timed_out',
  'provider_answer_malformed',
  'provider_connection_lost',
  'internal_error',
])

function outcomeOf(failure: Failure | null): RequestOutcome {
  if (failure === null) return 'ok'
  if (failure.code === 'client_gone') return 'cancelled'
  return failed.has(failure.code) ? 'failed' : 'refused'
}
