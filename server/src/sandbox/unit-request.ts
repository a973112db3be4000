/** What the routes for pictures, audio, moderation and search have in common: the model, and its faults. */

import type { Connection } from './connection.ts'
import {
  invalidParameter,
  modelNotFound,
  rateLimited,
  SandboxError,
  serverError,
} from './errors.ts'
import { findSandboxModel, type SandboxModel, SLOW_FIRST_BYTE_MS } from './models.ts'
import { type JsonObject, textOf } from './request.ts'

/**
 * The model that is asked for, after the fault that it stands for has been waited for or thrown. The models
 * with faults serve every route.
 * @throws SandboxError
 */
export async function unitModel(
  connection: Connection,
  body: JsonObject,
  kind: SandboxModel['kind'],
): Promise<SandboxModel> {
  const model = findSandboxModel(textOf(body.model))
  if (!model) throw modelNotFound(textOf(body.model))
  if (model.kind !== kind && model.purpose !== 'fault') {
    throw new SandboxError(404, `The model '${model.name}' is not for this.`, { param: 'model' })
  }
  if (model.fault === 'rate_limited') throw rateLimited()
  if (model.fault === 'server_error' || model.fault === 'error_event') throw serverError()
  if (model.fault === 'slow_first_byte') await connection.wait(SLOW_FIRST_BYTE_MS)
  return model
}

/** A whole answer, or as much of it as the fault leaves. */
export async function sendUnits(
  connection: Connection,
  { fault }: SandboxModel,
  contentType: string,
  body: Buffer,
): Promise<void> {
  const isBroken = fault === 'stall' || fault === 'cut'
  const whole = fault === 'malformed' ? body.subarray(0, body.length >> 1) : body
  connection.start(200, contentType, { 'content-length': String(whole.length) })
  if (!isBroken) {
    connection.response.end(whole)
    return
  }
  connection.response.write(body.subarray(0, body.length >> 1))
  if (fault === 'stall') await connection.waitForEver()
  await connection.cut()
}

export function sendUnitsJson(
  connection: Connection,
  model: SandboxModel,
  body: object,
): Promise<void> {
  return sendUnits(connection, model, 'application/json', Buffer.from(JSON.stringify(body)))
}

const COUNT_MAX = 10

/** A count as JSON has it, or as the field of a form does. @throws SandboxError 400 */
export function countIn(body: JsonObject, name: string): number {
  const count = Number(body[name] ?? 1)
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX) return count
  throw invalidParameter(name, `'${name}' must be an integer from 1 to ${COUNT_MAX}.`)
}

/** The fields of a multipart form; files among them as they are. @throws SandboxError 400 */
export async function formOf(connection: Connection): Promise<JsonObject> {
  const { 'content-type': type = '' } = connection.request.headers
  const bytes = await connection.bytes()
  const answer = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
  const form = await answer.formData().catch(() => {
    throw new SandboxError(400, 'We could not parse the multipart body of your request.')
  })
  return Object.fromEntries(form.entries())
}
