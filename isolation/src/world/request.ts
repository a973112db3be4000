/** Makes a request of any operation from the contract alone: path, example body, credential. */
import { type AnyOperation, fullPath } from '@commonhold/contract'
import document from '@commonhold/contract/openapi.json' with { type: 'json' }
import type { Person } from './person.ts'

/** What was asked, and what two answers must not differ in. */
export interface Exchange {
  /** Method and address, without the credential. */
  readonly request: string
  /** The body that was sent, as text; null where there was none. */
  readonly sent: string | null
  readonly status: number
  /** All but the date, the length and the request's own id. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text, without the request's own id. */
  readonly said: string
}

export interface Asked {
  /** Path parameters; what is missing is an error of the matrix. */
  readonly params: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** They differ from answer to answer whatever was asked, and tell nothing. */
const ownHeaders = new Set(['date', 'content-length', 'x-request-id', 'keep-alive', 'connection'])

export async function ask(
  url: string,
  operation: AnyOperation,
  asked: Asked,
  who: Person | null,
): Promise<Exchange> {
  const path = fullPath(operation).replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = asked.params[name]
    if (value === undefined) throw new Error(`${operation.id}: nothing fills {${name}}`)
    return encodeURIComponent(value)
  })
  const body = asked.body ?? exampleBody(operation)
  return exchange(url, operation.method, `${path}${asked.query ?? ''}`, who, {
    ...(asked.headers ? { headers: asked.headers } : {}),
    body,
  })
}

/** The same for an address that no operation describes, such as the gateway's. */
export async function exchange(
  url: string,
  method: string,
  target: string,
  who: Person | null,
  { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: unknown } = {},
): Promise<Exchange> {
  const sent = body === undefined ? null : JSON.stringify(body)
  const response = await fetch(`${url}${target}`, {
    method,
    headers: {
      ...who?.headers,
      ...(sent === null ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: sent,
  })
  const text = await response.text()
  return {
    request: `${method} ${target}`,
    sent,
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !ownHeaders.has(name))),
    said: text.replace(/"requestId":"[^"]*"/, '"requestId":""'),
  }
}

interface Documented {
  requestBody?: { content: { 'application/json': { example?: unknown } } }
}

/** The body that the API reference shows. */
export function exampleBody(operation: AnyOperation): unknown {
  const paths = document.paths as unknown as Record<string, Record<string, Documented>>
  const documented = paths[fullPath(operation)]?.[operation.method.toLowerCase()]
  return documented?.requestBody?.content['application/json'].example
}
