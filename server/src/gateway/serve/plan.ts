/**
 * What an attempt will send, and how its answer comes back: settled before anything is held, so that a
 * request which the provider could not understand costs nothing and is refused in a sentence.
 */
import type { Caller } from '../admission/caller.ts'
import type { JsonBody } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'
import { passingWire, translation } from '../providers/dialects.ts'
import { findProvider } from '../providers/index.ts'
import type { ClientGonePolicy, Endpoint, MeteredRoute } from '../providers/provider.ts'
import type { ModelEntry, Overrides } from '../snapshot/entries.ts'
import { type AnswerPath, passing, translating } from '../wire/answer-path.ts'
import type { AnswerContext } from '../wire/dialect.ts'
import { openaiUnits, unitPath } from '../wire/openai-units/index.ts'
import type { MeteredCall } from './metered-call.ts'
import { overriddenBody } from './overridden-body.ts'
import type { GatewayParts } from './parts.ts'

export interface Plan {
  readonly endpoint: Endpoint
  readonly body: string | Buffer
  /** What is translated may be longer than what the client sent, and is what the provider counts. */
  readonly translatedBytes: number
  readonly path: AnswerPath
  readonly policy: ClientGonePolicy
}

/** The request as a target of a virtual model is asked it: what is bounded, held and sent. */
export function asked(
  { body, bodyBytes, route }: MeteredCall,
  model: ModelEntry,
  overrides: Overrides,
): Pick<MeteredCall, 'body' | 'bodyBytes'> {
  const options = findProvider(model.provider.provider)?.writeOptions(model)
  const knowsNewerLimit = options?.hasMaxCompletionTokens !== false
  const changed = overriddenBody(body, route, overrides, knowsNewerLimit)
  const isSame = changed === body
  return { body: changed, bodyBytes: isSame ? bodyBytes : Buffer.byteLength(changed.text) }
}

/**
 * @param body as it is asked, which is the client's own but for a target's overrides
 * @throws Failure where the provider can't be called, or not with this request
 */
export async function planOf(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  model: ModelEntry,
  body: JsonBody,
): Promise<Plan> {
  const { call, route } = metered
  const provider = findProvider(model.provider.provider)
  if (!provider) {
    throw unreachable(`This version knows no provider '${model.provider.provider}'.`)
  }
  const upstream = provider.routeFor(route, model.upstreamModel)
  if (upstream === null) throw unserved(model, route)
  const made = provider.endpoint(parts.providers, {
    entry: model.provider,
    model,
    tenantId: caller.snapshot.tenant.id,
    route: upstream,
    isStream: body.value.stream === true,
    header: (name) => (upstream === route ? call.header(name) : null),
  })
  const endpoint = made instanceof Promise ? await made : made
  if (typeof endpoint === 'string') throw unreachable(endpoint)
  const policy = provider.clientGone
  if (upstream === route) {
    const { requestId } = call
    const wire = passingWire(route)
    const path =
      wire === openaiUnits
        ? unitPath(route, body)
        : passing(wire, { keepUsage: asksForUsage(body), requestId })
    const sent = provider.ownBody(body, model, upstream)
    return { endpoint: withForm(endpoint, body), body: sent, translatedBytes: 0, path, policy }
  }
  const wires = translation(route, upstream)
  if (wires === null) throw unserved(model, route)
  const conversation = wires.client.readRequest(body.value)
  const written = wires.provider.writeRequest(conversation, provider.writeOptions(model))
  const sent = JSON.stringify(written)
  const signed = endpoint.sign === undefined ? endpoint : await signedFor(endpoint, sent)
  const path = translating(wires.provider, wires.client, contextOf(metered, model, parts.now()))
  return { endpoint: signed, body: sent, translatedBytes: Buffer.byteLength(sent), path, policy }
}

async function signedFor(endpoint: Endpoint, body: string): Promise<Endpoint> {
  return { ...endpoint, headers: { ...endpoint.headers, ...(await endpoint.sign!(body)) } }
}

/** A form goes on under the boundary that it came with. */
function withForm(endpoint: Endpoint, { form }: JsonBody): Endpoint {
  if (form === undefined) return endpoint
  return { ...endpoint, headers: { ...endpoint.headers, 'content-type': form.contentType } }
}

function contextOf({ call, body }: MeteredCall, model: ModelEntry, nowMs: number): AnswerContext {
  return {
    requestId: call.requestId,
    model: model.upstreamModel,
    keepUsage: asksForUsage(body),
    createdSeconds: Math.floor(nowMs / 1_000),
  }
}

function asksForUsage({ value: { stream_options: given } }: JsonBody): boolean {
  return (
    typeof given === 'object' &&
    given !== null &&
    (given as { include_usage?: unknown }).include_usage === true
  )
}

function unreachable(message: string): Failure {
  return new Failure('provider_unreachable', message, { param: 'model', shouldRetry: false })
}

function unserved(model: ModelEntry, route: MeteredRoute): Failure {
  const message = `The provider of '${model.name}' does not serve ${route}.`
  return new Failure('model_type_differs', message, { param: 'model', shouldRetry: false })
}
