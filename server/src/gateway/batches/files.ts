/**
 * /v1/files, for batches alone. A file goes to the provider of the model that its lines name, once every
 * line has been checked; the caller gets an id of ours, under which nobody else finds it.
 */
import { randomUUID } from 'node:crypto'
import { type Id, isId } from '@commonhold/core'
import { newId } from '../../crypto/new-id.ts'
import {
  type BatchFile,
  type BatchOwner,
  deleteFile,
  insertFile,
  type NewFile,
  ownFiles,
} from '../../store/batch.ts'
import type { Caller } from '../admission/caller.ts'
import { type FormBody, parseFormBody, uploadBytesMax } from '../admission/form-body.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { readLines } from './lines.ts'
import type { BatchParts } from './serve.ts'
import { askForObject, askProvider, modelOf, sendOn, upstreamIdIn } from './upstream.ts'

const json = { 'content-type': 'application/json' }

export function ownerOf({ snapshot, token, principal }: Caller): BatchOwner {
  return {
    tenantId: snapshot.tenant.id,
    accountId: token.accountId,
    principalId: principal.id,
  }
}

/** @throws Failure the same for what is another's and for what does not exist */
export function notFound(what: string, id: string): Failure {
  return new Failure('object_not_found', `You have no ${what} '${id.slice(0, 100)}'.`)
}

export async function uploadFile(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
): Promise<void> {
  const bytes = await call.readBody(uploadBytesMax)
  const body = parseFormBody(bytes, call.header('content-type'))
  if (body.value.purpose !== 'batch') {
    throw new Failure(
      'invalid_request',
      "Files are kept for batches alone: purpose must be 'batch'.",
      {
        param: 'purpose',
        shouldRetry: false,
      },
    )
  }
  const content = fileIn(body)
  const lines = await readLines(caller, content)
  const owner = ownerOf(caller)
  const form = formOf(lines.text)
  const question = { route: 'files', method: 'POST', ...form } as const
  const upstream = await askForObject(parts.gateway, lines.model, owner.tenantId, question)
  const file: NewFile = {
    id: newId('file'),
    providerAccountId: lines.model.provider.id,
    modelId: lines.model.id,
    upstreamId: upstreamIdIn(upstream),
    batchId: null,
    purpose: 'batch',
    filename: 'batch.jsonl',
    bytes: content.length,
    route: lines.route,
    lines: lines.count,
    inputTokensMax: lines.inputTokensMax,
    outputTokensMax: lines.outputTokensMax,
  }
  await parts.database.withTenant(owner.tenantId, (tx) => insertFile(tx, owner, file))
  call.answer(json, JSON.stringify(shown({ ...file, createdAt: new Date(parts.gateway.now()) })))
}

function fileIn({ form }: FormBody): Buffer {
  const part = form.parts.find(({ name, isFile }) => name === 'file' && isFile)
  if (part) return form.bytes.subarray(part.from, part.to)
  throw new Failure('invalid_request', "Send the lines as the file 'file'.", { param: 'file' })
}

function formOf(text: string): { body: string; contentType: string } {
  const boundary = `commonhold-${randomUUID()}`
  const part = (head: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${value}\r\n`
  const file = 'name="file"; filename="batch.jsonl"\r\ncontent-type: application/jsonl'
  return {
    body: `${part('name="purpose"', 'batch')}${part(file, text)}--${boundary}--\r\n`,
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

function shown({ id, bytes, createdAt, filename, purpose }: BatchFile): object {
  const created_at = Math.floor(createdAt.getTime() / 1_000)
  return { id, object: 'file', bytes, created_at, filename, purpose, status: 'processed' }
}

/** @throws Failure object_not_found */
export async function findFile(
  { database }: BatchParts,
  owner: BatchOwner,
  id: string,
): Promise<BatchFile> {
  if (!isId(id, 'file')) throw notFound('file', id)
  const [file] = await database.withTenant(owner.tenantId, (tx) =>
    ownFiles(tx, owner, id as Id<'file'>),
  )
  if (!file) throw notFound('file', id)
  return file
}

export async function listFiles(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
): Promise<void> {
  const owner = ownerOf(caller)
  const files = await parts.database.withTenant(owner.tenantId, (tx) => ownFiles(tx, owner))
  call.answer(json, JSON.stringify({ object: 'list', data: files.map(shown), has_more: false }))
}

export async function getFile(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
  rest: string,
): Promise<void> {
  const [id = '', part, ...more] = rest.split('/')
  if ((part !== undefined && part !== 'content') || more.length > 0) throw notFound('file', rest)
  const owner = ownerOf(caller)
  const file = await findFile(parts, owner, id)
  if (part === undefined) return call.answer(json, JSON.stringify(shown(file)))
  const model = modelOf(parts.gateway, owner.tenantId, file.modelId)
  if (model === null) throw notFound('file', id)
  const question = { route: 'files', method: 'GET', rest: `/${file.upstreamId}/content` } as const
  const answered = await askProvider(parts.gateway, model, owner.tenantId, question)
  await sendOn(call, answered, 'application/octet-stream')
}

export async function removeFile(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
  id: string,
): Promise<void> {
  const owner = ownerOf(caller)
  const file = await findFile(parts, owner, id)
  const model = modelOf(parts.gateway, owner.tenantId, file.modelId)
  if (model !== null) {
    const question = { route: 'files', method: 'DELETE', rest: `/${file.upstreamId}` } as const
    const answered = await askProvider(parts.gateway, model, owner.tenantId, question)
    await answered.body.dump()
  }
  await parts.database.withTenant(owner.tenantId, (tx) => deleteFile(tx, owner, file.id))
  call.answer(json, JSON.stringify({ id: file.id, object: 'file', deleted: true }))
}
