/**
 * The vendors that are known by name, as data: where each is reached, and what an account there needs to
 * be told. What differs in their formats, the gateway knows (server/src/gateway/providers).
 */

/** What an account may be told beside its address and its API key, by the names of the contract's fields. */
export type ProviderField =
  | 'apiVersion'
  | 'region'
  | 'project'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'sessionToken'
  | 'serviceAccountKey'

/** `openai`: its server speaks OpenAI's format. `own`: it has a format, or at least an address, of its own. */
export interface ProviderPreset {
  readonly label: string
  readonly format: 'openai' | 'own'
  /** The vendor's address up to and including the version; null where every account has its own. */
  readonly baseUrl: string | null
  readonly fields: readonly ProviderField[]
}

const openai = (label: string, baseUrl: string | null) =>
  ({ label, format: 'openai', baseUrl, fields: [] }) as const
const own = (label: string, baseUrl: string | null, ...fields: readonly ProviderField[]) =>
  ({ label, format: 'own', baseUrl, fields }) as const

export const providerPresets = {
  openai: openai('OpenAI', 'https://api.openai.com/v1'),
  anthropic: own('Anthropic', 'https://api.anthropic.com/v1'),
  gemini: own('Google Gemini', 'https://generativelanguage.googleapis.com/v1beta'),
  'azure-openai': own('Azure OpenAI', null, 'apiVersion'),
  bedrock: own('Amazon Bedrock', null, 'region', 'accessKeyId', 'secretAccessKey', 'sessionToken'),
  vertex: own('Google Vertex AI', null, 'region', 'project', 'serviceAccountKey'),
  mistral: openai('Mistral', 'https://api.mistral.ai/v1'),
  groq: openai('Groq', 'https://api.groq.com/openai/v1'),
  deepseek: openai('DeepSeek', 'https://api.deepseek.com/v1'),
  xai: openai('xAI', 'https://api.x.ai/v1'),
  together: openai('Together AI', 'https://api.together.xyz/v1'),
  fireworks: openai('Fireworks AI', 'https://api.fireworks.ai/inference/v1'),
  openrouter: openai('OpenRouter', 'https://openrouter.ai/api/v1'),
  cerebras: openai('Cerebras', 'https://api.cerebras.ai/v1'),
  perplexity: openai('Perplexity', 'https://api.perplexity.ai'),
  cohere: own('Cohere', 'https://api.cohere.com/v2'),
  jina: openai('Jina AI', 'https://api.jina.ai/v1'),
  nvidia: openai('NVIDIA NIM', 'https://integrate.api.nvidia.com/v1'),
  vllm: openai('vLLM', null),
  ollama: openai('Ollama', null),
  'openai-compatible': openai('Another server of OpenAI’s format', null),
  sandbox: own('Sandbox (built in, for tests)', null),
} as const satisfies Record<string, ProviderPreset>

export type ProviderType = keyof typeof providerPresets

export const providerTypes = Object.keys(providerPresets) as [ProviderType, ...ProviderType[]]

/** @returns undefined for a name that this version does not know */
export function providerPreset(name: string): ProviderPreset | undefined {
  return Object.hasOwn(providerPresets, name) ? providerPresets[name as ProviderType] : undefined
}
