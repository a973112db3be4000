/**
 * Sends one message to one receiver, once. Only the status of the answer is looked at: a receiver
 * must not be able to have anything of what it answers shown, nor to lead elsewhere by a redirect.
 */
import { Agent, request } from 'undici'
import { guardedConnector } from './guarded-connector.ts'
import { type GuardOptions, UnsafeAddressError } from './ssrf-guard.ts'

/** From the first try to connect to the answer's headers. */
export const webhookTimeoutMs = 10_000
/** The receiver has unsubscribed (Standard Webhooks): it is not asked again. */
export const statusGone = 410

export interface WebhookOutcome {
  /** Null where there was no answer. */
  readonly status: number | null
  /** A sentence for the admin; null where the message was taken. */
  readonly error: string | null
}

export interface WebhookSender {
  /** Never throws. */
  post(address: string, headers: Record<string, string>, body: string): Promise<WebhookOutcome>
  close(): Promise<void>
}

export function openWebhookSender(
  guard: GuardOptions,
  timeoutMs = webhookTimeoutMs,
): WebhookSender {
  const agent = new Agent({ connect: guardedConnector(guard, timeoutMs), pipelining: 1 })
  return {
    post: async (address, headers, body) => {
      try {
        const answer = await request(address, {
          method: 'POST',
          dispatcher: agent,
          headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'commonhold' },
          body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          signal: AbortSignal.timeout(timeoutMs),
        })
        answer.body.on('error', () => undefined).destroy()
        return { status: answer.statusCode, error: problemOf(answer.statusCode) }
      } catch (error) {
        return { status: null, error: sentenceOf(error as Error & { code?: string }) }
      }
    },
    close: () => agent.destroy(),
  }
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) {
    return 'The receiver redirects, which is not followed. Give the address that it leads to.'
  }
  return status === statusGone
    ? 'The receiver wants no more messages.'
    : 'The receiver answered that it did not take the message.'
}

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no host of that name.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ECONNREFUSED: 'Nothing listens at that address.',
  ECONNRESET: 'The receiver closed the connection.',
  UND_ERR_SOCKET: 'The receiver closed the connection.',
  UND_ERR_CONNECT_TIMEOUT: 'The receiver could not be reached in time.',
}

/** What went wrong, in words of our own: an error's text may hold the address, or what it answered. */
function sentenceOf(error: Error & { code?: string }): string {
  if (error instanceof UnsafeAddressError) return error.message.replace(/^\S+/, 'The address')
  if (error.name === 'TimeoutError') return 'The receiver did not answer in time.'
  if (error.code?.startsWith('CERT') || error.code?.includes('SSL')) {
    return 'The receiver’s certificate is not valid.'
  }
  return sentences[error.code ?? ''] ?? 'The receiver could not be reached.'
}
