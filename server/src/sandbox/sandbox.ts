/**
 * The built-in sandbox provider: an HTTP server of its own on the loopback interface that speaks the
 * formats of OpenAI, Anthropic and Google, so that the product can be used, shown and tested without a vendor's key. The
 * gateway treats it as any upstream. It never hides what it is: names, ids, fingerprint and texts
 * all say `sandbox`.
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anthropicFormat } from './anthropic-format.ts'
import { countMessageTokens } from './anthropic-request.ts'
import { serveSpeech, serveTranscription } from './audio.ts'
import { BackgroundResponses } from './background.ts'
import { Batches } from './batches.ts'
import { serveChat } from './chat.ts'
import { cohereFormat } from './cohere-format.ts'
import type { Format } from './completion.ts'
import { Connection } from './connection.ts'
import { serveEmbeddings } from './embeddings.ts'
import { modelNotFound, SandboxError, unexpectedError } from './errors.ts'
import { geminiFormat } from './gemini-format.ts'
import { isGeminiPath } from './gemini-request.ts'
import { serveImages } from './images.ts'
import { Meter, type ServedByKey } from './meter.ts'
import { findSandboxModel, type SandboxModel, sandboxModels } from './models.ts'
import { openaiFormat } from './openai-format.ts'
import { responsesFormat } from './responses-format.ts'
import { serveModeration, serveRerank } from './search.ts'

export type Sandbox = {
  /** The base URL of the API, with `/v1`. */
  readonly url: string
  /** What was served until now: see meter.ts for what counts. */
  served(): ServedByKey
  /** So many pictures, seconds and the like, by the key that asked for them. */
  servedUnits(key: string, kind: string): number
  /** Drops every connection and frees the port. */
  close(): Promise<void>
}

/**
 * Starts the server on 127.0.0.1.
 * @param options.port a fixed port; 0, the default, takes a free one.
 */
export async function startSandbox(options: { readonly port?: number } = {}): Promise<Sandbox> {
  const meter = new Meter()
  const kept = { batches: new Batches(), background: new BackgroundResponses(meter) }
  const server = createServer((request, response) => void serve(request, response, meter, kept))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    served: () => meter.served(),
    servedUnits: (key, kind) => meter.servedUnits(key, kind),
    close: async () => {
      kept.background.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Kept {
  readonly batches: Batches
  readonly background: BackgroundResponses
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  meter: Meter,
  { batches, background }: Kept,
) {
  const connection = new Connection(request, response)
  const path = pathOf(request.url ?? '')
  try {
    if (await batches.serve(connection, connection.key(), path)) return
    if (await background.serve(connection, connection.key(), path)) return
    await route(connection, meter, path)
  } catch (error) {
    if (connection.gone.aborted) return
    if (response.headersSent) {
      response.destroy()
      return
    }
    const refusal = error instanceof SandboxError ? error : unexpectedError()
    const { errorBody } = formatOf(path) ?? openaiFormat
    connection.sendJson(refusal.status, errorBody(refusal), refusal.headers)
  }
}

/** Azure's addresses, and Cohere's of OpenAI's format, are others for the same. */
function pathOf(url: string): string {
  const { pathname } = new URL(url, 'http://sandbox')
  const path = pathname.replace(/^\/compatibility\/v1\//, '/v1/')
  return path.replace(/^\/v1\/openai\/(?:deployments\/[^/]+|v1)\//, '/v1/')
}

function formatOf(path: string): Format | null {
  if (path === '/v1/chat/completions') return openaiFormat
  if (path === '/v1/responses') return responsesFormat
  if (path === '/v2/chat') return cohereFormat
  if (isGeminiPath(path)) return geminiFormat
  return path.startsWith('/v1/messages') ? anthropicFormat : null
}

type Serve = (connection: Connection, key: string, meter: Meter, path: string) => Promise<void>

const otherRoutes: Readonly<Record<string, Serve>> = {
  '/v1/moderations': serveModeration,
  '/v1/images/generations': serveImages,
  '/v1/images/edits': serveImages,
  '/v1/images/variations': serveImages,
  '/v1/audio/speech': serveSpeech,
  '/v1/audio/transcriptions': serveTranscription,
  '/v1/audio/translations': serveTranscription,
  '/v1/rerank': serveRerank,
  '/v2/rerank': serveRerank,
}

async function route(connection: Connection, meter: Meter, path: string): Promise<void> {
  const { method = '' } = connection.request
  const key = connection.key()
  if (method === 'POST' && path === '/v1/messages/count_tokens') {
    return await countMessageTokens(connection)
  }
  const format = formatOf(path)
  if (method === 'POST' && format) return await serveChat(connection, key, meter, format, path)
  if (method === 'POST' && path === '/v1/embeddings') {
    return await serveEmbeddings(connection, key, meter)
  }
  const other = method === 'POST' ? otherRoutes[path] : undefined
  if (other) return await other(connection, key, meter, path)
  if (method === 'GET' && path === '/v1/models') {
    return connection.sendJson(200, { object: 'list', data: sandboxModels.map(modelObject) })
  }
  if (method === 'GET' && path.startsWith('/v1/models/')) {
    const name = path.slice('/v1/models/'.length)
    const model = findSandboxModel(name)
    if (!model) throw modelNotFound(name)
    return connection.sendJson(200, modelObject(model))
  }
  throw new SandboxError(404, `Unknown request URL: ${method} ${path}.`, { code: 'unknown_url' })
}

/** Models have no birthday here; a fixed one keeps the list the same for ever. */
const MODELS_CREATED_SECONDS = 1_735_689_600

function modelObject({ name }: SandboxModel) {
  return { id: name, object: 'model', created: MODELS_CREATED_SECONDS, owned_by: 'sandbox' }
}
