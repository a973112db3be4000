/**
 * A provider of the tests' own, with an exact count: each call has numbers that no other has, so that
 * the bill can be compared call by call. What is asked with `hold` gets no end: the whole answer never
 * comes, a stream stops after its first words.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface ServedCall {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Who called: the `user` of the request. */
  readonly user: string
  readonly isHeld: boolean
}

export interface Upstream {
  readonly url: string
  /** Every call that arrived, in order. */
  readonly calls: readonly ServedCall[]
  close(): void
}

interface Asked {
  readonly messages: readonly { readonly content: string }[]
  readonly user: string
  readonly stream?: boolean
}

export const outputTokens = 5
const inputTokensFirst = 10

export async function startUpstream(): Promise<Upstream> {
  const calls: ServedCall[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = (await json(request)) as Asked
    const isHeld = asked.messages[0]?.content === 'hold'
    const inputTokens = inputTokensFirst + calls.filter(({ user }) => user === asked.user).length
    calls.push({ inputTokens, outputTokens, user: asked.user, isHeld })
    answer(response, asked.stream === true, isHeld, {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    })
  }
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answer(response: ServerResponse, isStream: boolean, isHeld: boolean, usage: object): void {
  const head = { id: 'chatcmpl-1', created: 1, model: 'counted' }
  if (!isStream) {
    if (isHeld) return
    const message = { role: 'assistant', content: 'Hello there.' }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }))
    return
  }
  const event = (more: object) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...more })}\n\n`
  response.setHeader('content-type', 'text/event-stream')
  for (const content of ['Hello', ' there']) {
    response.write(event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }))
  }
  if (isHeld) return
  response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
  response.write(event({ choices: [], usage }))
  response.end('data: [DONE]\n\n')
}
