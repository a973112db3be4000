/** /v1/files and /v1/batches: which request is which, for a caller who is known. */
import { type Id, isId } from '@commonhold/core'
import type { Batch, BatchOwner } from '../../store/batch.ts'
import { ownBatches } from '../../store/batch.ts'
import type { Database } from '../../store/database.ts'
import type { Caller } from '../admission/caller.ts'
import type { JsonObject } from '../admission/json-body.ts'
import type { GatewayCall } from '../call/call.ts'
import type { GatewayParts } from '../serve/parts.ts'
import { keyHeader } from '../spending-keys/spending-keys.ts'
import { getFile, listFiles, notFound, ownerOf, removeFile, uploadFile } from './files.ts'
import { followBatch, hear } from './follow.ts'
import { batchBodyBytesMax, submitBatch } from './submit.ts'
import { askForObject, modelOf } from './upstream.ts'

export interface BatchParts {
  readonly gateway: GatewayParts
  readonly database: Database
  readonly follower: { noteOpen(tenantId: BatchOwner['tenantId']): void }
  heard(owner: BatchOwner, id: Id<'batch'>, upstream: JsonObject): Promise<Batch>
}

const json = { 'content-type': 'application/json' }

export function batchParts(
  gateway: GatewayParts,
  database: Database,
  follower: BatchParts['follower'],
): BatchParts {
  return { gateway, database, follower, heard: (...told) => hear({ database }, ...told) }
}

/** @param rest what stands in the path behind /v1/files/ */
export function serveFiles(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
  rest: string,
): Promise<void> {
  if (rest === '') {
    return call.method === 'POST' ? uploadFile(parts, caller, call) : listFiles(parts, caller, call)
  }
  return call.method === 'DELETE'
    ? removeFile(parts, caller, call, rest)
    : getFile(parts, caller, call, rest)
}

/** @param rest what stands in the path behind /v1/batches/ */
export async function serveBatches(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
  rest: string,
): Promise<void> {
  const owner = ownerOf(caller)
  if (rest === '' && call.method === 'POST') return submitOnce(parts, caller, call)
  if (rest === '') {
    const own = await parts.database.withTenant(owner.tenantId, (tx) => ownBatches(tx, owner))
    const data = own.map(({ answer }) => answer)
    return call.answer(json, JSON.stringify({ object: 'list', data, has_more: false }))
  }
  const [id = '', verb, ...more] = rest.split('/')
  const wanted = call.method === 'POST' ? 'cancel' : undefined
  if (!isId(id, 'batch') || verb !== wanted || more.length > 0) throw notFound('batch', rest)
  if (verb === 'cancel') await cancel(parts, owner, id as Id<'batch'>)
  call.answer(json, JSON.stringify(await followBatch(parts, owner, id as Id<'batch'>)))
}

/** As any call that costs: with an Idempotency-Key, once. */
async function submitOnce(parts: BatchParts, caller: Caller, call: GatewayCall): Promise<void> {
  if (call.header(keyHeader) === null) return submitBatch(parts, caller, call)
  const mayHave = () => undefined
  const request = { caller, call, route: 'batch', bodyBytesMax: batchBodyBytesMax, mayHave }
  await parts.gateway.spendingKeys.serve(request, async (keyed) => {
    await submitBatch(parts, caller, keyed)
    return null
  })
}

async function cancel(parts: BatchParts, owner: BatchOwner, id: Id<'batch'>): Promise<void> {
  const { tenantId } = owner
  const [batch] = await parts.database.withTenant(tenantId, (tx) => ownBatches(tx, owner, id))
  if (!batch) throw notFound('batch', id)
  await cancelBatch(parts, owner, batch)
}

/** Asks the provider to end it, where it may still run. @throws Failure where that can't be asked now */
export async function cancelBatch(
  parts: BatchParts,
  owner: BatchOwner,
  batch: Batch,
): Promise<void> {
  const { tenantId } = owner
  const model = modelOf(parts.gateway, tenantId, batch.modelId)
  if (batch.isSettled || batch.upstreamId === null || model === null) return
  const rest = `/${batch.upstreamId}/cancel`
  const question = { route: 'batches', method: 'POST', rest } as const
  const upstream = await askForObject(parts.gateway, model, tenantId, question)
  await parts.heard(owner, batch.id, upstream)
}
