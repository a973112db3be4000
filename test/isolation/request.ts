/** Makes a request of any operation from the contract alone: path, example body, credential. */
import { type AnyOperation, fullPath } from '@commonhold/contract'
import document from '@commonhold/contract/openapi.json' with { type: 'json' }
import { formatId, type IdPrefix, prefixOf } from '@commonhold/core'
import type { Person } from '../support/people.ts'

export interface Reply {
  readonly status: number
  /** The body as text, without the request's own id: what two answers must not differ in. */
  readonly said: string
}

interface Asked {
  /** Path parameters; what is missing is an error of the test. */
  readonly params: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
}

const nobody: Person['headers'] = {}

export async function ask(
  url: string,
  operation: AnyOperation,
  asked: Asked,
  who: Person | null,
): Promise<Reply> {
  const path = fullPath(operation).replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = asked.params[name]
    if (value === undefined) throw new Error(`${operation.id}: nothing fills {${name}}`)
    return encodeURIComponent(value)
  })
  const body = asked.body ?? exampleBody(operation)
  const response = await fetch(`${url}${path}${asked.query ?? ''}`, {
    method: operation.method,
    headers: {
      ...(who?.headers ?? nobody),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, said: text.replace(/"requestId":"[^"]*"/, '"requestId":""') }
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

/** The same answer with what the caller wrote himself left out: repeating it tells him nothing. */
export function without(reply: Reply, written: string): Reply {
  return { ...reply, said: reply.said.replaceAll(written, '…') }
}

/** A well-formed id of the same kind that nothing has; other texts become a name that nothing has. */
export function missingLike(reference: string): string {
  const prefix = prefixOf(reference)
  return prefix === null
    ? 'nothing-has-this-name'
    : formatId(prefix as IdPrefix, '01900000-0000-7000-8000-000000000000')
}
