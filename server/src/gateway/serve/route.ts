/**
 * From the name in a request to the models that may serve it, in the order in which to try them. Each target
 * of a virtual model is asked about on its own: being next in line grants nothing (case T77).
 */
import { type RouteBy, type RouteTarget, routeOrder } from '@commonhold/core'
import type { Caller } from '../admission/caller.ts'
import { isObject, type JsonBody } from '../admission/json-body.ts'
import { findUsable, mayUse } from '../admission/target.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import type { ModelEntry, VirtualModelEntry, VirtualTarget } from '../snapshot/entries.ts'
import type { Health } from '../upstream/health.ts'
import type { Latencies } from '../upstream/latencies.ts'

/** What requests of one key have in common; before what the body says of it. */
export const stickyHeader = 'x-commonhold-sticky'
/** What follows does not count. */
export const stickyKeyCharsMax = 256

/** A model to try, and what the virtual model in front of it says; null where there is none. */
export interface Candidate extends RouteTarget {
  readonly model: ModelEntry
  readonly target: VirtualTarget | null
}

export interface Route {
  readonly virtual: VirtualModelEntry | null
  /** In order; each one allowed when it was asked about. */
  readonly candidates: readonly Candidate[]
}

export interface RouteContext {
  readonly health: Health
  readonly latencies: Latencies
}

/**
 * @param name as the request has it
 * @returns at least one candidate
 * @throws Failure
 */
export function routeFor(
  context: RouteContext,
  caller: Caller,
  name: string,
  call: GatewayCall,
  body: JsonBody,
): Route {
  const entry = findUsable(caller, name)
  if (entry.type === 'model') return { virtual: null, candidates: [onlyCandidate(entry)] }
  const allowed = allowedTargets(caller, entry)
  if (allowed.length === 0) {
    throw new Failure(
      'permission_denied',
      `You may call '${name}', but none of the models behind it: you need model:use on one.`,
      { param: 'model' },
    )
  }
  const { health } = context
  const nowMs = performance.now()
  const by = routeBy(context, caller, entry, call, body)
  const candidates = routeOrder(allowed, (id) => health.isInTurn(id, nowMs), by)
  return { virtual: entry, candidates }
}

/** A model that nothing stands in front of. */
export function onlyCandidate(model: ModelEntry): Candidate {
  return { model, target: null, modelId: model.id, priority: 0, weight: 1 }
}

/** Targets are named in the account that owns the virtual model, whoever calls it. */
function allowedTargets(caller: Caller, entry: VirtualModelEntry): Candidate[] {
  const found: Candidate[] = []
  const isInOrder = entry.strategy === 'priority'
  for (const [index, target] of entry.targets.entries()) {
    if (target.weight === 0) continue
    const model = caller.snapshot.catalogue.find(entry.ownerId, target.reference)
    if (model?.type !== 'model' || !mayUse(caller, model)) continue
    if (found.some(({ modelId }) => modelId === model.id)) continue
    const priority = isInOrder ? index : 0
    found.push({ model, target, modelId: model.id, priority, weight: target.weight })
  }
  return found
}

function routeBy(
  { latencies }: RouteContext,
  caller: Caller,
  { strategy, sticky }: VirtualModelEntry,
  call: GatewayCall,
  { value }: JsonBody,
): RouteBy {
  const key = sticky === 'key' ? keyOf(call, value) : sticky === 'off' ? null : caller.principal.id
  if (key !== null) return { kind: 'key', key: key.slice(0, stickyKeyCharsMax) }
  const random = Math.random()
  if (strategy !== 'latency') return { kind: 'chance', random }
  const isStream = value.stream === true
  const nowMs = performance.now()
  return { kind: 'latency', random, latencyMs: (id) => latencies.msOf(id, isStream, nowMs) }
}

/** What the caller says belongs together: it chooses a target and nothing else. */
function keyOf(call: GatewayCall, { prompt_cache_key, user, metadata }: JsonBody['value']) {
  const userId = isObject(metadata) ? metadata.user_id : undefined
  const given = [call.header(stickyHeader), prompt_cache_key, user, userId]
  return given.find((one): one is string => typeof one === 'string' && one !== '') ?? null
}
