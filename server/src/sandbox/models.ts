/**
 * What the sandbox offers: models named after what they do, as data. Prices are declared like those
 * of any provider, so that budgets and bills have something to count. They are in the range of real
 * ones; nothing is owed to anybody.
 */

/** What goes wrong on purpose. All but the first four happen in the middle of the answer. */
export type SandboxFault =
  | 'none'
  | 'rate_limited'
  | 'server_error'
  | 'slow_first_byte'
  | 'stall'
  | 'cut'
  | 'error_event'
  | 'malformed'
  | 'no_usage'
  | 'zero_usage'

export type SandboxModel = {
  readonly name: string
  readonly purpose: 'everyday' | 'fault'
  readonly kind:
    | 'chat'
    | 'embedding'
    | 'moderation'
    | 'image'
    | 'speech'
    | 'transcription'
    | 'rerank'
  /**
   * What it says: a generated text, the last user message, calls of tools, or 2 MB of text. What is not a
   * chat is sold by pictures, seconds and searches, or by tokens.
   */
  readonly reply: 'generated' | 'echo' | 'tool' | 'tools' | 'reasoning' | 'huge' | 'tokens'
  /** Reports half of the input as read from a prompt cache, and a quarter as written to one. */
  readonly isCached: boolean
  readonly fault: SandboxFault
  readonly chunkDelayMs: number
  readonly tokensPerChunk: number
  /** Price in nano-dollars per million tokens. */
  readonly inputNanosPerMillion: bigint
  readonly outputNanosPerMillion: bigint
  readonly contextTokensMax: number
  readonly outputTokensMax: number
  readonly description: string
}

export const SLOW_CHUNK_MS = 20
export const SLOW_FIRST_BYTE_MS = 3000
export const RETRY_AFTER_SECONDS = 2
export const HUGE_REPLY_BYTES = 2 * 1024 * 1024

const NANOS_PER_DOLLAR = 1_000_000_000n

const chat = {
  purpose: 'everyday',
  kind: 'chat',
  reply: 'generated',
  isCached: false,
  fault: 'none',
  chunkDelayMs: 0,
  tokensPerChunk: 1,
  inputNanosPerMillion: NANOS_PER_DOLLAR / 2n,
  outputNanosPerMillion: NANOS_PER_DOLLAR * 2n,
  contextTokensMax: 128_000,
  outputTokensMax: 16_384,
} as const

const faulty = (name: string, fault: SandboxFault, description: string): SandboxModel => ({
  ...chat,
  name,
  purpose: 'fault',
  fault,
  description,
})

const other = (name: string, kind: SandboxModel['kind'], description: string): SandboxModel => ({
  ...chat,
  name,
  kind,
  inputNanosPerMillion: 0n,
  outputNanosPerMillion: 0n,
  description,
})

const byTokens = (name: string, kind: SandboxModel['kind'], description: string): SandboxModel => ({
  ...chat,
  name,
  kind,
  reply: 'tokens',
  description,
})

export const sandboxModels: readonly SandboxModel[] = [
  { ...chat, name: 'sandbox-fast', description: 'Answers at once with a generated text.' },
  {
    ...chat,
    name: 'sandbox-slow',
    chunkDelayMs: SLOW_CHUNK_MS,
    description: `Streams one token each ${SLOW_CHUNK_MS} ms.`,
  },
  {
    ...chat,
    name: 'sandbox-echo',
    reply: 'echo',
    description: 'Repeats the last user message.',
  },
  {
    ...chat,
    name: 'sandbox-tool',
    reply: 'tool',
    description: 'Calls the first tool that it is given; answers in text once it has the result.',
  },
  {
    ...chat,
    name: 'sandbox-tools',
    reply: 'tools',
    description: 'Calls every tool that it is given, all at once; answers in text afterwards.',
  },
  {
    ...chat,
    name: 'sandbox-reasoning',
    reply: 'reasoning',
    description: 'Thinks aloud for a sentence, then answers.',
  },
  {
    ...chat,
    name: 'sandbox-cached',
    isCached: true,
    description: 'Reports parts of its input as read from a cache and as written to one.',
  },
  {
    ...chat,
    name: 'sandbox-huge',
    reply: 'huge',
    tokensPerChunk: 64,
    outputTokensMax: 1_000_000,
    description: 'Answers with 2 MB of text.',
  },
  {
    ...chat,
    name: 'sandbox-embed',
    kind: 'embedding',
    inputNanosPerMillion: NANOS_PER_DOLLAR / 50n,
    outputNanosPerMillion: 0n,
    contextTokensMax: 8192,
    outputTokensMax: 0,
    description: 'Embeds text: texts that share words get vectors that are near.',
  },
  other('sandbox-moderation', 'moderation', 'Flags a few words.'),
  other('sandbox-image', 'image', 'Draws a small square, and is sold by the picture.'),
  byTokens('sandbox-image-tokens', 'image', 'Draws a small square, and is sold by tokens.'),
  other('sandbox-speech', 'speech', 'Speaks as a tone that is as long as the text.'),
  other('sandbox-transcribe', 'transcription', 'Says how long a recording is; sold by the second.'),
  byTokens('sandbox-transcribe-tokens', 'transcription', 'The same, and is sold by tokens.'),
  other('sandbox-rerank', 'rerank', 'Ranks texts by the words that they share; sold by searches.'),
  byTokens('sandbox-rerank-tokens', 'rerank', 'The same, and is sold by tokens.'),
  faulty('sandbox-429', 'rate_limited', 'Refuses with 429 and retry-after: 2.'),
  faulty('sandbox-500', 'server_error', 'Refuses with 500.'),
  faulty('sandbox-slow-first-byte', 'slow_first_byte', 'Sends its first byte after 3 s.'),
  faulty('sandbox-stall', 'stall', 'Stops in the middle of the answer and keeps the line open.'),
  faulty('sandbox-cut', 'cut', 'Drops the connection in the middle of the answer.'),
  faulty('sandbox-error-event', 'error_event', 'Sends an error event in the middle of the stream.'),
  faulty('sandbox-malformed', 'malformed', 'Sends a broken chunk in the middle of the answer.'),
  faulty('sandbox-no-usage', 'no_usage', 'Never reports usage.'),
  faulty('sandbox-zero-usage', 'zero_usage', 'Reports a usage of zero, and charges nothing.'),
]

const byName = new Map(sandboxModels.map((model) => [model.name, model]))

export function findSandboxModel(name: string): SandboxModel | undefined {
  return byName.get(name)
}
