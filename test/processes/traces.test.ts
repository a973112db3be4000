/** A call through the product as a trace, as an OTLP receiver gets it; and what must not be in it. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { known, makeCaller } from '../crash/caller.ts'
import { eventually } from '../support/eventually.ts'
import { password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
}

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly status?: { readonly code?: number }
  readonly attributes: readonly { readonly key: string; readonly value: Value }[]
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span['attributes'] }
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

const received: Traces[] = []
const atProvider: IncomingHttpHeaders[] = []
let receiver: Server
let provider: Server
let product: TestProduct
let secret: string

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url === '/v1/traces') received.push(body as Traces)
      response.setHeader('content-type', 'application/json')
      response.end('{}')
    })
  })
  provider = createServer((request, response) => {
    atProvider.push(request.headers)
    request.resume()
    const message = { role: 'assistant', content: 'a secret answer' }
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ id: '1', object: 'chat.completion', model: 'm', choices, usage }))
  })
  const [endpoint, url] = await Promise.all([listening(receiver), listening(provider)])
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  })
  const admin = await signIn(product.url, 'ana@example.com')
  const upstream = { url: `${url}/v1`, calls: [], close: () => undefined }
  const caller = await makeCaller(admin, upstream, 'traced', '100')
  await known(caller, product.url)
  const root = { account: 'root', virtualAccount: 'traced' }
  secret = (await admin.client.token.create(root, { name: 'own' })).secret
}, 120_000)
afterAll(async () => {
  await product?.remove()
  for (const server of [receiver, provider]) {
    server?.close()
    server?.closeAllConnections()
  }
}, 60_000)

const spans = () =>
  received.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  )

const attributesOf = ({ attributes }: Span): Record<string, string | number> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  )

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callersSpan = 'b7ad6b7169203331'

function call(model: string, flags: string) {
  return fetch(`${product.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${callersSpan}-${flags}`,
      tracestate: 'vendor=1',
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'a secret question' }] }),
  })
}

it('a call is a span of its caller, an attempt is one below it, and the provider is told', async () => {
  expect((await call('traced/counted', '01')).status).toBe(200)
  const [server, client] = await eventually('both spans', async () => {
    const mine = spans().filter((span) => span.traceId === traceId)
    const ofKind = (kind: number) => mine.find((span) => span.kind === kind)
    const [whole, attempt] = [ofKind(2), ofKind(3)]
    return whole && attempt ? ([whole, attempt] as const) : null
  })
  expect(server).toMatchObject({
    parentSpanId: callersSpan,
    name: 'POST /v1/chat/completions',
  })
  expect(attributesOf(server)).toMatchObject({ 'http.route': '/v1/chat/completions' })
  expect(client).toMatchObject({ parentSpanId: server.spanId, name: 'chat counted' })
  expect(attributesOf(client)).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai-compatible',
    'gen_ai.request.model': 'counted',
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.usage.output_tokens': 3,
    'server.address': '127.0.0.1',
    'commonhold.usage.status': 'ok',
  })
  expect(atProvider.at(-1)).toMatchObject({
    traceparent: `00-${traceId}-${client.spanId}-01`,
    tracestate: 'vendor=1',
  })
})

it('a refusal is an error by its code; a caller that is not sampled is not told of', async () => {
  expect((await call('traced/nothing', '01')).status).toBe(404)
  await eventually('the refusal', async () =>
    spans().some((span) => {
      const type = attributesOf(span)['error.type']
      return span.status?.code === 2 && type === 'model_not_found'
    }),
  )
  const before = spans().filter((span) => span.traceId === traceId).length
  expect((await call('traced/counted', '00')).status).toBe(200)
  expect(atProvider.at(-1)!.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
  expect((await call('traced/counted', '01')).status).toBe(200)
  await eventually('the later call', async () => {
    return spans().filter((span) => span.traceId === traceId).length === before + 2
  })
})

it('no prompt, answer, key, account or user is in it', () => {
  const all = JSON.stringify(received)
  expect(all).toContain('commonhold-gateway')
  for (const text of [
    'secret',
    'Bearer',
    secret,
    'the-key-of-the-upstream',
    'ana@',
    'va_',
    'acct_',
  ]) {
    expect([text, all.includes(text)]).toEqual([text, false])
  }
})
