/**
 * A call that can spend: every route that calls a provider comes through here, and through nothing
 * else. Authenticate, find what may serve it, attempt one after another until the client has seen a
 * byte, and answer.
 */
import { uuidOf } from '@commonhold/core'
import { authenticate, type Caller, callerOf } from '../admission/caller.ts'
import { parseFormBody, uploadBytesMax } from '../admission/form-body.ts'
import { type JsonBody, parseJsonBody } from '../admission/json-body.ts'
import { isInBackground } from '../admission/response-bounds.ts'
import { findUsable, mayUse, modelNotFound } from '../admission/target.ts'
import type { GatewayCall } from '../call/call.ts'
import { asFailure, Failure } from '../call/failure.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import type { ObservedCall } from '../request-log/observed-call.ts'
import type { CatalogueEntry } from '../snapshot/entries.ts'
import { keyHeader } from '../spending-keys/spending-keys.ts'
import { journalFailure } from './attempt.ts'
import { serveCachable } from './cached.ts'
import type { RunningCall, RunningFacts } from './in-flight.ts'
import type { MeteredCall } from './metered-call.ts'
import { meters } from './meters.ts'
import type { GatewayParts } from './parts.ts'
import { routeFor } from './route.ts'
import { tryInTurn } from './turns.ts'

export const bodyBytesMax = 10 * 1024 * 1024

/**
 * Of an account that keeps no log and no answers, a call costs no promise more for it.
 * @returns as `serveKnown`
 * @throws Failure where nothing was answered yet
 */
export function serveMetered(
  parts: GatewayParts,
  call: GatewayCall,
  route: MeteredRoute,
): Promise<Failure | null> {
  // Before the body: who may not call at all does not get to send 10 MB.
  const first = authenticate(parts.admission, call, parts.now())
  if (call.header(keyHeader) !== null) return serveOnce(parts, call, route, first)
  return serveObservably(parts, call, route, first)
}

/** With an Idempotency-Key: what it costs, it costs once. */
function serveOnce(
  parts: GatewayParts,
  call: GatewayCall,
  route: MeteredRoute,
  caller: Caller,
): Promise<Failure | null> {
  const { isForm } = meters[route]
  const bytesMax = isForm ? uploadBytesMax : bodyBytesMax
  const mayHave = (bytes: Buffer) => {
    const type = call.header('content-type')
    findUsable(caller, checkedModelName(isForm ? parseFormBody(bytes, type) : parseJsonBody(bytes)))
  }
  return parts.spendingKeys.serve(
    { caller, call, route, bodyBytesMax: bytesMax, mayHave },
    (keyed) => serveObservably(parts, keyed, route, caller),
  )
}

function serveObservably(
  parts: GatewayParts,
  call: GatewayCall,
  route: MeteredRoute,
  first: Caller,
): Promise<Failure | null> {
  const observed = parts.requestLog.observe(call, first)
  if (observed === null) return serveKnown(parts, call, route, first.hash, null)
  return serveObserved(parts, observed, route, first)
}

async function serveObserved(
  parts: GatewayParts,
  observed: ObservedCall,
  route: MeteredRoute,
  first: Caller,
): Promise<Failure | null> {
  try {
    const broken = await serveKnown(parts, observed, route, first.hash, observed)
    parts.requestLog.note(observed, first, route, broken)
    return broken
  } catch (error) {
    parts.requestLog.note(observed, first, route, error)
    throw error
  }
}

/**
 * @returns why a stream broke that had begun, and has told its client; null where all went well
 * @throws Failure where nothing was answered yet
 */
