/**
 * A Vertex AI for tests, with the token endpoint beside it. It proves the statement of a service account with
 * its public key, gives tokens that it remembers, and answers only to them.
 */
import { verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const claudeUsage = { input_tokens: 9, output_tokens: 4, cache_read_input_tokens: 2 }
const geminiUsage = { promptTokenCount: 9, candidatesTokenCount: 4, totalTokenCount: 13 }

export interface VertexServer {
  readonly url: string
  readonly tokenUrl: string
  readonly asked: { readonly path: string; readonly body: Record<string, unknown> }[]
  /** How many tokens were asked for. */
  tokens: number
  /** Of the service account that may have one, in PEM. */
  publicKey: string
  /** How long the next tokens hold. */
  expiresInSeconds: number
  /** What the token endpoint answers instead, where it is not 200. */
  tokenStatus: number
  close(): Promise<void>
}

export async function startVertex(publicKey: string): Promise<VertexServer> {
  const given = new Set<string>()
  const server = createServer((request, response) => {
    void serve(vertex, given, request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const vertex: VertexServer = {
    url,
    tokenUrl: `${url}/token`,
    asked: [],
    tokens: 0,
    publicKey,
    expiresInSeconds: 3_600,
    tokenStatus: 200,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return vertex
}

async function serve(
  vertex: VertexServer,
  given: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const path = String(request.url)
  if (path === '/token') return giveToken(vertex, given, text, response)
  const token = String(request.headers.authorization).replace('Bearer ', '')
  if (!given.has(token)) {
    return answer(response, 401, { error: { message: `The token ${token} is not valid.` } })
  }
  const body = JSON.parse(text)
  vertex.asked.push({ path, body })
  if (path.endsWith('count-tokens:rawPredict')) return answer(response, 200, { input_tokens: 42 })
  if (path.includes('/publishers/anthropic/')) claude(path, response)
  else gemini(path, response)
}

function giveToken(
  vertex: VertexServer,
  given: Set<string>,
  text: string,
  response: ServerResponse,
) {
  vertex.tokens++
  if (vertex.tokenStatus !== 200) {
    return answer(response, vertex.tokenStatus, { error: 'server_error' })
  }
  const form = new URLSearchParams(text)
  const [head, claims, signature] = String(form.get('assertion')).split('.')
  const signed = Buffer.from(`${head}.${claims}`)
  const isOurs = verify(
    'RSA-SHA256',
    signed,
    vertex.publicKey,
    Buffer.from(signature!, 'base64url'),
  )
  const { aud, scope, exp, iat } = JSON.parse(Buffer.from(claims!, 'base64url').toString())
  const isRight =
    form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
    aud === vertex.tokenUrl &&
    scope === 'https://www.googleapis.com/auth/cloud-platform' &&
    exp - iat === 3_600 &&
    Math.abs(iat - Date.now() / 1_000) < 60
  if (!isOurs || !isRight) {
    const error_description = `Invalid JWT: ${form.get('assertion')}`
    return answer(response, 400, { error: 'invalid_grant', error_description })
  }
  const access_token = `ya29.${vertex.tokens}-secret`
  given.add(access_token)
  answer(response, 200, {
    access_token,
    expires_in: vertex.expiresInSeconds,
    token_type: 'Bearer',
  })
}

function claude(path: string, response: ServerResponse): void {
  const message = {
    id: 'msg_vrtx_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4@20250514',
    stop_sequence: null,
  }
  if (path.endsWith(':rawPredict')) {
    const content = [{ type: 'text', text: 'Of Claude.' }]
    answer(response, 200, { ...message, content, stop_reason: 'end_turn', usage: claudeUsage })
    return
  }
  const events: { readonly type: string; readonly [field: string]: unknown }[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: claudeUsage },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Of Claude.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
    { type: 'message_stop' },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

function gemini(path: string, response: ServerResponse): void {
  const content = { role: 'model', parts: [{ text: 'Of Gemini.' }] }
  const body = {
    candidates: [{ content, finishReason: 'STOP' }],
    usageMetadata: geminiUsage,
    modelVersion: 'gemini-2.5-flash',
    responseId: 'r1',
  }
  if (path.endsWith(':generateContent')) {
    answer(response, 200, body)
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`data: ${JSON.stringify(body)}\r\n\r\n`)
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
