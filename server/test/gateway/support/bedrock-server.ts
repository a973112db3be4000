/**
 * A Bedrock for tests: it proves the signature of every request with Amazon's own library, refuses what it
 * can't prove, and answers in its frames. What it does is in the model's id.
 */
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignatureV4 } from '@smithy/signature-v4'
import { eventFrame, exceptionFrame } from './event-frames.ts'

export const usage = {
  inputTokens: 11,
  outputTokens: 7,
  totalTokens: 23,
  cacheReadInputTokens: 3,
  cacheWriteInputTokens: 2,
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Asked {
  readonly path: string
  readonly model: string
  readonly body: { readonly messages: { readonly content: { readonly text: string }[] }[] }
  readonly headers: IncomingMessage['headers']
}

export interface BedrockServer {
  readonly url: string
  readonly asked: Asked[]
  /** Who may call. */
  credentials: Credentials
  readonly apiKey: string
  close(): Promise<void>
}

export async function startBedrock(credentials: Credentials): Promise<BedrockServer> {
  const server = createServer((request, response) => {
    void serve(bedrock, request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bedrock: BedrockServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    credentials,
    apiKey: 'bedrock-api-key-of-the-test',
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return bedrock
}

async function serve(bedrock: BedrockServer, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const refusal = await signatureProblem(bedrock, request, text)
  if (refusal !== null) return refuse(response, 403, 'InvalidSignatureException', refusal)
  const [, , model = '', action] = String(request.url).split('/')
  const asked = {
    path: String(request.url),
    model: decodeURIComponent(model),
    body: JSON.parse(text),
    headers: request.headers,
  }
  bedrock.asked.push(asked)
  if (asked.model.includes('busy')) {
    return refuse(response, 429, 'ThrottlingException', 'Too many requests, please wait.')
  }
  if (asked.model.includes('failing')) {
    return refuse(response, 424, 'ModelErrorException', 'The model failed.')
  }
  if (action === 'converse-stream') stream(asked, response)
  else answer(asked, response)
}

/** What comes back is what came last. */
function said({ body }: Asked): string {
  return body.messages.at(-1)!.content.at(-1)!.text
}

function answer(asked: Asked, response: ServerResponse): void {
  const message = { role: 'assistant', content: [{ text: said(asked) }] }
  const body = { output: { message }, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 } }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function stream(asked: Asked, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
  const text = eventFrame('contentBlockDelta', {
    contentBlockIndex: 0,
    delta: { text: said(asked) },
  })
  const begin = [eventFrame('messageStart', { role: 'assistant' })]
  const end = [
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('messageStop', { stopReason: 'end_turn' }),
    eventFrame('metadata', { usage, metrics: { latencyMs: 1 } }),
  ]
  const { model } = asked
  if (model.includes('throttled-first')) {
    response.end(exceptionFrame('throttlingException', 'Too many tokens.'))
  } else if (model.includes('breaking')) {
    const broken = exceptionFrame('modelStreamErrorException', 'It broke.')
    response.end(Buffer.concat([...begin, text, broken]))
  } else if (model.includes('cut')) {
    response.write(Buffer.concat([...begin, text, end[0]!.subarray(0, 20)]))
    setImmediate(() => response.destroy())
  } else if (model.includes('short')) {
    // A clean end of the connection in the middle of a frame.
    response.end(Buffer.concat([...begin, text, end[0]!.subarray(0, 20)]))
  } else if (model.includes('damaged')) {
    const damaged = Buffer.from(end[2]!)
    damaged[damaged.length - 10]! ^= 1
    response.end(Buffer.concat([...begin, text, end[0]!, end[1]!, damaged]))
  } else response.end(Buffer.concat([...begin, text, ...end]))
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
  response.end(JSON.stringify({ message }))
}

class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Uint8Array)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

/** Signs what came anew, with nothing but the headers that are said to be signed, and compares. */
async function signatureProblem(
  { credentials, apiKey }: BedrockServer,
  { headers, url, method }: IncomingMessage,
  body: string,
): Promise<string | null> {
  const given = String(headers.authorization)
  if (given === `Bearer ${apiKey}`) return null
  const scope = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/(\\d{8})/us-east-1/bedrock/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`,
  ).exec(given)
  if (!scope) return `The credential is not one of ours.\n\nThe host was ${headers.host}.`
  const names = scope[2]!.split(';')
  if (!names.includes('host') || !names.includes('x-amz-date')) return 'Too little is signed.'
  const { sessionToken } = credentials
  if (sessionToken !== undefined && headers['x-amz-security-token'] !== sessionToken) {
    return 'The security token is missing.'
  }
  const signer = new SignatureV4({
    credentials: { ...credentials },
    region: 'us-east-1',
    service: 'bedrock',
    sha256: Sha256,
    applyChecksum: false,
  })
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date']))!
  const [, year, month, day, hour, minute, second] = at
  const { hostname, port } = new URL(`http://${headers.host}`)
  const own = await signer.sign(
    {
      method: method!,
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: url!,
      query: {},
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      body,
    },
    {
      signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
      signableHeaders: new Set(names),
    },
  )
  if (own.headers.authorization === given) return null
  return `The request signature we calculated does not match.\n\nThe Canonical String was ${JSON.stringify(headers)}`
}
