/** The client: a function for each operation, nested by noun, made from the generated table. */
import type { OperationEntry } from './operation.ts'
import { type OperationId, operations } from './operations.generated.ts'
import type { AnyOptions, Params } from './request.ts'
import { type Connection, send } from './send.ts'
import type { Operations } from './types.generated.ts'

export interface ClientSettings {
  /** Such as `https://commonhold.example.com`. In a browser: empty, for the page's own origin. */
  readonly baseUrl: string
  /** A token of a virtual account or a person, or the operator key. Without one: the cookie. */
  readonly token?: string | null | undefined
  /** Asked before each change that is made with the session cookie. */
  readonly csrfToken?: () => string | null
  readonly fetch?: typeof fetch
}

export interface Client extends Operations {
  /** Any operation by its id, for programs that learn at run time which one. */
  call(id: OperationId, params: Params, body?: unknown, options?: AnyOptions): Promise<unknown>
}

type Method = (...args: unknown[]) => Promise<unknown>

/** @returns a client that keeps no state but its settings. */
export function createClient(settings: ClientSettings): Client {
  const connection: Connection = {
    baseUrl: settings.baseUrl.replace(/\/+$/, ''),
    token: settings.token ?? null,
    csrfToken: settings.csrfToken ?? (() => null),
    fetch: settings.fetch ?? ((...args) => fetch(...args)),
  }
  const nouns: Record<string, Record<string, Method>> = {}
  for (const operation of Object.values<OperationEntry>(operations)) {
    nouns[operation.noun] ??= {}
    nouns[operation.noun]![operation.verb] = methodOf(connection, operation)
  }
  const call: Client['call'] = (id, params, body, options = {}) =>
    send(connection, operations[id], params, body, options)
  // The generated types and the generated table come from the same contract.
  return { ...nouns, call } as unknown as Client
}

/** An operation without a body takes its options second. */
function methodOf(connection: Connection, operation: OperationEntry): Method {
  return (params = {}, ...rest) => {
    const [body, options = {}] = operation.body ? rest : [undefined, rest[0]]
    return send(connection, operation, params as Params, body, options as AnyOptions)
  }
}
