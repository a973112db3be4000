/**
 * The model vendor of the bench: raw node:http that answers every call at once with the same words.
 * A stream sends each event in a write of its own, one per turn of the event loop; one for the user
 * 'held' sends its first and then nothing until the caller leaves.
 */
import { createServer, type ServerResponse } from 'node:http'
import { listenForParent } from './listen.ts'
import { doneEvent, streamEvents, usageEvent, wholeAnswer } from './wire.ts'

const wholeHeaders = {
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(wholeAnswer)),
}
const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as {
      stream?: boolean
      stream_options?: { include_usage?: boolean }
      user?: string
    }
    if (body.user === 'held') return holdStream(response)
    if (body.stream === true) return sendStream(response, body.stream_options?.include_usage)
    response.writeHead(200, wholeHeaders)
    response.end(wholeAnswer)
  })
})

function sendStream(response: ServerResponse, includeUsage = false): void {
  const events = [...streamEvents, ...(includeUsage ? [usageEvent] : []), doneEvent]
  response.writeHead(200, streamHeaders)
  let next = 0
  const send = () => {
    if (response.destroyed) return
    const hasRoom = response.write(events[next]!)
    next++
    if (next === events.length) response.end()
    else if (hasRoom) setImmediate(send)
    else response.once('drain', send)
  }
  send()
}

function holdStream(response: ServerResponse): void {
  response.writeHead(200, streamHeaders)
  response.write(streamEvents[0]!)
}

listenForParent(server)
