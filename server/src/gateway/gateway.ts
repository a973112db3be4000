/**
 * The data plane, as one thing to start and stop. It talks to clients through `GatewayCall`, to
 * providers through undici, and to the rest of Commonhold through the database alone.
 *
 * Starting: snapshot, journal in a new epoch, what earlier lives left behind is applied and their
 * leases closed; only then does it take calls that cost. Where the database is away it starts from what
 * it kept on disk, and makes up for the rest later (contact.ts). Stopping: no new calls, running ones may end
 * until the deadline, the journal is shipped, and what was leased goes back.
 */
import { parseToken, type TenantId } from '@commonhold/core'
import type { CredentialHasher } from '../crypto/credential-hash.ts'
import type { Vault } from '../crypto/envelope.ts'
import type { Database } from '../store/database.ts'
import { authenticate, staleFailure } from './admission/caller.ts'
import { ConnectionHashes } from './admission/connection-hashes.ts'
import { AnswerCache } from './answer-cache/answer-cache.ts'
import { Follower } from './background/follower.ts'
import { serveResponses } from './background/serve.ts'
import { submitResponse } from './background/submit.ts'
import { type BatchParts, batchParts, serveBatches, serveFiles } from './batches/serve.ts'
import type { GatewayCall } from './call/call.ts'
import { asFailure, Failure, type FailureCode } from './call/failure.ts'
import type { GatewayLog } from './call/log.ts'
import { begin, type Link, openKeeper, type SnapshotOnDisk } from './contact.ts'
import { settleFirst, settleLater } from './earlier-lives.ts'
import { openSource, openSourceAlone } from './ledger/recovery.ts'
import { Shipper } from './ledger/shipper.ts'
import { LeaseBook } from './limits/lease-book.ts'
import { servePassThrough } from './pass-through/serve.ts'
import { passingWire } from './providers/dialects.ts'
import { RequestLog } from './request-log/request-log.ts'
import { type Found, findRoute, noRoute } from './routes.ts'
import { serveCountTokens } from './serve/count-tokens.ts'
import { InFlight } from './serve/in-flight.ts'
import { serveKey } from './serve/key.ts'
import { serveMetered } from './serve/metered.ts'
import { serveModel, serveModels } from './serve/models.ts'
import { type GatewayParts, newCounters, type Timeouts } from './serve/parts.ts'
import { type FeedOptions, SnapshotFeed } from './snapshot/feed.ts'
import { SpendingKeys } from './spending-keys/spending-keys.ts'
import { type GatewayStats, problemOf, statsOf } from './stats.ts'
import { Meters } from './telemetry/meters.ts'
import type { Tracing } from './telemetry/tracing.ts'
import { openAgents } from './upstream/agents.ts'
import { Health } from './upstream/health.ts'
import { Latencies } from './upstream/latencies.ts'
import type { ErrorWire } from './wire/dialect.ts'
import { loadTokenCounter } from './wire/estimate.ts'

export type { GatewayStats } from './stats.ts'

export interface GatewayOptions {
  readonly database: Database
  readonly hasher: CredentialHasher
  readonly vault: Vault
  /** On a local disk, and of this gateway alone. */
  readonly journalDirectory: string
  /** Null where the sandbox is switched off. */
  readonly sandboxUrl: string | null
  readonly allowPrivateUpstreams: boolean
  /** Null where nothing is kept on disk: then it starts only while the database answers. */
  readonly snapshot?: SnapshotOnDisk | null
  /** Called before anything is asked of the database. @throws where it is away, or unfit */
  readonly prepare?: () => Promise<void>
  /** Null, or absent, where nobody asked for traces. */
  readonly tracing?: Tracing | null
  /** How old what is known of a tenant may be before nobody is admitted any more. */
  readonly stalenessMsMax: number
  readonly log: GatewayLog
  /** For tests and benchmarks: how often the loops run, and how long providers may take. */
  readonly tuning?: {
    readonly pollMs?: number
    readonly leaseIdleMs?: number
    readonly followMs?: number
    readonly shipEveryMs?: number
    readonly timeouts?: Timeouts
  }
}

export interface Gateway {
  /** Answers every call, whatever happens; never rejects. */
  handle(call: GatewayCall): Promise<void>
  /** Why calls that cost are not admitted now, as a sentence; null where they are. */
  problem(): string | null
  stats(): GatewayStats
  /** The revision of the tenant that is decided on now; null for a tenant that is not known. */
  revisionOf(tenantId: TenantId): number | null
  /** Says that it is not ready, and goes on taking calls. */
  announceStop(): void
  /** @param drainMs how long running calls may go on */
  stop(drainMs?: number): Promise<void>
}

/** Reasoning models think for minutes before the first byte. */
const headMs = 600_000
const idleMs = 120_000
/** How long running calls may go on when the gateway stops. */
export const drainMsDefault = 25_000
const abortedMsMax = 2_000
const shipMsMax = 10_000
const housekeepingMs = 500

