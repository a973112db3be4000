/**
 * Idempotency-Key on whatever costs: one key of one caller spends once. The first call with it has it;
 * whoever comes with it again gets the answer that was given, or is told why there is none, and pays
 * nothing (case T73; docs/decisions/0023-a-key-spends-once.md).
 *
 * It is kept in the database, because a retry may reach another gateway. Calls without a key never come
 * here.
 */
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type AccountId, uuidOf } from '@commonhold/core'
import type { Database } from '../../store/database.ts'
import type { LeaseSource } from '../../store/pool.ts'
import {
  claimSpendingKey,
  countSpendingKeys,
  endSpending,
  freeSpendingKey,
  type KeptSpending,
  type SpendingKeyPlace,
} from '../../store/spending-key.ts'
import type { Caller } from '../admission/caller.ts'
import type { AnswerHeaders, GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import type { GatewayLog } from '../call/log.ts'
import { KeyedCall, type SeenAnswer } from './keyed-call.ts'
import { refusalFor, unavailable } from './refusals.ts'
import { requestHashOf } from './request-hash.ts'

export const keyHeader = 'idempotency-key'
export const replayedHeader = 'idempotent-replayed'

/** What one account may have at once: keys, and bytes of answers under them. */
export const keysPerAccountMax = 1_000_000
export const answerBytesPerAccountMax = 256 * 1024 * 1024
/** How long a count of them is believed. */
const countedMs = 60_000
const countedAccountsMax = 10_000
const keyFormat = /^[\x21-\x7e]{1,255}$/
/** Between tries to write down how a call ended, where the database is away. */
const saveAgainMs = [1_000, 5_000]

export interface KeyedRequest {
  readonly caller: Caller
  readonly call: GatewayCall
  /** The name under which it is metered. */
  readonly route: string
  readonly bodyBytesMax: number
  /** @throws Failure where the caller may not have such an answer any more */
  mayHave(body: Buffer): void
}

interface Options {
  readonly database: Database
  readonly source: LeaseSource
  readonly log: GatewayLog
  now(): number
}

interface Counted {
  readonly atMs: number
  readonly keys: number
  readonly bytes: number
}

export class SpendingKeys {
  readonly #options: Options
  readonly #counted = new Map<AccountId, Counted>()
  readonly #saving = new Set<Promise<void>>()

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * @param serve answers the call, and says why its stream broke where it did
   * @throws Failure what `serve` throws, or why the key can't be used
   */
  async serve(
    request: KeyedRequest,
    serve: (call: GatewayCall) => Promise<Failure | null>,
  ): Promise<Failure | null> {
    const { caller, call, route, bodyBytesMax, mayHave } = request
    const key = call.header(keyHeader) ?? ''
    if (!keyFormat.test(key)) throw malformedKey()
    const body = await call.readBody(bodyBytesMax)
    const place: SpendingKeyPlace = {
      tenantId: caller.snapshot.tenant.id,
      accountId: caller.token.accountId,
      principalId: caller.principal.id,
      route,
      keyHash: createHash('sha256').update(key).digest(),
    }
    const requestHash = requestHashOf(call, body)
    const kept = await this.#claim(place, requestHash, call)
    if (kept === null) return this.#first(place, caller, call, serve)
    const refusal = refusalFor(kept, requestHash)
    if (refusal !== null) throw refusal
    mayHave(body)
    replay(call, opened(caller, place, kept.answer!))
    return null
  }

  /** Waits until how calls ended is written down. */
  async stop(): Promise<void> {
    await Promise.all(this.#saving)
  }

  async #claim(
    place: SpendingKeyPlace,
    requestHash: Buffer,
    { requestId }: GatewayCall,
  ): Promise<KeptSpending | null> {
    const { database, source, log } = this.#options
    const claim = { requestHash, requestId: uuidOf(requestId), source }
    try {
      const { keys } = await this.#count(place)
      if (keys >= keysPerAccountMax) throw tooMany()
      return await database.withTenant(place.tenantId, (tx) => claimSpendingKey(tx, place, claim))
    } catch (error) {
      if (error instanceof Failure) throw error
      log.error({ error: String(error) }, 'An Idempotency-Key could not be looked up.')
      throw unavailable()
    }
  }

  async #first(
    place: SpendingKeyPlace,
    caller: Caller,
    call: GatewayCall,
    serve: (call: GatewayCall) => Promise<Failure | null>,
  ): Promise<Failure | null> {
    const keyed = new KeyedCall(call)
    const requestId = uuidOf(call.requestId)
    const end = (answer: Buffer | null, state: 'answered' | 'spent') =>
      this.#save(place, (tx) => endSpending(tx, place, requestId, { state, answer }))
    try {
      const broken = await serve(keyed)
      if (broken !== null) await end(null, 'spent')
      else await end(await this.#kept(place, caller, keyed.seen), 'answered')
      return broken
    } catch (error) {
      if (keyed.isBilled) await end(null, 'spent')
      else await this.#save(place, (tx) => freeSpendingKey(tx, place, requestId))
      throw error
    }
  }

  /** @returns the answer as it is stored; null where there is no room for it, or no key to encrypt it with */
  async #kept(
    place: SpendingKeyPlace,
    { snapshot }: Caller,
    seen: SeenAnswer | null,
  ): Promise<Buffer | null> {
    const tenantKey = snapshot.tenantKey()
    if (seen === null || tenantKey === null) return null
    const counted = await this.#count(place).catch(() => null)
    if (counted === null || counted.bytes >= answerBytesPerAccountMax) return null
    const text = JSON.stringify({ ...seen, body: seen.body.toString('base64') })
    return tenantKey.encrypt(text, contextOf(place))
  }

  async #count({ tenantId, accountId }: SpendingKeyPlace): Promise<Counted> {
    const { database, now } = this.#options
    const known = this.#counted.get(accountId)
    if (known && now() - known.atMs < countedMs) return known
    const count = await database.withTenant(tenantId, (tx) => countSpendingKeys(tx, accountId))
    const counted = { ...count, atMs: now() }
    if (this.#counted.size >= countedAccountsMax) this.#counted.clear()
    this.#counted.set(accountId, counted)
    return counted
  }

  /** Never rejects: what can't be written leaves the key with a call that runs no more, and unusable. */
  #save(
    { tenantId }: SpendingKeyPlace,
    work: Parameters<Database['withTenant']>[1],
  ): Promise<void> {
    const { database, log } = this.#options
    const save = async () => {
      for (const againMs of [...saveAgainMs, null]) {
        try {
          await database.withTenant(tenantId, work)
          return
        } catch (error) {
          if (againMs === null)
            log.warn({ tenantId, error: String(error) }, 'How a call ended could not be kept.')
          else await wait(againMs)
        }
      }
    }
    const saving = save().finally(() => this.#saving.delete(saving))
    this.#saving.add(saving)
    return saving
  }
}

