/** The vendors that an account can be connected to: what each is called, and what it wants to be told. */
import type { client } from '../../api/client.ts'

export type Provider = Awaited<ReturnType<typeof client.providerAccount.get>>
export type ProviderType = Provider['provider']

export interface ProviderKind {
  readonly label: string
  readonly description: string
  /** The vendor's own address, used where none is given; null where every account has its own. */
  readonly baseUrl: string | null
  /** Shown where an address has to be given, with what it has to be. */
  readonly baseUrlExample?: string
  readonly baseUrlHint?: string
  /** Its address is made from a region; one of its own is only for private endpoints. */
  readonly isRegional?: true
}

const openai = 'Speaks OpenAI’s format.'
const vendor = (label: string, baseUrl: string, description = openai): ProviderKind => ({
  label,
  description,
  baseUrl,
})
const own = (label: string, baseUrlExample: string, description = openai): ProviderKind => ({
  label,
  description,
  baseUrl: null,
  baseUrlExample,
})

export const providerKinds: Readonly<Record<ProviderType, ProviderKind>> = {
  openai: vendor('OpenAI', 'https://api.openai.com/v1', 'GPT models, and embeddings.'),
  anthropic: vendor('Anthropic', 'https://api.anthropic.com/v1', 'Claude, in either format.'),
  gemini: vendor(
    'Google Gemini',
    'https://generativelanguage.googleapis.com/v1beta',
    'With a key from Google AI Studio.',
  ),
  'azure-openai': {
    ...own('Azure OpenAI', 'https://my-resource.openai.azure.com'),
    description: 'A model’s upstream name is its deployment.',
    baseUrlHint: 'The address of the resource.',
  },
  bedrock: {
    ...own('Amazon Bedrock', 'https://vpce-0123.bedrock-runtime.us-east-1.vpce.amazonaws.com'),
    description: 'Any model that Converse serves. A model’s upstream name is its id or profile.',
    isRegional: true,
  },
  vertex: {
    ...own('Google Vertex AI', 'https://europe-west4-aiplatform.googleapis.com'),
    description: 'Gemini, and Claude at Google, with a service account.',
    isRegional: true,
  },
  mistral: vendor('Mistral', 'https://api.mistral.ai/v1'),
  groq: vendor('Groq', 'https://api.groq.com/openai/v1'),
  deepseek: vendor('DeepSeek', 'https://api.deepseek.com/v1'),
  xai: vendor('xAI', 'https://api.x.ai/v1'),
  together: vendor('Together AI', 'https://api.together.xyz/v1'),
  fireworks: vendor('Fireworks AI', 'https://api.fireworks.ai/inference/v1'),
  openrouter: vendor('OpenRouter', 'https://openrouter.ai/api/v1', 'Many vendors behind one key.'),
  cerebras: vendor('Cerebras', 'https://api.cerebras.ai/v1'),
  perplexity: vendor('Perplexity', 'https://api.perplexity.ai'),
  cohere: vendor('Cohere', 'https://api.cohere.com/v2'),
  jina: vendor('Jina AI', 'https://api.jina.ai/v1'),
  nvidia: vendor('NVIDIA NIM', 'https://integrate.api.nvidia.com/v1'),
  vllm: own('vLLM', 'http://vllm.example.net:8000/v1', 'A server of your own.'),
  ollama: own('Ollama', 'http://ollama.example.net:11434/v1', 'A server of your own.'),
  'openai-compatible': own(
    'Another, OpenAI-compatible',
    'https://api.example.com/v1',
    'Any other server that speaks OpenAI’s format.',
  ),
  sandbox: {
    label: 'Sandbox (built in, for tests)',
    description: 'Answers by itself with real token counts and made-up text. No key needed.',
    baseUrl: null,
  },
}

/** @param hasSandbox whether the deployment has the built-in test provider */
export function choosableKinds(hasSandbox: boolean): { value: ProviderType; label: string }[] {
  const types = Object.keys(providerKinds) as ProviderType[]
  return types
    .filter((type) => hasSandbox || type !== 'sandbox')
    .map((value) => ({ value, label: providerKinds[value].label }))
}
