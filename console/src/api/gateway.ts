/**
 * Calling a model as any program would, for the playground. The gateway takes tokens and nothing
 * else, so the caller gets a personal access token of an hour, narrowed to using models, kept in
 * memory only. It acts in, and is billed to, the account that one is in.
 */
import { client } from './client.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface ChatRequest {
  model: string
  messages: readonly ChatMessage[]
  maxTokens?: number | undefined
  temperature?: number | undefined
}

export interface ChatResult {
  requestId: string | null
  inputTokens: number | null
  outputTokens: number | null
  /** From sending to the first piece of text. */
  firstTokenMs: number | null
  durationMs: number
}

interface PlaygroundToken {
  secret: string
  expiresAtMs: number
}

const TOKEN_LIFE_MS = 3_600_000
/** A token that ends sooner than this is replaced before a call. */
const TOKEN_REST_MS_MIN = 120_000

const TOKEN_NEW_MS = 15_000
const NEWS_PAUSE_MS = 300
const NEWS_ATTEMPTS_MAX = 12

const tokens = new Map<string, PlaygroundToken>()

/** Nothing of one person's may be left for the next who signs in on the same page. */
export function forgetPlaygroundTokens(): void {
  tokens.clear()
}

async function tokenFor(account: string): Promise<string> {
  const kept = tokens.get(account)
  if (kept !== undefined && kept.expiresAtMs - Date.now() > TOKEN_REST_MS_MIN) return kept.secret
  const expiresAtMs = Date.now() + TOKEN_LIFE_MS
  const { secret } = await client.personalAccessToken.create(
    { account },
    {
      name: `playground-${randomName()}`,
      scopes: ['model:use', 'model:read', 'virtual-model:use', 'virtual-model:read'],
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
  )
  tokens.set(account, { secret, expiresAtMs })
  return secret
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/**
 * Streams an answer.
 * @param onText each piece of text as it arrives
 * @throws Error with what the gateway said, as a sentence; the signal's own abort as it is
 */
export async function streamChat(
  account: string,
  request: ChatRequest,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<ChatResult> {
  const token = await tokenFor(account)
  let startedMs = performance.now()
  let response = await post(token, request, signal)
  // The gateways learn of a new token within moments; only then is a 401 worth another attempt.
  for (let attempt = 0; response.status === 401 && isNew(account); attempt++) {
    if (attempt === NEWS_ATTEMPTS_MAX) break
    await new Promise((resolve) => setTimeout(resolve, NEWS_PAUSE_MS))
    startedMs = performance.now()
    response = await post(token, request, signal)
  }
  if (!response.ok || response.body === null) throw new Error(await problemOf(response))
  const result: ChatResult = {
    requestId: response.headers.get('x-request-id'),
    inputTokens: null,
    outputTokens: null,
    firstTokenMs: null,
    durationMs: 0,
  }
  for await (const event of eventsOf(response.body)) {
    if (event.error) throw new Error(event.error.message ?? 'The answer was cut off.')
    const text = event.choices?.[0]?.delta?.content
    if (text) {
      result.firstTokenMs ??= performance.now() - startedMs
      onText(text)
    }
    if (event.usage) {
      result.inputTokens = event.usage.prompt_tokens
      result.outputTokens = event.usage.completion_tokens
    }
  }
  result.durationMs = performance.now() - startedMs
  return result
}

function post(token: string, request: ChatRequest, signal: AbortSignal): Promise<Response> {
  return fetch('/v1/chat/completions', {
    method: 'POST',
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(request)),
    signal,
  })
}

function isNew(account: string): boolean {
  const kept = tokens.get(account)
  return kept !== undefined && kept.expiresAtMs - Date.now() > TOKEN_LIFE_MS - TOKEN_NEW_MS
}

function bodyOf({ model, messages, maxTokens, temperature }: ChatRequest) {
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
}

interface ChatEvent {
  choices?: { delta?: { content?: string | null } }[]
  usage?: { prompt_tokens: number; completion_tokens: number } | null
  error?: { message?: string }
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const data = line.startsWith('data:') ? line.slice(5).trim() : ''
        if (data !== '' && data !== '[DONE]') yield JSON.parse(data) as ChatEvent
      }
    }
  } finally {
    await reader.cancel()
  }
}

async function problemOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as ChatEvent
    return error?.message ?? `The gateway answered ${response.status}.`
  } catch {
    return `The gateway answered ${response.status}.`
  }
}
