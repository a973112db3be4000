/**
 * The control plane's routes, made from the contract: nothing is registered by hand. Each request
 * becomes a `Call`, goes through the door, and its `Answer` becomes a reply.
 */
import { type AnyOperation, fullPath, operations, Refusal } from '@commonhold/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer, Call } from '../control/call.ts'
import type { Door } from '../control/run.ts'
import { readCookie, writeCookie } from './cookies.ts'
import { parseInput, refusal } from './parse.ts'

export interface ApiOptions {
  readonly door: Door
  /** Whether the console is reached over https: decides the cookie's name. */
  readonly secureCookies: boolean
  /** Called once per answer, for the metrics. */
  readonly onAnswer: (operation: string, status: number, seconds: number) => void
}

/** A path without its `:verb`, and the operations that stand there, by verb. */
interface Place {
  readonly method: AnyOperation['method']
  readonly stem: string
  readonly byVerb: Map<string, AnyOperation>
}

export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  const places = placesOf(operations)
  for (const place of places) {
    app.route({
      method: place.method,
      url: routePattern(place.stem),
      handler: (request, reply) => answer(place, request, reply, options),
    })
  }
  for (const [url, here] of Map.groupBy(places, ({ stem }) => routePattern(stem))) {
    refuseOtherMethods(app, url, new Set(here.map(({ method }) => method)))
  }
}

const methods = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const

/** An address that exists says so, and which methods it knows. */
function refuseOtherMethods(app: FastifyInstance, url: string, known: ReadonlySet<string>): void {
  const allow = [...known, ...(known.has('GET') ? ['HEAD'] : [])].sort().join(', ')
  app.route({
    method: methods.filter((method) => !known.has(method)),
    url,
    handler: (_, reply) => {
      reply.header('allow', allow)
      throw new Refusal('method_not_allowed', `This address knows ${allow}.`)
    },
  })
}

/**
 * `/accounts/{account}:suspend` and `…:resume` are one route for the router, which knows no suffix
 * after a parameter; the verb is cut off the last part here.
 */
function placesOf(all: readonly AnyOperation[]): Place[] {
  const places = new Map<string, Place>()
  for (const operation of all) {
    const path = fullPath(operation)
    const cut = path.indexOf(':')
    const stem = cut < 0 ? path : path.slice(0, cut)
    const verb = cut < 0 ? '' : path.slice(cut + 1)
    const afterParameter = stem.endsWith('}')
    const key = `${operation.method} ${afterParameter ? stem : path}`
    const place = places.get(key) ?? {
      method: operation.method,
      stem: afterParameter ? stem : path,
      byVerb: new Map<string, AnyOperation>(),
    }
    place.byVerb.set(afterParameter ? verb : '', operation)
    places.set(key, place)
  }
  return [...places.values()]
}

/** The contract's `{name}` in the router's words; a literal colon is doubled. */
function routePattern(stem: string): string {
  let position = 0
  return stem.replaceAll(':', '::').replace(/\{[^}]+\}/g, () => `:p${position++}`)
}

async function answer(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApiOptions,
): Promise<FastifyReply> {
  const values = Object.values(request.params as Record<string, string>)
  if (values.includes('')) throw new Refusal('not_found', 'There is nothing at this address.')
  const operation = operationAt(place, values)
  reply.raw.once('finish', () =>
    options.onAnswer(operation.id, reply.statusCode, reply.elapsedTime / 1_000),
  )
  const names = [...operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)
  const input = parseInput(operation, {
    params: Object.fromEntries(names.map((name, i) => [name, values[i]])),
    query: request.query,
    body: request.body,
  })
  const realm = operation.area === 'operator' ? 'operator' : 'tenant'
  const result = await options.door({
    operation,
    ...input,
    ...presented(request, realm, options.secureCookies),
    idempotencyKey: idempotencyKeyOf(request),
    ifMatch: header(request, 'if-match'),
    requestId: request.id,
    address: request.ip,
    userAgent: header(request, 'user-agent')?.slice(0, userAgentLettersMax) ?? null,
    host: request.hostname || null,
  })
  if (result.cookie !== undefined) {
    writeCookie(reply, realm, result.cookie, options.secureCookies)
  }
  return send(request, reply, operation, result)
}

const userAgentLettersMax = 300

/** Cuts `:verb` off the last value and finds what it means. */
function operationAt(place: Place, values: string[]): AnyOperation {
  const plain = place.byVerb.get('')
  const last = values.at(-1)
  if (last !== undefined) {
    const cut = last.lastIndexOf(':')
    const verb = place.byVerb.get(last.slice(cut + 1))
    if (cut > 0 && verb !== undefined) {
      values[values.length - 1] = last.slice(0, cut)
      return verb
    }
  }
  if (plain === undefined) {
    throw new Refusal('not_found', 'There is no operation at this address.')
  }
  return plain
}

/** A header wins over a cookie: a program that sends a token means the token. */
function presented(
  request: FastifyRequest,
  realm: 'tenant' | 'operator',
  secure: boolean,
): Pick<Call, 'credential' | 'csrfToken'> {
  const authorization = header(request, 'authorization')
  const csrfToken = header(request, 'x-csrf-token')
  if (authorization !== null) {
    const [scheme = '', text = ''] = authorization.split(/ +/)
    if (scheme.toLowerCase() !== 'bearer' || text === '') {
      throw new Refusal('not_signed_in', 'Send the token as "Authorization: Bearer ch_…".')
    }
    return { credential: { text, from: 'header' }, csrfToken }
  }
  const text = readCookie(request, realm, secure)
  return { credential: text === null ? null : { text, from: 'cookie' }, csrfToken }
}

const idempotencyKeyPattern = /^[\x20-\x7e]{1,255}$/

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = header(request, 'idempotency-key')
  if (key === null || idempotencyKeyPattern.test(key)) return key
  const message = 'is 1 to 255 letters, digits and signs, such as a UUID'
  throw refusal([{ pointer: '/headers/idempotency-key', rule: 'pattern', message }])
}

function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: AnyOperation,
  result: Answer,
): FastifyReply {
  reply.code(result.status).header('cache-control', 'no-store')
  if (result.dryRun) return reply.send(result.body)
  if (result.status === 204) return reply.send()
  if (operation.csv) return sendCsv(reply, operation, result.body)
  // Only what the contract promises leaves: a field that a row has and the contract has not stays.
  const body = operation.output.parse(result.body) as { id?: unknown; revision?: unknown }
  if (typeof body.revision === 'number') reply.header('etag', `"${body.revision}"`)
  if (result.status === 201 && typeof body.id === 'string') {
    reply.header('location', `${request.url.split('?')[0]}/${body.id}`)
  }
  return reply.send(body)
}

/** To be saved and not shown, whatever a browser thinks of it. */
function sendCsv(reply: FastifyReply, operation: AnyOperation, body: unknown): FastifyReply {
  const name = `${operation.id.split('.')[0]}.csv`
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(operation.output.parse(body))
}
