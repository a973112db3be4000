/** A chat as server-sent events: the pace, the pieces, and what breaks half-way. */

import { type Chat, type ChoicePiece, type Format, outputTokensOf } from './completion.ts'
import { serverError } from './errors.ts'
import type { Reply } from './reply.ts'
import { tokenPieces } from './tokens.ts'

export async function streamChat(chat: Chat, format: Format): Promise<void> {
  const { connection, request, sent } = chat
  const { chunkDelayMs } = request.model
  connection.start(200, 'text/event-stream; charset=utf-8', { 'cache-control': 'no-cache' })
  await connection.write(format.opening(chat))

  const halfTokens = outputTokensOf(chat) / 2
  let tokens = 0
  let isBroken = false
  for (const piece of interleaved(chat)) {
    if (!isBroken && tokens >= halfTokens) {
      isBroken = true
      if (await breakStream(chat, format)) return
    }
    await connection.wait(chunkDelayMs)
    connection.gone.throwIfAborted()
    tokens += piece.tokens
    sent(piece.tokens)
    await connection.write(format.piece(chat, piece))
  }
  await connection.write(format.closing(chat))
  connection.response.end()
}

/** @returns whether the stream is over. */
async function breakStream(chat: Chat, format: Format): Promise<boolean> {
  const { connection, request } = chat
  switch (request.model.fault) {
    case 'stall':
      return await connection.waitForEver()
    case 'cut':
      await connection.cut()
      return true
    case 'error_event':
      await connection.write(format.errorEvent(serverError()))
      connection.response.end()
      return true
    case 'malformed':
      await connection.write(format.malformed(chat))
      return false
    default:
      return false
  }
}

/** The pieces of all choices, one of each in turn, as if they were made at the same time. */
function* interleaved({ replies, request }: Chat): Generator<ChoicePiece> {
  let running = replies.map((reply, choice) =>
    piecesOf(reply, choice, request.model.tokensPerChunk),
  )
  while (running.length > 0) {
    const next: typeof running = []
    for (const pieces of running) {
      const { value, done } = pieces.next()
      if (done) continue
      yield value
      next.push(pieces)
    }
    running = next
  }
}

function* piecesOf(reply: Reply, choice: number, tokensPerPiece: number): Generator<ChoicePiece> {
  for (const [at, part] of reply.parts.entries()) {
    let isFirst = true
    let held: ChoicePiece | null = null
    for (const piece of tokenPieces(part.tokens, tokensPerPiece)) {
      if (held) yield held
      held = { ...piece, choice, part, at, isFirst, isLast: false }
      isFirst = false
    }
    if (held) yield { ...held, isLast: true }
  }
}

/** One event: its name where the format has names, and its data. */
export function event(data: object, name?: string): string {
  const head = name === undefined ? '' : `event: ${name}\n`
  return `${head}data: ${JSON.stringify(data)}\n\n`
}
