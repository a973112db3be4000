/** What makes two requests the same one: what is asked, and not how it was packed. */
import { createHash } from 'node:crypto'
import { parseFormBody } from '../admission/form-body.ts'
import type { GatewayCall } from '../call/call.ts'

/** What providers are told of a request's headers. */
const toldHeaders = ['anthropic-version', 'anthropic-beta'] as const

/**
 * Of a form the parts and not their boundary, which a client draws anew for each try.
 * @throws Failure invalid_request for a form that can't be read
 */
export function requestHashOf(call: GatewayCall, bytes: Buffer): Buffer {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(toldHeaders.map((name) => call.header(name))))
  const type = call.header('content-type')
  if (!/^multipart\/form-data\b/i.test(type ?? '')) return hash.update(bytes).digest()
  const { form } = parseFormBody(bytes, type)
  for (const { name, isFile, from, to } of form.parts) {
    hash.update(JSON.stringify([name, isFile, to - from])).update(bytes.subarray(from, to))
  }
  return hash.digest()
}
