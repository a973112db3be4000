/** Connections to addresses that tenants name: each passes the guard, a literal one as a name. */
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import {
  addressProblem,
  type GuardOptions,
  guardedLookup,
  hostOf,
  UnsafeAddressError,
} from './ssrf-guard.ts'

/** @param connectMs how long a connection may take to be made */
export function guardedConnector(guard: GuardOptions, connectMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: connectMs, lookup: guardedLookup(guard) })
  return (options, callback) => {
    const host = hostOf(options.hostname)
    const problem = isIP(host) === 0 ? null : addressProblem(host, guard)
    if (problem === null) return connect(options, callback)
    const error = new UnsafeAddressError(`${host} must not be reached. ${problem}`)
    queueMicrotask(() => callback(error, null))
  }
}
