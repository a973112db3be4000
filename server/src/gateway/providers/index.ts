/** Every provider, by the name that a provider account's `provider` field has. */
import { providerPresets } from '@commonhold/contract'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { openaiCompatible, sandbox } from './openai-compatible.ts'
import type { Provider } from './provider.ts'
import { vertex } from './vertex.ts'

const ofOpenaiFormat = Object.entries(providerPresets)
  .filter(([, { format }]) => format === 'openai')
  .map(([name]) => [name, openaiCompatible(name)] as const)

const providers: ReadonlyMap<string, Provider> = new Map<string, Provider>([
  ...ofOpenaiFormat,
  ['anthropic', anthropic],
  ['azure-openai', azureOpenai],
  ['bedrock', bedrock],
  ['cohere', cohere],
  ['gemini', gemini],
  ['vertex', vertex],
  ['sandbox', sandbox],
])

export function findProvider(name: string): Provider | undefined {
  return providers.get(name)
}
