/** /v1/responses/{id}: asking for a response in the background, ending it, and taking it away. All of it is free. */
import { saveDeleted } from '../../store/background-response.ts'
import type { Caller } from '../admission/caller.ts'
import { notFound, ownerOf } from '../batches/files.ts'
import { askForObject } from '../batches/upstream.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { hear, modelFor, takeAway } from './follow.ts'
import { type BackgroundParts, findResponse } from './parts.ts'
import { shown } from './shown.ts'

const json = { 'content-type': 'application/json' }

/** What lists of input items may be asked by. */
const listFields: ReadonlySet<string> = new Set(['limit', 'order', 'after'])
const listValue = /^[\w-]{1,200}$/

/** @param rest what stands in the path behind /v1/responses/ */
export async function serveResponses(
  parts: BackgroundParts,
  caller: Caller,
  call: GatewayCall,
  rest: string,
): Promise<void> {
  const [id = '', verb, ...more] = rest.split('/')
  const verbs = { GET: [undefined, 'input_items'], POST: ['cancel'], DELETE: [undefined] }
  const known: readonly unknown[] = verbs[call.method as keyof typeof verbs]
  if (!known.includes(verb) || more.length > 0) throw notFound('response', rest)
  if (call.method === 'DELETE') return remove(parts, caller, call, id)
  if (verb === 'input_items') return listItems(parts, caller, call, id)
  if (call.method === 'GET') refuseQuery(call, new Set())
  const { response, model, upstreamId } = await reached(parts, caller, id)
  const isCancelled = verb === 'cancel' && !response.isSettled
  const question = isCancelled
    ? ({ method: 'POST', rest: `/${upstreamId}/cancel` } as const)
    : ({ method: 'GET', rest: `/${upstreamId}` } as const)
  const upstream = await hear(parts, response, model, question).catch(goneAs(id))
  call.answer(json, JSON.stringify(shown(response, upstream)))
}

/** @throws Failure object_not_found, also where its provider can't be asked about it any more */
async function reached(parts: BackgroundParts, caller: Caller, id: string) {
  const response = await findResponse(parts, ownerOf(caller), id)
  const model: ModelEntry | null = modelFor(parts, response)
  const { upstreamId } = response
  if (model === null || upstreamId === null) throw notFound('response', id)
  return { response, model, upstreamId }
}

/** What the provider has no more does not exist, under our name for it. */
function goneAs(id: string): (error: unknown) => never {
  return (error) => {
    const isGone = error instanceof Failure && error.details.providerStatus === 404
    throw isGone ? notFound('response', id) : error
  }
}

async function remove(
  parts: BackgroundParts,
  caller: Caller,
  call: GatewayCall,
  id: string,
): Promise<void> {
  const owner = ownerOf(caller)
  const response = await findResponse(parts, owner, id)
  const model = modelFor(parts, response)
  // One that runs is ended, settled and taken away by the follower.
  if (response.isSettled && model !== null && response.upstreamId !== null) {
    await takeAway(parts, response, model).catch((error: unknown) => {
      const isGone = error instanceof Failure && error.details.providerStatus === 404
      if (!isGone) throw error
    })
  }
  await parts.database.withTenant(owner.tenantId, (tx) =>
    saveDeleted(tx, owner.accountId, response.id),
  )
  parts.follower.noteOpen(owner.tenantId)
  call.answer(json, JSON.stringify({ id: response.id, object: 'response', deleted: true }))
}

async function listItems(
  parts: BackgroundParts,
  caller: Caller,
  call: GatewayCall,
  id: string,
): Promise<void> {
  const query = refuseQuery(call, listFields)
  const { model, upstreamId } = await reached(parts, caller, id)
  const { tenantId } = ownerOf(caller)
  const rest = `/${upstreamId}/input_items${query === '' ? '' : `?${query}`}`
  const question = { route: 'responses', method: 'GET', rest } as const
  const items = await askForObject(parts.gateway, model, tenantId, question).catch(goneAs(id))
  call.answer(json, JSON.stringify(items))
}

/** @returns the query, of fields that are known alone. @throws Failure invalid_request that names another */
function refuseQuery({ query = '' }: GatewayCall, known: ReadonlySet<string>): string {
  const fields = [...new URLSearchParams(query)]
  const wrong = fields.find(([name, value]) => !known.has(name) || !listValue.test(value))
  if (wrong === undefined) return new URLSearchParams(fields).toString()
  const [param] = wrong
  throw new Failure('invalid_request', `'${param.slice(0, 100)}' can not be asked for here.`, {
    param: param.slice(0, 100),
    shouldRetry: false,
  })
}
