/**
 * Asking a provider about files, batches and responses in the background, under the key of its account.
 * None of it costs anything but what begins a batch or a response, which is held before.
 */
import { failureOfStatus, type Id, type TenantId } from '@commonhold/core'
import type { Dispatcher } from 'undici'
import { isObject, type JsonObject } from '../admission/json-body.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { findProvider } from '../providers/index.ts'
import type { GatewayParts } from '../serve/parts.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { errorBodyBytesMax, errorOf, providerFailure } from '../upstream/failures.ts'

const answerBytesMax = 1024 * 1024
/** A response in the background is asked for whole. */
const responseBytesMax = 64 * 1024 * 1024
const headMs = 120_000

export interface Question {
  /** `base`: whatever `rest` says. */
  readonly route: 'files' | 'batches' | 'responses' | 'base'
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Behind the route's own path, before its query; of ids that a provider gave. */
  readonly rest?: string
  readonly body?: string | Buffer
  readonly contentType?: string
  /** Beside those of the provider, and instead of them where they have the same name. */
  readonly headers?: Readonly<Record<string, string>>
}

export type Answered = Dispatcher.ResponseData

/** @returns the answer, whose body is still to be read. @throws Failure */
export async function askProvider(
  parts: GatewayParts,
  model: ModelEntry,
  tenantId: TenantId,
  { route, method, rest = '', body, contentType, headers: more }: Question,
): Promise<Answered> {
  const provider = findProvider(model.provider.provider)
  const isServed = route === 'responses' ? provider?.hasBackground : provider?.hasBatches
  if (!provider || !isServed) {
    const what = route === 'responses' ? 'responses in the background' : 'batches'
    const message = `The provider of '${model.name}' does not serve ${what} here.`
    throw new Failure('model_type_differs', message, { param: 'model', shouldRetry: false })
  }
  const wanted = {
    entry: model.provider,
    model,
    tenantId,
    route,
    isStream: false,
    header: () => null,
  }
  const endpoint = await provider.endpoint(parts.providers, wanted)
  if (typeof endpoint === 'string') throw new Failure('provider_unreachable', endpoint)
  const { agent, origin, path, headers } = endpoint
  const answered = await agent
    .request({
      origin,
      path: withRest(path, rest),
      method,
      headers: { ...headers, ...more, ...(contentType && { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body }),
      headersTimeout: headMs,
      bodyTimeout: headMs,
    })
    .catch(() => {
      throw providerFailure('connection_lost')
    })
  const failure = failureOfStatus(answered.statusCode)
  if (failure === null) return answered
  const text = await limited(answered, errorBodyBytesMax)
  const about = { status: answered.statusCode, headers: answered.headers, error: errorOf(text) }
  throw providerFailure(failure, {
    ...about,
    secrets: endpoint.secrets ?? model.provider.apiKey(),
  })
}

/** @throws Failure where the answer is no object of JSON */
export async function askForObject(
  parts: GatewayParts,
  model: ModelEntry,
  tenantId: TenantId,
  question: Question,
): Promise<JsonObject> {
  const bytesMax = question.route === 'responses' ? responseBytesMax : answerBytesMax
  const text = await limited(await askProvider(parts, model, tenantId, question), bytesMax)
  try {
    const value: unknown = JSON.parse(text.toString('utf8'))
    if (isObject(value)) return value
  } catch {
    // Told below, as anything else that is no object.
  }
  throw providerFailure('malformed_answer')
}

/** Azure's addresses end with a query. */
function withRest(path: string, rest: string): string {
  const [before = '', query] = path.split('?', 2)
  if (query === undefined) return before + rest
  return `${before}${rest}${rest.includes('?') ? '&' : '?'}${query}`
}

async function limited({ body }: Answered, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > bytesMax) throw providerFailure('malformed_answer')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof Failure ? error : providerFailure('connection_lost')
  }
  return Buffer.concat(chunks)
}

/** @returns a provider's id, where it is one that can stand in a path. @throws Failure */
export function upstreamIdIn({ id }: JsonObject): string {
  if (typeof id === 'string' && /^[\w.:-]{1,200}$/.test(id)) return id
  throw providerFailure('malformed_answer')
}

/** Streams an answer on to the client, at the pace at which he reads; what breaks off breaks off for him. */
export async function sendOn(
  call: GatewayCall,
  { body }: Answered,
  contentType: string,
): Promise<void> {
  call.onGone(() => body.destroy())
  call.begin({ 'content-type': contentType, 'x-content-type-options': 'nosniff' })
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (!call.write(chunk)) await new Promise<void>((resolve) => call.onDrain(resolve))
    }
    call.end()
  } catch {
    call.refuse(new Failure('provider_connection_lost', 'The answer broke off.'), '')
  }
}

/** The model that a file or batch was made for; null where it is gone, and its provider's key with it. */
export function modelOf(
  parts: GatewayParts,
  tenantId: TenantId,
  modelId: Id<'mdl'>,
): ModelEntry | null {
  const snapshot = parts.admission.feed.book.tenant(tenantId)
  const entry = snapshot?.catalogue.find(snapshot.tenant.rootAccountId, modelId)
  return entry?.type === 'model' ? entry : null
}
