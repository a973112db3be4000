/** Where webhooks may be: what provider accounts may be, and encrypted on the way. */
import { checkUpstreamUrl, type GuardOptions } from './ssrf-guard.ts'

/**
 * Plain http serves receivers in the operator's own network, so it goes where that is allowed.
 *
 * @returns a sentence for its author, or null where it may be saved
 */
export function checkWebhookAddress(text: string, options: GuardOptions): string | null {
  const problem = checkUpstreamUrl(text, options)
  if (problem !== null) return problem
  if (new URL(text).protocol === 'https:' || options.allowPrivate) return null
  return 'The address must begin with https://: what is told there is nobody else’s business.'
}
