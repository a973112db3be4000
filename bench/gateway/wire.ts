/**
 * The one call that every subject forwards, and the one answer that the upstream gives: a short chat
 * in OpenAI's format, whole or as a stream, with the usage that it is billed by.
 */

export const UPSTREAM_MODEL = 'bench-model'
export const CHUNKS_PER_STREAM = 50
export const usage = { prompt_tokens: 130, completion_tokens: CHUNKS_PER_STREAM, total_tokens: 180 }

const common = { id: 'chatcmpl-bench', created: 1_760_000_000, model: UPSTREAM_MODEL }
const words = Array.from({ length: CHUNKS_PER_STREAM }, (_, index) => `word${index % 10} `)

/** @param model what the subject calls the model; @param stream whether chunks are asked for */
export function requestBody(model: string, stream: boolean): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You answer in one short paragraph, plainly. '.repeat(4) },
      { role: 'user', content: 'Why do gateways keep a journal of what they spend? '.repeat(8) },
    ],
    max_tokens: 64,
    temperature: 0.2,
    ...(stream ? { stream: true } : {}),
  })
}

export const wholeAnswer = JSON.stringify({
  ...common,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: words.join('') },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
})

/** Each event as it stands on the wire, the usage that is sent only if asked for, and the end. */
export const streamEvents: readonly string[] = words.map((content, index) =>
  event([
    {
      index: 0,
      delta: index === 0 ? { role: 'assistant', content } : { content },
      finish_reason: index === CHUNKS_PER_STREAM - 1 ? 'stop' : null,
    },
  ]),
)
export const usageEvent = event([], { usage })
export const doneEvent = 'data: [DONE]\n\n'

function event(choices: readonly object[], more: object = {}): string {
  const value = { ...common, object: 'chat.completion.chunk', choices, ...more }
  return `data: ${JSON.stringify(value)}\n\n`
}
