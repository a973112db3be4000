/**
 * POST /v1/chat/completions, whole or streamed, with the fault that the model stands for. A streamed
 * answer breaks after half of its pieces, a whole one after half of its bytes.
 */

import { type Chat, outputTokensOf, stampOf, toolCallId, usageOf } from './completion.ts'
import type { Connection } from './connection.ts'
import { rateLimited, serverError } from './errors.ts'
import type { Meter } from './meter.ts'
import { SLOW_FIRST_BYTE_MS } from './models.ts'
import { makeReply, type Reply } from './reply.ts'
import { parseChatRequest } from './request.ts'
import { streamChat } from './stream.ts'
import { tokenPieces } from './tokens.ts'

export async function serveChat(connection: Connection, key: string, meter: Meter): Promise<void> {
  const request = parseChatRequest(await connection.body())
  const { fault } = request.model
  if (fault === 'rate_limited') throw rateLimited()
  if (fault === 'server_error') throw serverError()
  if (fault === 'slow_first_byte') await connection.wait(SLOW_FIRST_BYTE_MS)
  const isCharged = fault !== 'zero_usage'
  const replies = Array.from({ length: request.choices }, (_, choice) => makeReply(request, choice))
  const stamp = stampOf(request)
  const sent = (tokens: number) => meter.sent(key, isCharged ? tokens : 0)
  const chat = { connection, request, replies, stamp, sent }
  if (!request.isStream && fault === 'error_event') throw serverError()
  meter.begin(key, isCharged ? request.inputTokens : 0)
  await (request.isStream ? streamChat(chat) : sendChat(chat))
}

async function sendChat(chat: Chat): Promise<void> {
  const { connection, replies, stamp, sent } = chat
  const { fault, chunkDelayMs } = chat.request.model
  const outputTokens = outputTokensOf(chat)
  await connection.wait(chunkDelayMs * outputTokens)
  const usage = usageOf(chat)
  const choices = replies.map((reply, index) => ({
    index,
    message: messageOf(chat, reply, index),
    logprobs: null,
    finish_reason: reply.finishReason,
  }))
  const body = Buffer.from(JSON.stringify({ ...stamp, choices, ...(usage && { usage }) }))
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

function messageOf(chat: Chat, reply: Reply, choice: number) {
  const [piece] = tokenPieces(reply.tokens, Math.max(reply.tokens.length, 1))
  const text = piece?.text ?? ''
  if (reply.tool === undefined) return { role: 'assistant', content: text, refusal: null }
  const call = { name: reply.tool, arguments: text }
  const tool_calls = [{ id: toolCallId(chat, choice), type: 'function', function: call }]
  return { role: 'assistant', content: null, refusal: null, tool_calls }
}
