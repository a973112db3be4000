/** The gateway: who is answered at all, and models that are another's, by name and by id, streamed or not. */
import { type Actor, actors } from '../world/actors.ts'
import { type Exchange, exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Case, compare } from './case.ts'
import { strangers } from './strangers.ts'

interface Route {
  readonly name: string
  readonly ask: (world: World, actor: Actor, model: string) => Promise<Exchange>
}

const get = (path: (model: string) => string) => (world: World, actor: Actor, model: string) =>
  exchange(world.gatewayUrl, 'GET', path(model), actor.of(world))

const post =
  (path: string, body: (model: string) => object) => (world: World, actor: Actor, model: string) =>
    exchange(world.gatewayUrl, 'POST', path, actor.of(world), { body: body(model) })

const messages = [{ role: 'user', content: 'Hello' }]

/** What has a model in its body, besides chat; of the routes that take forms, nobody asks with JSON. */
const bodies: Readonly<Record<string, object>> = {
  '/v1/responses': { input: 'Hi', max_output_tokens: 1 },
  '/v1/moderations': { input: 'Hi' },
  '/v1/images/generations': { prompt: 'Hi' },
  '/v1/audio/speech': { input: 'Hi', voice: 'alloy' },
  '/v1/rerank': { query: 'Hi', documents: ['Hi'] },
}
const otherModelRoutes: readonly Route[] = Object.entries(bodies).map(([path, body]) => ({
  name: `POST ${path}`,
  ask: post(path, (model) => ({ ...body, model })),
}))

const byModel: readonly Route[] = [
  {
    name: 'POST /v1/chat/completions',
    ask: post('/v1/chat/completions', (model) => ({ model, messages, max_tokens: 1 })),
  },
  {
    name: 'POST /v1/chat/completions, streamed',
    ask: post('/v1/chat/completions', (model) => ({
      model,
      messages,
      max_tokens: 1,
      stream: true,
    })),
  },
  { name: 'POST /v1/embeddings', ask: post('/v1/embeddings', (model) => ({ model, input: 'Hi' })) },
  ...otherModelRoutes,
  { name: 'GET /v1/models/*', ask: get((model) => `/v1/models/${model}`) },
]

const routes: readonly Route[] = [
  ...byModel,
  { name: 'GET /v1/models', ask: get(() => '/v1/models') },
  { name: 'GET /v1/key', ask: get(() => '/v1/key') },
  { name: 'GET /v1/files', ask: get(() => '/v1/files') },
  { name: 'GET /v1/files/*', ask: get(() => '/v1/files/file_01jzzzzzzzzzzzzzzzzzzzzzzz') },
  { name: 'POST /v1/files', ask: post('/v1/files', () => ({})) },
  { name: 'POST /v1/batches', ask: post('/v1/batches', () => ({})) },
  { name: 'GET /v1/batches', ask: get(() => '/v1/batches') },
  { name: 'GET /v1/batches/*', ask: get(() => '/v1/batches/batch_01jzzzzzzzzzzzzzzzzzzzzzzz') },
]

/** By name, by way of root, and by id; models and virtual models. */
function foreignModels({ account2, otherTenant }: World): string[] {
  return [account2, otherTenant].flatMap(({ ownName, own }) => [
    `${ownName}/${ownName}`,
    `root:${ownName}/${ownName}`,
    ownName,
    own.model!,
    own['virtual-model']!,
  ])
}

const likeMissing = byModel.map(
  (route): Case => ({
    rule: 'a model of another place is like a missing one',
    actor: actors.caller.name,
    place: 'gateway',
    operation: route.name,
    run: async (world) => {
      for (const model of foreignModels(world)) {
        const prefix = model.startsWith('root:') ? 'root:' : ''
        const answer = (id: string) => route.ask(world, actors.caller, `${prefix}${id}`)
        const failure = await compare(answer, model.slice(prefix.length), 400)
        if (failure !== null) return failure
      }
      return null
    },
  }),
)

const notAnswered = strangers.flatMap((actor) =>
  routes.map(
    (route): Case => ({
      rule: 'nothing is answered by the gateway',
      actor: actor.name,
      place: 'gateway',
      operation: route.name,
      run: async (world) => {
        const got = await route.ask(world, actor, 'thing/thing')
        if (got.status === 401) return null
        return { why: `${got.status} and not 401`, exchanges: [got] }
      },
    }),
  ),
)

/** Otherwise all of it could hold because nothing is ever answered, and what is may show too much. */
const showsItsOwn: Case = {
  rule: 'the gateway shows the models of the account and of no other',
  actor: actors.caller.name,
  place: 'answer',
  operation: 'GET /v1/models',
  run: async (world) => {
    const got = await exchange(world.gatewayUrl, 'GET', '/v1/models', actors.caller.of(world))
    const { ownName, name: account } = world.account1
    const others = [world.account2, world.otherTenant].map((place) => place.ownName)
    const shown = others.find((name) => got.said.includes(name))
    if (shown !== undefined) return { why: `it shows ${shown}`, exchanges: [got] }
    if (got.status === 200 && got.said.includes(`"${ownName}/${ownName}"`)) return null
    return { why: `it does not show the models of ${account}`, exchanges: [got] }
  },
}

export const gatewayCases: readonly Case[] = [...likeMissing, ...notAnswered, showsItsOwn]