const contextOf = ({ accountId, keyHash }: SpendingKeyPlace) =>
  `spending_key/${accountId}/${keyHash.toString('hex')}`

function opened({ snapshot }: Caller, place: SpendingKeyPlace, answer: Buffer): SeenAnswer {
  const tenantKey = snapshot.tenantKey()
  if (tenantKey === null) throw unavailable()
  const kept = JSON.parse(tenantKey.decrypt(answer, contextOf(place))) as {
    headers: AnswerHeaders
    body: string
    isStream: boolean
  }
  return { ...kept, body: Buffer.from(kept.body, 'base64') }
}

function replay(call: GatewayCall, { headers, body, isStream }: SeenAnswer): void {
  const told = { ...headers, [replayedHeader]: 'true' }
  if (!isStream) {
    call.answer(told, body)
    return
  }
  call.begin(told)
  call.write(body)
  call.end()
}

function malformedKey(): Failure {
  const message = 'An Idempotency-Key has 1 to 255 visible ASCII characters: a UUID will do.'
  return new Failure('invalid_request', message, { param: keyHeader, shouldRetry: false })
}

function tooMany(): Failure {
  const message = `The account has used ${keysPerAccountMax} keys within a day. Ask without Idempotency-Key, or later.`
  return new Failure('idempotency_keys_full', message, { param: keyHeader, shouldRetry: false })
}
