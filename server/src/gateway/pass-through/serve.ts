/**
 * /v1/providers/{provider-account}/…: whatever a vendor has beside the routes that are served here, as it
 * is there. Nobody here knows what that costs or whose files it reaches: every caller of the account's
 * models shares its key. So it is for those alone who may change the provider account, in the account that
 * owns it, and only where no limit is in force that it would get around. What has a metered route here is
 * refused, since it would go unbilled.
 */
import { decide, permissionBit } from '@commonhold/core'
import type { Caller } from '../admission/caller.ts'
import { uploadBytesMax } from '../admission/form-body.ts'
import { askProvider, sendOn } from '../batches/upstream.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { limitsOf } from '../limits/applying.ts'
import type { GatewayParts } from '../serve/parts.ts'
import type { ModelEntry, OwnProvider } from '../snapshot/entries.ts'

const mayChange = permissionBit('provider-account:update')
/** What a client may say about its request; above all no credential and nothing about the connection. */
const forwarded = ['accept', 'content-type', 'idempotency-key', 'openai-beta'] as const
/** Segments that mean the same to every server: nothing encoded, and nothing that leads upwards. */
const segmentFormat = /^(?!\.{1,2}$)[\w.~:@=+,-]{1,300}$/
const queryFormat = /^[\w.~:@=+,&%[\]-]{0,2000}$/

/**
 * @param rest what stands in the path behind /v1/providers/
 * @param isServed whether a path below /v1/ is one that is served here
 * @throws Failure
 */
export async function servePassThrough(
  parts: GatewayParts,
  caller: Caller,
  call: GatewayCall,
  rest: string,
  isServed: (path: string) => boolean,
): Promise<void> {
  const [name = '', ...segments] = rest.split('/')
  const found = caller.snapshot.catalogue.findProvider(caller.token.accountId, name)
  // The same for one that is missing, another's, or not the caller's to change.
  if (!found || decide(caller.facts, mayChange, found.target) !== 'allowed') {
    const message = `There is no provider account '${name.slice(0, 100)}' here that you may change.`
    throw new Failure('object_not_found', message)
  }
  const path = segments.join('/')
  const { query = '' } = call
  if (segments.length === 0 || !segments.every((one) => segmentFormat.test(one))) {
    throw invalid(
      'This path is not passed on: name the vendor’s own, without anything encoded in it.',
    )
  }
  if (!queryFormat.test(query) || /(?:^|&)[^=]*(?:key|token)=|ch_(?:va|pat)_/i.test(query)) {
    throw invalid('This query is not passed on. Credentials are added here, and go in no address.')
  }
  if (isServed(path))
    throw invalid(`Use /v1/${path} itself, which is held, settled and kept apart.`)
  refuseLimited(parts, caller, found.models)
  await pass(parts, caller, call, found, `/${path}${query === '' ? '' : `?${query}`}`)
}

/** @throws Failure where any model of it would count under a limit that is enforced */
function refuseLimited(parts: GatewayParts, caller: Caller, models: readonly ModelEntry[]): void {
  const nowMs = parts.now()
  if (models.length === 0) throw invalid('Add a model to the provider account first.')
  for (const model of models) {
    const { applied } = limitsOf(caller, model, nowMs)
    const enforced = applied.find(({ limit }) => limit.mode === 'enforce')
    if (enforced === undefined) continue
    const message = `'${enforced.name}' limits what you spend, and nobody here knows what this costs.`
    throw new Failure('price_unknown', message, { shouldRetry: false })
  }
}

async function pass(
  parts: GatewayParts,
  caller: Caller,
  call: GatewayCall,
  { entry, models }: OwnProvider,
  rest: string,
): Promise<void> {
  const method = call.method as 'GET' | 'POST' | 'DELETE'
  const tenantId = caller.snapshot.tenant.id
  const headers: Record<string, string> = {}
  for (const header of forwarded) {
    const given = call.header(header)
    if (given !== null) headers[header] = given
  }
  const body = method === 'POST' ? { body: await call.readBody(uploadBytesMax) } : {}
  const { requestId } = call
  const told = { requestId, tenantId, providerAccount: entry.id, principal: caller.principal.id }
  parts.log.info(told, 'A call is passed through unmetered.')
  const question = { route: 'base', method, rest, headers, ...body } as const
  const answered = await askProvider(parts, models[0]!, tenantId, question)
  await sendOn(call, answered, String(answered.headers['content-type'] ?? 'application/json'))
}

function invalid(message: string): Failure {
  return new Failure('invalid_request', message, { shouldRetry: false })
}
