/**
 * A chat in any of the formats, whole or streamed, with the fault that the model stands for. A streamed
 * answer breaks after half of its pieces, a whole one after half of its bytes.
 */

import { type Chat, type Format, newId, outputTokensOf } from './completion.ts'
import type { Connection } from './connection.ts'
import { rateLimited, serverError } from './errors.ts'
import type { Meter } from './meter.ts'
import { SLOW_FIRST_BYTE_MS } from './models.ts'
import { makeReply } from './reply.ts'
import { streamChat } from './stream.ts'

export async function serveChat(
  connection: Connection,
  key: string,
  meter: Meter,
  format: Format,
  path: string,
): Promise<void> {
  const request = format.parse(await connection.body(), path)
  const { fault } = request.model
  if (fault === 'rate_limited') throw rateLimited()
  if (fault === 'server_error') throw serverError()
  if (fault === 'slow_first_byte') await connection.wait(SLOW_FIRST_BYTE_MS)
  const isCharged = fault !== 'zero_usage'
  const replies = Array.from({ length: request.choices }, (_, choice) => makeReply(request, choice))
  const createdSeconds = Math.floor(Date.now() / 1000)
  const sent = (tokens: number) => meter.sent(key, isCharged ? tokens : 0)
  const chat: Chat = { connection, request, replies, id: newId(), createdSeconds, sent }
  if (!request.isStream && fault === 'error_event') throw serverError()
  meter.begin(key, isCharged ? request.inputTokens : 0)
  await (request.isStream ? streamChat(chat, format) : sendChat(chat, format))
}

async function sendChat(chat: Chat, format: Format): Promise<void> {
  const { connection, sent } = chat
  const { fault, chunkDelayMs } = chat.request.model
  const outputTokens = outputTokensOf(chat)
  await connection.wait(chunkDelayMs * outputTokens)
  const body = Buffer.from(JSON.stringify(format.whole(chat)))
  const half = body.subarray(0, body.length >> 1)
  sent(outputTokens)
  const whole = fault === 'malformed' ? half : body
  connection.start(200, 'application/json', { 'content-length': String(whole.length) })
  if (fault === 'stall' || fault === 'cut') {
    connection.response.write(half)
    if (fault === 'stall') await connection.waitForEver()
    await connection.cut()
    return
  }
  connection.response.end(whole)
}
