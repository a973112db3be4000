/** Every provider, by the name that a provider account's `provider` field has. */
import { openaiCompatible, sandbox } from './openai-compatible.ts'
import type { Provider } from './provider.ts'

const providers: Readonly<Record<string, Provider>> = {
  'openai-compatible': openaiCompatible,
  sandbox,
}

export function findProvider(name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name] : undefined
}