/** @throws when the database can't be reached, or the journal can't be opened or settled */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { database, hasher, vault, log, stalenessMsMax, tuning = {} } = options
  const { pollMs, leaseIdleMs, shipEveryMs, timeouts = { headMs, idleMs } } = tuning
  await loadTokenCounter()
  const inFlight = new InFlight()
  const counters = newCounters()
  const isStarted: { leases?: LeaseBook; background?: BatchParts } = {}
  const onSwap: FeedOptions['onSwap'] = (tenantId, { changed, concernsCalls }) => {
    if (concernsCalls) counters.revoked += inFlight.recheck(tenantId, Date.now())
    isStarted.leases?.giveUp(changed)
  }
  const { snapshot = null, prepare = async () => undefined } = options
  const keeper = openKeeper(snapshot, vault, log)
  const pace = pollMs ? { pollMs } : {}
  const feed = new SnapshotFeed({ database, vault, log, onSwap, keeper, ...pace })
  const link: Link = { database, vault, log, feed, keeper, snapshot, prepare }
  const kept = await begin(link)
  const journal =
    kept === null
      ? await openSource(options.journalDirectory, database, log)
      : await openSourceAlone(options.journalDirectory, log)
  const shipper = new Shipper({ journal, database, log, ...(shipEveryMs ? { shipEveryMs } : {}) })
  const { sourceId, epoch } = journal
  const leases = new LeaseBook({
    database,
    source: { sourceId, epoch },
    log,
    outcomesWritten: () => shipper.written(),
    ...(leaseIdleMs ? { leaseIdleMs } : {}),
  })
  isStarted.leases = leases
  const state: { isStopping: boolean; isAnnounced: boolean; stopped?: Promise<void> } = {
    isStopping: false,
    isAnnounced: false,
  }
  const parts: GatewayParts = {
    admission: { hashes: new ConnectionHashes(hasher), feed, stalenessMsMax },
    leases,
    journal,
    shipper,
    inFlight,
    providers: {
      agents: openAgents({ allowPrivate: options.allowPrivateUpstreams }),
      sandboxUrl: options.sandboxUrl,
      allowPrivate: options.allowPrivateUpstreams,
    },
    health: new Health(log),
    latencies: new Latencies(),
    requestLog: new RequestLog({ database, log, now: Date.now }),
    answerCache: new AnswerCache(),
    spendingKeys: new SpendingKeys({ database, source: { sourceId, epoch }, log, now: Date.now }),
    inBackground: (...asked) => submitResponse(isStarted.background!, ...asked),
    timeouts,
    counters,
    meters: new Meters(),
    tracing: options.tracing ?? null,
    log,
    now: Date.now,
    isStopping: () => state.isStopping,
  }
  const settling = { link, journal, shipper, inFlight, leases }
  const contact = kept === null ? await settleFirst(settling) : await settleLater(settling, kept)
  const housekeeping = keepHouse(parts)
  const follower = new Follower(parts, database, tuning.followMs)
  const batches = batchParts(parts, database, follower)
  isStarted.background = batches
  const stopOnce = async (drainMs: number) => {
    state.isStopping = true
    await contact.stopTrying()
    await follower.stop()
    await stop(parts, housekeeping, drainMs)
    await keeper?.close()
    await contact.close()
    await options.tracing?.stop()
  }
  return {
    handle: (call) => handle(parts, batches, call),
    problem: () => (state.isAnnounced ? 'The gateway is about to stop.' : problemOf(parts)),
    stats: () => statsOf(parts),
    revisionOf: (tenantId) => feed.book.tenant(tenantId)?.revision ?? null,
    announceStop: () => {
      state.isAnnounced = true
    },
    stop: (drainMs = drainMsDefault) => {
      state.stopped ??= stopOnce(drainMs)
      return state.stopped
    },
  }
}

/** What a request gets: an answer, always. */
async function handle(parts: GatewayParts, batches: BatchParts, call: GatewayCall): Promise<void> {
  const { counters, log, admission, meters, tracing } = parts
  const startedAtMs = performance.now()
  let outcome: FailureCode | 'ok' = 'ok'
  counters.requests++
  const found = findRoute(call.method, call.path)
  const name = found.kind === 'route' ? found.route.path : noRoute
  tracing?.begin(call, name)
  try {
    await serve(parts, batches, call, found).catch(async (error: unknown) => {
      await refuseUnlessNews(admission, call, error)
      await serve(parts, batches, call, found)
    })
  } catch (error) {
    const failure = asFailure(error)
    if (failure !== error) {
      const cause = error instanceof Error ? error.stack : String(error)
      log.error({ requestId: call.requestId, error: cause }, 'A request failed unexpectedly.')
    }
    outcome = failure.code
    counters.refused.set(failure.code, (counters.refused.get(failure.code) ?? 0) + 1)
    call.refuse(failure, dialectFor(call).errorBody(failure, call.requestId))
  }
  tracing?.end(call, outcome)
  meters.answered(name, outcome, (performance.now() - startedAtMs) / 1_000)
}

