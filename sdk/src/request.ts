/** From an operation and its arguments to an HTTP request: pure, so that it is easy to test. */
import type { DryRunOptions, MutationOptions, OperationEntry } from './operation.ts'

export type Params = Readonly<Record<string, unknown>>
export type AnyOptions = MutationOptions | DryRunOptions

export interface HttpRequest {
  readonly method: string
  /** Path and query, from the root of the server. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/**
 * @param params path and query parameters together
 * @throws TypeError when a path parameter is missing or one is given that the operation has not
 */
export function requestOf(
  operation: OperationEntry,
  params: Params,
  body: unknown,
  options: AnyOptions,
): HttpRequest {
  const id = `${operation.noun}.${operation.verb}`
  for (const name of Object.keys(params)) {
    const isKnown = operation.params[name] !== undefined || operation.query.includes(name)
    if (!isKnown) throw new TypeError(`${id} has no parameter ${name}.`)
  }
  const query = new URLSearchParams()
  for (const name of operation.query) {
    const value = params[name]
    if (value !== undefined && value !== null) query.append(name, String(value))
  }
  if (options.dryRun === true) query.append('dryRun', 'true')
  const search = query.size === 0 ? '' : `?${query}`
  const hasBody = operation.body
  return {
    method: operation.method,
    target: pathOf(operation, params, id) + search,
    headers: {
      accept: 'application/json',
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...(operation.idempotencyKey && options.dryRun !== true
        ? { 'idempotency-key': options.idempotencyKey ?? randomKey() }
        : {}),
      ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
    },
    body: hasBody ? JSON.stringify(body ?? {}) : null,
  }
}

function pathOf(operation: OperationEntry, params: Params, id: string): string {
  let path = operation.path
  for (const [name, inPath] of Object.entries(operation.params)) {
    const value = params[name]
    const text = value === undefined || value === null ? '' : String(value)
    // A dot segment would be resolved on the way, and call another address.
    if (/^\.{0,2}$/.test(text)) throw new TypeError(`${id} needs the parameter ${name}.`)
    path = path.replace(`{${inPath}}`, () => encodeURIComponent(text))
  }
  return path
}

/** Not crypto.randomUUID: browsers have it only on https and localhost. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