async function serveKnown(
  parts: GatewayParts,
  call: GatewayCall,
  route: MeteredRoute,
  hash: string,
  observed: ObservedCall | null,
): Promise<Failure | null> {
  refuseUnlessOpen(parts)
  const meter = meters[route]
  const bytes = await call.readBody(meter.isForm ? uploadBytesMax : bodyBytesMax)
  const body = meter.isForm
    ? parseFormBody(bytes, call.header('content-type'))
    : parseJsonBody(bytes)
  const isKept = route === 'responses' && isInBackground(body)
  if (!isKept) meter.refuse?.(body)
  const caller = callerOf(parts.admission, hash, call.address, parts.now())
  const name = checkedModelName(body)
  if (observed !== null) observed.modelAsked = name
  if (isKept) {
    await parts.inBackground(caller, call, body, bytes.length)
    return null
  }
  const { virtual, candidates } = routeFor(parts, caller, name, call, body)
  const ofType = candidates.filter(({ model }) => model.modelType === meter.modelType)
  if (ofType.length === 0) throw wrongType(name, route)
  const suited = { virtual, candidates: ofType }

  const metered: MeteredCall = {
    call,
    route,
    body,
    bodyBytes: bytes.length,
    virtualModelId: virtual?.id ?? null,
    requestId: uuidOf(call.requestId),
    endedBy: null,
    relay: null,
    wake: null,
    model: null,
    attempts: 0,
    headAtMs: 0,
    isCounted: false,
    shortenedTo: null,
  }
  const running = runningCall(parts, metered, caller, name)
  parts.inFlight.add(running)
  call.onGone(() => running.abort(new Failure('client_gone', 'The client left.')))
  try {
    if (observed === null) return await tryInTurn(parts, metered, caller, suited)
    const serve = () => tryInTurn(parts, metered, caller, suited)
    const models = suited.candidates.map(({ model }) => model)
    return await serveCachable(parts, metered, observed, caller, models, serve)
  } finally {
    if (metered.isCounted) call.noteBilled?.()
    parts.inFlight.remove(running)
  }
}

function refuseUnlessOpen({ journal, isStopping }: GatewayParts): void {
  if (isStopping()) {
    throw new Failure('shutting_down', 'This gateway is shutting down. Try again.', {
      retryAfterMs: 1_000,
    })
  }
  if (journal.state !== 'open') throw journalFailure()
}

export function checkedModelName({ value }: JsonBody): string {
  const { model, stream } = value
  if (typeof model !== 'string' || model === '') {
    throw new Failure('invalid_request', "Name a model: 'provider-account/model'.", {
      param: 'model',
    })
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw new Failure('invalid_request', "'stream' must be true or false.", { param: 'stream' })
  }
  return model
}

function wrongType(name: string, route: MeteredRoute): Failure {
  return new Failure(
    'model_type_differs',
    `The model '${name}' does not serve ${meters[route].serves}.`,
    { param: 'model' },
  )
}

/** How the call is asked about, and ended, while it runs. */
function runningCall(
  parts: GatewayParts,
  metered: MeteredCall,
  first: Caller,
  name: string,
): RunningCall {
  const { address } = metered.call
  const again = (nowMs: number) => {
    const caller = callerOf(parts.admission, first.hash, address, nowMs)
    return { caller, needs: needsOf(caller, metered, name) }
  }
  return {
    tenantId: first.snapshot.tenant.id,
    check: (nowMs) => {
      try {
        const { caller, needs } = again(nowMs)
        if (needs === null || !needs.every((entry) => mayUse(caller, entry))) {
          throw modelNotFound(name)
        }
        return null
      } catch (error) {
        const { message } = asFailure(error)
        return new Failure('access_revoked', `The access was withdrawn during the call. ${message}`)
      }
    },
    abort: (reason) => {
      metered.endedBy ??= reason
      metered.relay?.abort(reason)
      metered.wake?.()
    },
    facts: (nowMs) => {
      try {
        const { caller, needs } = again(nowMs)
        return needs && factsOf(caller, needs)
      } catch {
        return null
      }
    },
  }
}

/** What was asked for and what serves it: one thing, or a virtual model and the model behind it. */
function needsOf(
  { snapshot, token }: Caller,
  { model }: MeteredCall,
  name: string,
): CatalogueEntry[] | null {
  const asked = snapshot.catalogue.find(token.accountId, name)
  if (!asked) return null
  if (model === null || model.id === asked.id) return [asked]
  const serving = snapshot.catalogue.find(token.accountId, model.id)
  return serving ? [asked, serving] : null
}

function factsOf({ token }: Caller, needs: readonly CatalogueEntry[]): RunningFacts {
  return {
    accountId: token.accountId,
    principalId: token.principalId,
    tokenId: token.id,
    needs: needs.map(({ type, target: { ownerId, path } }) => ({ kind: type, ownerId, path })),
  }
}