async function serve(
  parts: GatewayParts,
  batches: BatchParts,
  call: GatewayCall,
  found: Found,
): Promise<void> {
  if (found.kind !== 'route') throw routeFailure(found, call)
  const { route, rest } = found
  const { meter } = route
  if (meter !== null && meter !== 'batch' && meter !== 'none') {
    await serveMetered(parts, call, meter)
    return
  }
  if (route.serves === 'count_tokens') return serveCountTokens(parts, call)
  const caller = authenticate(parts.admission, call, parts.now())
  if (route.serves === 'models') serveModels(caller, call)
  else if (route.serves === 'model') serveModel(caller, call, rest)
  else if (route.serves === 'files') await serveFiles(batches, caller, call, rest)
  else if (route.serves === 'pass_through')
    await servePassThrough(parts, caller, call, rest, isServed)
  else if (route.serves === 'responses') await serveResponses(batches, caller, call, rest)
  else if (route.serves === 'batches') await serveBatches(batches, caller, call, rest)
  else await serveKey(parts, batches.database, caller, call)
}

/** Whether a path of a vendor is one that is served here: then it is metered, or a neighbour's file. */
function isServed(path: string): boolean {
  // Some servers take a path in capitals for the same.
  const own = `/v1/${path.toLowerCase()}`
  return (['POST', 'GET', 'DELETE'] as const).some((method) => {
    const found = findRoute(method, own)
    return found.kind === 'route' && !['models', 'model'].includes(found.route.serves)
  })
}

/** What the client reads errors in: by what it calls, and elsewhere by how it introduces itself. */
function dialectFor(call: GatewayCall): ErrorWire {
  const isAnthropic =
    call.path.startsWith('/v1/messages') || call.header('anthropic-version') !== null
  return passingWire(isAnthropic ? 'messages' : 'chat')
}

/** Refusals that a change of a moment ago could turn into an answer. */
const perhapsOutdated: ReadonlySet<FailureCode> = new Set([
  'invalid_api_key',
  'model_not_found',
  'permission_denied',
  'price_unknown',
  'account_not_active',
  'tenant_not_active',
])

/**
 * Who has just made a token or a grant and uses it at once must not be told that it does not exist,
 * because the snapshot is some milliseconds behind. So such a refusal is given only by news that is
 * younger than the request. Calls that are admitted never wait for this.
 * @throws the refusal, where there is no such news
 */
async function refuseUnlessNews(
  { feed }: GatewayParts['admission'],
  { credential }: GatewayCall,
  refusal: unknown,
): Promise<void> {
  if (!(refusal instanceof Failure) || !perhapsOutdated.has(refusal.code)) throw refusal
  // No news makes a token of a text that is none.
  if (credential === null || parseToken(credential) === null) throw refusal
  const news = await feed.catchUp()
  if (news === true) return
  // Without the database nobody can tell an unknown token from a new one: that is no 401.
  throw news === null && refusal.code === 'invalid_api_key' ? staleFailure() : refusal
}

function routeFailure(found: Found, call: GatewayCall): Failure {
  if (found.kind === 'other_method') {
    const allowed = found.allowed.join(' or ')
    return new Failure('method_not_allowed', `Use ${allowed} for ${call.path.slice(0, 200)}.`)
  }
  const shown = `${call.method} ${call.path.slice(0, 200)}`
  return new Failure('route_not_found', `The gateway has no route ${shown}.`)
}

interface Housekeeping {
  stop(): Promise<void>
}

/** What has to happen though nobody asks: idle leases go back, and expired access ends streams. */
function keepHouse({ leases, inFlight, counters, now }: GatewayParts): Housekeeping {
  let running: Promise<void> = Promise.resolve()
  let isIdle = true
  const timer = setInterval(() => {
    counters.revoked += inFlight.recheckAll(now())
    if (!isIdle) return
    isIdle = false
    running = leases.returnIdle(now()).finally(() => {
      isIdle = true
    })
  }, housekeepingMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

async function stop(
  parts: GatewayParts,
  housekeeping: Housekeeping,
  drainMs: number,
): Promise<void> {
  const { inFlight, shipper, journal, admission, providers, log } = parts
  if (!(await inFlight.drained(drainMs))) {
    inFlight.abortAll(new Failure('shutting_down', 'The gateway is shutting down.'))
    await inFlight.drained(abortedMsMax)
  }
  await housekeeping.stop()
  await parts.requestLog.stop()
  await parts.spendingKeys.stop()
  await shipper.stop()
  const isShipped = await shipper.drain(shipMsMax)
  if (isShipped) await closeOwnLeases(parts)
  else log.warn({}, 'Usage stays in the journal; the next start of this gateway applies it.')
  await journal.close()
  await admission.feed.close()
  await providers.agents.close()
}

/** Frees what was leased and not spent. Otherwise the next start does, once it has recovered. */
async function closeOwnLeases({ leases, log }: GatewayParts): Promise<void> {
  try {
    await leases.closeAll(leases.tenantIds)
  } catch (error) {
    log.warn({ error: String(error) }, 'Leases could not be returned; the next start does it.')
  }
}
