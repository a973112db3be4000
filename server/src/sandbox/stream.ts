/** A chat completion as server-sent events: the pace, the pieces, and what breaks half-way. */

import { type Chat, outputTokensOf, toolCallId, usageOf } from './completion.ts'
import { serverError } from './errors.ts'
import { type Piece, tokenPieces } from './tokens.ts'

type ChoicePiece = Piece & { readonly choice: number }

export async function streamChat(chat: Chat): Promise<void> {
  const { connection, request, replies, sent } = chat
  const { chunkDelayMs } = request.model
  connection.start(200, 'text/event-stream; charset=utf-8', { 'cache-control': 'no-cache' })
  for (const choice of replies.keys()) await writeChunk(chat, choice, openingDelta(chat, choice))

  const halfTokens = outputTokensOf(chat) / 2
  let tokens = 0
  let isBroken = false
  for (const piece of interleaved(chat)) {
    if (!isBroken && tokens >= halfTokens) {
      isBroken = true
      if (await breakStream(chat)) return
    }
    await connection.wait(chunkDelayMs)
    connection.gone.throwIfAborted()
    tokens += piece.tokens
    sent(piece.tokens)
    await writeChunk(chat, piece.choice, pieceDelta(chat, piece))
  }
  for (const [choice, { finishReason }] of replies.entries()) {
    await writeChunk(chat, choice, {}, finishReason)
  }
  const usage = usageOf(chat)
  if (request.includeUsage && usage) {
    await writeEvent(chat, { ...chat.stamp, choices: [], usage })
  }
  await connection.write('data: [DONE]\n\n')
  connection.response.end()
}

/** @returns whether the stream is over. */
async function breakStream({ connection, request, stamp }: Chat): Promise<boolean> {
  switch (request.model.fault) {
    case 'stall':
      return await connection.waitForEver()
    case 'cut':
      await connection.cut()
      return true
    case 'error_event':
      await connection.write(`data: ${JSON.stringify(serverError().body())}\n\n`)
      connection.response.end()
      return true
    case 'malformed':
      await connection.write(`data: {"id":"${stamp.id}","choices":[{"index":0,"delta":{"con\n\n`)
      return false
    default:
      return false
  }
}

/** The pieces of all choices, one of each in turn, as if they were made at the same time. */
function* interleaved({ replies, request }: Chat): Generator<ChoicePiece> {
  const { tokensPerChunk } = request.model
  let running = replies.map(({ tokens }, choice) => ({
    choice,
    pieces: tokenPieces(tokens, tokensPerChunk),
  }))
  while (running.length > 0) {
    const next: typeof running = []
    for (const one of running) {
      const { value, done } = one.pieces.next()
      if (done) continue
      yield { ...value, choice: one.choice }
      next.push(one)
    }
    running = next
  }
}

function openingDelta(chat: Chat, choice: number) {
  const tool = chat.replies[choice]?.tool
  if (tool === undefined) return { role: 'assistant', content: '', refusal: null }
  const call = { index: 0, id: toolCallId(chat, choice), type: 'function' }
  const tool_calls = [{ ...call, function: { name: tool, arguments: '' } }]
  return { role: 'assistant', content: null, tool_calls }
}

function pieceDelta({ replies }: Chat, { text, choice }: ChoicePiece) {
  if (replies[choice]?.tool === undefined) return { content: text }
  return { tool_calls: [{ index: 0, function: { arguments: text } }] }
}

function writeChunk(
  chat: Chat,
  index: number,
  delta: object,
  finishReason: string | null = null,
): Promise<void> {
  const choices = [{ index, delta, logprobs: null, finish_reason: finishReason }]
  const usage = chat.request.includeUsage ? { usage: null } : {}
  return writeEvent(chat, { ...chat.stamp, choices, ...usage })
}

function writeEvent({ connection }: Chat, event: object): Promise<void> {
  return connection.write(`data: ${JSON.stringify(event)}\n\n`)
}
