/**
 * How often somebody may try to sign in. Attempts are counted when they begin, so that a hundred at
 * once are no way around, and one that succeeds is not counted. The counts are kept under what was typed,
 * whether it exists or not: a limit tells nothing. They are kept in memory, per process.
 */
import { Refusal } from '@commonhold/contract'
import ipaddr from 'ipaddr.js'
import type { Services } from './services.ts'

export const attemptWindowSeconds = 15 * 60
export const attemptsPerUserMax = 10
export const attemptsPerAddressMax = 50
export const operatorAttemptsPerAddressMax = 10
export const signupsPerAddressMax = 10
/** Counters kept at once; the oldest goes first. */
export const countersMax = 100_000
/** One subscriber holds a whole /64 of IPv6. */
const ipv6PrefixBits = 64

export interface AttemptLimit {
  /** What is counted, such as `address/192.0.2.1`. */
  readonly key: string
  readonly max: number
}

/** The times of attempts, by what is counted. */
type Counters = Map<string, number[]>

const countersOf = new WeakMap<Services, Counters>()

/**
 * Counts an attempt.
 * @returns how to forget it again, for when it succeeds
 * @throws too_many_requests, with the seconds until the next attempt is free
 */
export function countAttempt(
  services: Services,
  limits: readonly AttemptLimit[],
  now: Date,
): () => void {
  const counters = countersOf.get(services) ?? new Map<string, number[]>()
  countersOf.set(services, counters)
  const sinceMs = now.getTime() - attemptWindowSeconds * 1_000
  for (const { key, max } of limits) {
    const recent = (counters.get(key) ?? []).filter((atMs) => atMs > sinceMs)
    if (recent.length >= max) throw tooMany(recent.at(-max)! - sinceMs)
  }
  for (const { key } of limits) {
    const recent = (counters.get(key) ?? []).filter((atMs) => atMs > sinceMs)
    counters.delete(key)
    counters.set(key, [...recent, now.getTime()])
  }
  dropOldest(counters)
  return () => {
    for (const { key } of limits) forget(counters, key, now.getTime())
  }
}

/** Only this attempt: a success must not wipe out the failures that others are counted for. */
function forget(counters: Counters, key: string, atMs: number): void {
  const times = counters.get(key) ?? []
  const rest = times.toSpliced(times.indexOf(atMs), times.includes(atMs) ? 1 : 0)
  if (rest.length === 0) counters.delete(key)
  else counters.set(key, rest)
}

export function addressLimit(what: string, address: string | null, max: number): AttemptLimit {
  return { key: `${what}/${address === null ? 'unknown' : networkOf(address)}`, max }
}

function tooMany(waitMs: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000))
  return new Refusal(
    'too_many_requests',
    `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`,
    { retryAfterSeconds },
  )
}

function dropOldest(counters: Counters): void {
  for (const key of counters.keys()) {
    if (counters.size <= countersMax) return
    counters.delete(key)
  }
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${ipv6PrefixBits}`)
  return network.toString()
}
