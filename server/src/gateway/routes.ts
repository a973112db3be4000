/**
 * Every route of the gateway, as data. A route that can spend names its meter, and is served by the one
 * function that holds and settles; a test goes through this list.
 */
import type { MeteredRoute } from './providers/provider.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** A trailing `/*` stands for the rest of the path, which may hold slashes. */
  readonly path: string
  readonly serves:
    | 'metered'
    | 'count_tokens'
    | 'models'
    | 'model'
    | 'key'
    | 'files'
    | 'batches'
    | 'responses'
    | 'pass_through'
  /**
   * What it spends by; null for a route that costs nothing. A batch is held when it is submitted and
   * settled from its result (batches/), and so is a response in the background; asking about it costs nothing. `none` may spend what nobody can
   * bound, and is refused to whoever has a limit (pass-through/).
   */
  readonly meter: MeteredRoute | 'batch' | 'none' | null
}

export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/chat/completions', serves: 'metered', meter: 'chat' },
  { method: 'POST', path: '/v1/responses', serves: 'metered', meter: 'responses' },
  { method: 'GET', path: '/v1/responses/*', serves: 'responses', meter: null },
  { method: 'POST', path: '/v1/responses/*', serves: 'responses', meter: null },
  { method: 'DELETE', path: '/v1/responses/*', serves: 'responses', meter: null },
  { method: 'POST', path: '/v1/messages', serves: 'metered', meter: 'messages' },
  { method: 'POST', path: '/v1/messages/count_tokens', serves: 'count_tokens', meter: null },
  { method: 'POST', path: '/v1/embeddings', serves: 'metered', meter: 'embeddings' },
  { method: 'POST', path: '/v1/moderations', serves: 'metered', meter: 'moderations' },
  { method: 'POST', path: '/v1/images/generations', serves: 'metered', meter: 'images' },
  { method: 'POST', path: '/v1/images/edits', serves: 'metered', meter: 'image_edits' },
  { method: 'POST', path: '/v1/images/variations', serves: 'metered', meter: 'image_variations' },
  { method: 'POST', path: '/v1/audio/speech', serves: 'metered', meter: 'speech' },
  { method: 'POST', path: '/v1/audio/transcriptions', serves: 'metered', meter: 'transcriptions' },
  { method: 'POST', path: '/v1/audio/translations', serves: 'metered', meter: 'translations' },
  { method: 'POST', path: '/v1/rerank', serves: 'metered', meter: 'rerank' },
  { method: 'GET', path: '/v1/models', serves: 'models', meter: null },
  { method: 'GET', path: '/v1/models/*', serves: 'model', meter: null },
  { method: 'GET', path: '/v1/key', serves: 'key', meter: null },
  { method: 'POST', path: '/v1/files', serves: 'files', meter: null },
  { method: 'GET', path: '/v1/files', serves: 'files', meter: null },
  { method: 'GET', path: '/v1/files/*', serves: 'files', meter: null },
  { method: 'DELETE', path: '/v1/files/*', serves: 'files', meter: null },
  { method: 'POST', path: '/v1/batches', serves: 'batches', meter: 'batch' },
  { method: 'GET', path: '/v1/batches', serves: 'batches', meter: null },
  { method: 'GET', path: '/v1/batches/*', serves: 'batches', meter: null },
  { method: 'POST', path: '/v1/batches/*', serves: 'batches', meter: null },
  { method: 'GET', path: '/v1/providers/*', serves: 'pass_through', meter: 'none' },
  { method: 'POST', path: '/v1/providers/*', serves: 'pass_through', meter: 'none' },
  { method: 'DELETE', path: '/v1/providers/*', serves: 'pass_through', meter: 'none' },
]

/** The name in numbers and traces of whatever has none of these paths. */
export const noRoute = 'none'

export type Found =
  | { readonly kind: 'route'; readonly route: Route; readonly rest: string }
  | { readonly kind: 'other_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' }

/** @param path without a query, percent-encoding undone */
export function findRoute(method: string, path: string): Found {
  const allowed: string[] = []
  for (const route of routes) {
    const rest = restOf(route, path)
    if (rest === null) continue
    if (route.method === method) return { kind: 'route', route, rest }
    allowed.push(route.method)
  }
  return allowed.length === 0 ? { kind: 'none' } : { kind: 'other_method', allowed }
}

function restOf(route: Route, path: string): string | null {
  if (!route.path.endsWith('/*')) return path === route.path ? '' : null
  const prefix = route.path.slice(0, -1)
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : null
}
