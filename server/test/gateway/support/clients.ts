/**
 * A tenant whose one agent may use the sandbox's models behind every format: the same models, reached
 * as different providers, so that answers, bills and errors can be held against each other.
 */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type Stack, settledSnapshot } from './stack.ts'
import type { World } from './world.ts'

/** Provider accounts by their names, and where the sandbox is reached in their format. */
export const formats = {
  openai: { provider: 'openai-compatible', path: '/v1' },
  anthropic: { provider: 'anthropic', path: '/v1' },
  gemini: { provider: 'gemini', path: '/v1beta' },
  azure: { provider: 'azure-openai', path: '/v1' },
  cohere: { provider: 'cohere', path: '/v2' },
} as const

export type FormatName = keyof typeof formats
export const formatNames = Object.keys(formats) as FormatName[]

export interface Clients {
  readonly world: World
  readonly url: string
  readonly token: string
  readonly openai: OpenAI
  readonly anthropic: Anthropic
  /** What the sandbox served under the key of a provider account. */
  served(format: FormatName): { inputTokens: number; outputTokens: number; requests: number }
}

/** @param of the formats behind which the models are; all, where none is named */
export async function clientsOf(
  stack: Stack,
  name: string,
  models: readonly string[],
  of: readonly FormatName[] = formatNames,
  price?: object,
): Promise<Clients> {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use', 'virtual-model:use'])
  const { text: token } = await world.token(rootId, agent)
  for (const format of of) {
    const { provider, path } = formats[format]
    const spec = { provider, baseUrl: stack.sandbox.url.replace(/\/v1$/, path) }
    const account = await world.providerAccount(rootId, format, spec, keyOf(name, format))
    const made = (model: string) => world.model(rootId, account, model, price ? { price } : {})
    await Promise.all(models.map(made))
  }
  await settledSnapshot(world, stack.first)
  const { url } = stack.first
  return {
    world,
    url,
    token,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: url, apiKey: token, maxRetries: 0 }),
    served: (format) => {
      const none = { inputTokens: 0, outputTokens: 0, requests: 0 }
      return stack.sandbox.served().byKey.get(keyOf(name, format)) ?? none
    },
  }
}

function keyOf(tenant: string, format: FormatName): string {
  return `${tenant}-${format}-key`
}
