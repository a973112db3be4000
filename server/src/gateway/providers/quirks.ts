/**
 * In what the servers that speak OpenAI's format differ from OpenAI, as data. What is not listed is as
 * it is there.
 */
export interface Quirks {
  /** The server knows `max_completion_tokens`; else it is given `max_tokens`. */
  readonly hasMaxCompletionTokens?: boolean
  /** The server takes `top_k`, so that a client of another format may ask for it. */
  readonly hasTopK?: boolean
  /** The server tells its usage in a stream only when asked by `stream_options`; some refuse that. */
  readonly hasStreamOptions?: boolean
  /** Where its rerank is, beside the routes of OpenAI's format and not among them. */
  readonly rerankPath?: string
  /** Fields by which a caller could spend what the model's price does not cover, and why. */
  readonly unpriced?: Readonly<Record<string, string>>
}

const older: Quirks = { hasMaxCompletionTokens: false }
const open: Quirks = { hasMaxCompletionTokens: false, hasTopK: true }

export const quirks: Readonly<Record<string, Quirks>> = {
  'openai-compatible': open,
  vllm: { hasTopK: true },
  ollama: older,
  mistral: { ...older, hasStreamOptions: false },
  together: open,
  deepseek: older,
  fireworks: open,
  perplexity: { ...open, hasStreamOptions: false },
  nvidia: open,
  cerebras: {},
  openrouter: {
    ...open,
    unpriced: {
      models: 'lets OpenRouter answer with another model, whose price differs',
      fallbacks: 'lets OpenRouter answer with another model, whose price differs',
      plugins: 'is charged apart from the tokens',
      transforms: 'changes what is sent',
    },
  },
}

export function quirksOf(provider: string): Quirks {
  return Object.hasOwn(quirks, provider) ? quirks[provider]! : {}
}
