/**
 * Whether a model is worth asking, as one process has seen it: closed while it answers, open after several
 * failures in a row that speak of the provider, half open once it has rested, when a single request finds out
 * for all. It rests twice as long each time that fails, up to a maximum. Apart from that a provider may ask to
 * be left alone for a while (429 with retry-after): then its model is parked.
 *
 * Nothing here refuses a request. An open model is tried last, and where all are open they are tried in
 * their order all the same.
 */

export const circuitFailuresMax = 3
/** Failures that are further apart are not in a row. */
export const failuresForgottenMs = 60_000
export const restMsMin = 10_000
export const restMsMax = 300_000
/** A probe that takes longer does not keep others from probing. */
export const probeMsMax = 60_000
/** A provider that asks for more is believed this much. */
export const parkMsMax = 300_000

/** Times are of one monotonic clock, in ms; 0 is never. */
export interface Circuit {
  readonly failures: number
  readonly failedAtMs: number
  /** How often it was opened without having closed; 0 while it is closed. */
  readonly openings: number
  readonly openUntilMs: number
  readonly probeUntilMs: number
  readonly parkedUntilMs: number
}

export type CircuitState = 'closed' | 'open' | 'half_open' | 'parked'

const closed: Circuit = {
  failures: 0,
  failedAtMs: 0,
  openings: 0,
  openUntilMs: 0,
  probeUntilMs: 0,
  parkedUntilMs: 0,
}

/** @param circuit undefined for a model of which nothing bad is known */
export function circuitState(circuit: Circuit | undefined, nowMs: number): CircuitState {
  if (circuit === undefined) return 'closed'
  if (nowMs < circuit.parkedUntilMs) return 'parked'
  if (circuit.openings === 0) return 'closed'
  return nowMs < circuit.openUntilMs ? 'open' : 'half_open'
}

/** Whether it is tried where its target stands; else it is tried last. */
export function isCircuitInTurn(circuit: Circuit | undefined, nowMs: number): boolean {
  const state = circuitState(circuit, nowMs)
  return state === 'closed' || (state === 'half_open' && nowMs >= circuit!.probeUntilMs)
}

/** A request is about to be sent there: of a half-open circuit it is the one that finds out. */
export function circuitBegun(circuit: Circuit, nowMs: number): Circuit {
  if (circuitState(circuit, nowMs) !== 'half_open' || nowMs < circuit.probeUntilMs) return circuit
  return { ...circuit, probeUntilMs: nowMs + probeMsMax }
}

/** @returns undefined: nothing bad is known any more */
export function circuitSucceeded(circuit: Circuit, nowMs: number): Circuit | undefined {
  return nowMs < circuit.parkedUntilMs
    ? { ...closed, parkedUntilMs: circuit.parkedUntilMs }
    : undefined
}

/** The request ended without saying anything of the provider. */
export function circuitUndecided(circuit: Circuit): Circuit {
  return { ...circuit, probeUntilMs: 0 }
}

export function circuitFailed(before: Circuit | undefined, nowMs: number): Circuit {
  const circuit = before ?? closed
  if (circuit.openings > 0) {
    // What began before it was opened, or was tried for want of anything better, is no news.
    if (nowMs < circuit.openUntilMs) return { ...circuit, probeUntilMs: 0 }
    return opened(circuit, nowMs)
  }
  const isInRow = nowMs - circuit.failedAtMs <= failuresForgottenMs
  const failures = (isInRow ? circuit.failures : 0) + 1
  const counted = { ...circuit, failures, failedAtMs: nowMs }
  return failures < circuitFailuresMax ? counted : opened(counted, nowMs)
}

function opened(circuit: Circuit, nowMs: number): Circuit {
  const restMs = Math.min(restMsMin * 2 ** circuit.openings, restMsMax)
  return {
    ...circuit,
    openings: circuit.openings + 1,
    openUntilMs: nowMs + restMs,
    probeUntilMs: 0,
  }
}

/** @param retryAfterMs how long the provider wants to be left alone */
export function circuitParked(
  before: Circuit | undefined,
  retryAfterMs: number,
  nowMs: number,
): Circuit {
  const circuit = before ?? closed
  const untilMs = nowMs + Math.min(retryAfterMs, parkMsMax)
  return {
    ...circuit,
    probeUntilMs: 0,
    parkedUntilMs: Math.max(circuit.parkedUntilMs, untilMs),
  }
}
