/**
 * POST /v1/messages/count_tokens: how many tokens a request would have. It costs nothing, so nothing is
 * held or billed; but only who may use the model may ask, since the answer comes from its provider. A
 * provider that can't count is stood in for by our own estimate, which says that it is one.
 */
import { authenticate, callerOf } from '../admission/caller.ts'
import { type JsonBody, parseJsonBody } from '../admission/json-body.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { passingWire } from '../providers/dialects.ts'
import { findProvider } from '../providers/index.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { Relay } from '../upstream/relay.ts'
import { passing } from '../wire/answer-path.ts'
import { estimateMessagesInput } from '../wire/estimate.ts'
import { bodyBytesMax, checkedModelName } from './metered.ts'
import type { GatewayParts } from './parts.ts'
import { routeFor } from './route.ts'

/** Counting is quick; who waits for it has a request to send. */
const headMs = 30_000
const json = { 'content-type': 'application/json' }

export async function serveCountTokens(parts: GatewayParts, call: GatewayCall): Promise<void> {
  const { hash } = authenticate(parts.admission, call, parts.now())
  const body = parseJsonBody(await call.readBody(bodyBytesMax))
  const caller = callerOf(parts.admission, hash, call.address, parts.now())
  const { candidates } = routeFor(parts, caller, checkedModelName(body), call, body)
  const model = candidates[0]?.model
  const relay = model && (await providersCount(parts, call, body, model, caller.snapshot.tenant.id))
  if (!relay) {
    const input_tokens = await estimateMessagesInput(body.value)
    call.answer(
      { ...json, 'x-commonhold-estimate': 'true' },
      JSON.stringify({ input_tokens, estimated: true }),
    )
    return
  }
  call.onGone(() => relay.abort(new Failure('client_gone', 'The client left.')))
  relay.start()
  const end = await relay.ended
  if (end.whole === null) throw end.refusal ?? new Failure('internal_error', 'Nothing was counted.')
  call.answer(end.whole.headers, end.whole.body)
}

/** @returns null where the provider has no way to count */
async function providersCount(
  parts: GatewayParts,
  call: GatewayCall,
  body: JsonBody,
  model: ModelEntry,
  tenantId: Parameters<typeof parts.admission.feed.book.tenant>[0],
): Promise<Relay | null> {
  const provider = findProvider(model.provider.provider)
  const route = provider?.routeFor('count_tokens', model.upstreamModel)
  if (!provider || !route) return null
  const header = (name: string) => call.header(name)
  const wanted = { entry: model.provider, model, tenantId, route, isStream: false, header }
  const endpoint = await provider.endpoint(parts.providers, wanted)
  if (typeof endpoint === 'string') {
    throw new Failure('provider_unreachable', endpoint, { param: 'model', shouldRetry: false })
  }
  const sent = provider.ownBody(body, model, route)
  return new Relay({
    call,
    request: { ...endpoint, body: sent, headMs, idleMs: headMs },
    path: passing(passingWire('messages'), { keepUsage: false, requestId: call.requestId }),
    headers: { 'x-commonhold-model': model.name },
    secrets: endpoint.secrets ?? model.provider.apiKey(),
  })
}
