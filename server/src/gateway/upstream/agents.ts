/**
 * Connections to providers. As many as are needed: a cap on connections would queue streams behind
 * streams. Every connection of a tenant's choice passes the guard, for a literal address as for a
 * name; only the sandbox, whose address is the operator's, does not need to.
 */
import { Agent, type Dispatcher } from 'undici'
import { guardedConnector } from '../../outgoing/guarded-connector.ts'
import type { GuardOptions } from '../../outgoing/ssrf-guard.ts'

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
  const guarded = new Agent({ ...common, connect: guardedConnector(guard, connectMs) })
  const sandbox = new Agent({ ...common, connect: { timeout: connectMs } })
  return {
    guarded,
    sandbox,
    close: async () => {
      await Promise.all([guarded.destroy(), sandbox.destroy()])
    },
  }
}
