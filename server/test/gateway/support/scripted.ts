/** Virtual models in front of a provider whose every answer the test decides, model by model. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Id } from '@commonhold/core'
import OpenAI from 'openai'
import { type Stack, settledSnapshot } from './stack.ts'
import type { World } from './world.ts'

export interface Asked {
  readonly model: string
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
  readonly headers: IncomingHttpHeaders
  /** How often this model was asked before. */
  readonly before: number
}

export type Answering = (response: ServerResponse, asked: Asked) => void | Promise<void>

export interface Scripted {
  readonly baseUrl: string
  /** All that was asked, in the order in which it came. */
  readonly asked: Asked[]
  /** @param model as the provider calls it */
  on(model: string, answering: Answering): void
  close(): void
}

export async function scriptedProvider(): Promise<Scripted> {
  const answers = new Map<string, Answering>()
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text) as Asked['body']
    const model = String(body.model)
    const before = asked.filter((one) => one.model === model).length
    const one = { model, body, text, headers: request.headers, before }
    asked.push(one)
    await (answers.get(model) ?? answersWell)(response, one)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    asked,
    on: (model, answering) => answers.set(model, answering),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

export const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`
export const delta = (content: string) => event({ choices: [{ index: 0, delta: { content } }] })

/** A whole answer or a stream, as it was asked for; it says which model it is from. */
export const answersWell: Answering = (response, { body, model }) => {
  if (body.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`${delta(model)}${event({ choices: [], usage })}data: [DONE]\n\n`)
    return
  }
  const message = { role: 'assistant', content: model }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }),
  )
}

export function refuses(status: number, headers: Record<string, string> = {}): Answering {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ error: { message: `refused with ${status}` } }))
  }
}

/** Fails some times, then answers. */
export function failsFirst(times: number, failure: Answering): Answering {
  return (response, asked) => (asked.before < times ? failure : answersWell)(response, asked)
}

export interface Routed {
  readonly world: World
  readonly token: string
  readonly openai: OpenAI
  readonly provider: Scripted
  readonly models: Readonly<Record<string, Id<'mdl'>>>
  /** Models asked at the provider, in order. */
  names(): string[]
}

/** What a virtual model is, but for its name. */
export interface RoutedSpec {
  readonly strategy?: 'priority' | 'weighted' | 'latency'
  /** What else a target has, by the name of its model. */
  readonly targets?: Readonly<Record<string, object>>
  readonly [more: string]: unknown
}

/** A tenant whose agent may use the virtual model `best` and the models behind it, in this order. */
export async function routed(
  stack: Stack,
  name: string,
  modelNames: readonly string[],
  { strategy = 'priority', targets = {}, ...more }: RoutedSpec = {},
): Promise<Routed> {
  const provider = await scriptedProvider()
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use', 'virtual-model:use'])
  const { text: token } = await world.token(rootId, agent)
  const spec = { provider: 'openai-compatible', baseUrl: provider.baseUrl }
  const account = await world.providerAccount(rootId, 'own', spec)
  const models: Record<string, Id<'mdl'>> = {}
  for (const upstreamModel of modelNames) {
    const made = world.model(rootId, account, `model-${upstreamModel}`, { upstreamModel })
    models[upstreamModel] = await made
  }
  const listed = modelNames.map((model) => ({ model: models[model]!, ...targets[model] }))
  await world.virtualModel(rootId, 'best', strategy, listed, more)
  await settledSnapshot(world, stack.first)
  const baseURL = `${stack.first.url}/v1`
  return {
    world,
    token,
    openai: new OpenAI({ baseURL, apiKey: token, maxRetries: 0 }),
    provider,
    models,
    names: () => provider.asked.map(({ model }) => model),
  }
}
