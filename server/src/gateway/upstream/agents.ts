/**
 * Connections to providers. As many as are needed: a cap on connections would queue streams behind
 * streams. Every connection of a tenant's choice passes the guard, for a literal address as for a
 * name; only the sandbox, whose address is the operator's, does not need to.
 */
import { isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import {
  addressProblem,
  type GuardOptions,
  guardedLookup,
  hostOf,
  UnsafeAddressError,
} from '../../outgoing/ssrf-guard.ts'

const connectMs = 10_000
/** Below the 5 s after which many servers close an idle connection: then nobody writes into one. */
const keepAliveMs = 4_000

export interface UpstreamAgents {
  readonly guarded: Dispatcher
  readonly sandbox: Dispatcher
  close(): Promise<void>
}

export function openAgents(guard: GuardOptions): UpstreamAgents {
  const common = {
    connections: null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    // Every request brings its own limits.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const connect = buildConnector({ timeout: connectMs, lookup: guardedLookup(guard) })
  const guarded = new Agent({
    ...common,
    connect: (options, callback) => {
      const host = hostOf(options.hostname)
      const problem = isIP(host) === 0 ? null : addressProblem(host, guard)
      if (problem === null) return connect(options, callback)
      const error = new UnsafeAddressError(`${host} must not be reached. ${problem}`)
      queueMicrotask(() => callback(error, null))
    },
  })
  const sandbox = new Agent({ ...common, connect: { timeout: connectMs } })
  return {
    guarded,
    sandbox,
    close: async () => {
      await Promise.all([guarded.destroy(), sandbox.destroy()])
    },
  }
}
