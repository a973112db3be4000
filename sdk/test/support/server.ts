/** A real HTTP server that answers as a test says and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `cut`: close the connection without an answer. `never`: leave it open. */
export type Behaviour = (request: Received, index: number) => Answer | 'cut' | 'never'

export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
}

export async function startServer(behaviour: Behaviour): Promise<TestServer> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    const entry = { method, url, headers, body: Buffer.concat(chunks).toString() }
    received.push(entry)
    const answer = behaviour(entry, received.length - 1)
    if (answer === 'cut') request.socket.destroy()
    else if (answer !== 'never') write(response, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** An address where nobody listens any more. */
export async function closedUrl(): Promise<string> {
  await using server = await startServer(() => 'cut')
  return server.url
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  const content = body === undefined ? {} : { 'content-type': type }
  response.writeHead(status, { ...content, ...headers })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.end(body === undefined ? undefined : text)
}

export function problem(status: number, code: string, more: object = {}): Answer {
  const body = { title: 'Refused', status, code, detail: 'Because.', requestId: 'req_1', ...more }
  return { status, body }
}
