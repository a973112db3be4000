/**
 * Anthropic. Clients of its own format pass by with the model's name replaced. What a client asks for by
 * `anthropic-beta` is passed on where it changes neither what a token costs nor whose data is reached;
 * anything else there is refused, because nobody here knows what it does.
 */
import { editedBody } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'
import { baseUrlOf } from './base-url.ts'
import { jsonHeaders } from './openai-compatible.ts'
import type { Provider, UpstreamCall, UpstreamRoute } from './provider.ts'

const versionDefault = '2023-06-01'
const versionFormat = /^\d{4}-\d{2}-\d{2}$/

const paths: Partial<Readonly<Record<UpstreamRoute, string>>> = {
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
}

/** Without their dates, which are versions of the same. */
const betas: ReadonlySet<string> = new Set([
  'advanced-tool-use',
  'claude-code',
  'computer-use',
  'context-management',
  'effort',
  'extended-cache-ttl',
  'fine-grained-tool-streaming',
  'interleaved-thinking',
  'max-tokens-3-5-sonnet',
  'mid-conversation-output-config',
  'mid-conversation-tool-changes',
  'model-context-window-exceeded',
  'output-128k',
  'output-300k',
  'pdfs',
  'prompt-caching',
  'prompt-caching-scope',
  'structured-outputs',
  'task-budgets',
  'thinking-display-updates',
  'thinking-token-count',
  'token-counting',
  'token-efficient-tools',
])

export const anthropic: Provider = {
  clientGone: 'bill_estimate',

  routeFor(route) {
    if (route === 'count_tokens') return 'count_tokens'
    return route === 'messages' || route === 'chat' ? 'messages' : null
  },

  endpoint(context, call) {
    const base = baseUrlOf(context, call.entry)
    if (typeof base === 'string') return base
    const path = base.path + (paths[call.route] ?? '')
    return { agent: context.agents.guarded, origin: base.origin, path, headers: headersOf(call) }
  },

  ownBody: (body, model) =>
    editedBody(body, new Map([['model', JSON.stringify(model.upstreamModel)]])),

  writeOptions: ({ upstreamModel, outputTokensMax }) => ({ upstreamModel, outputTokensMax }),
}

function headersOf({ entry, header }: UpstreamCall): Readonly<Record<string, string>> {
  const asked = header('anthropic-version')
  const version = asked !== null && versionFormat.test(asked) ? asked : versionDefault
  const apiKey = entry.apiKey()
  const beta = checkedBetas(header('anthropic-beta'))
  return {
    ...jsonHeaders,
    'anthropic-version': version,
    ...(apiKey === null ? {} : { 'x-api-key': apiKey }),
    ...(beta === null ? {} : { 'anthropic-beta': beta }),
  }
}

/** @throws Failure invalid_request that names the first that is not known to be harmless */
export function checkedBetas(header: string | null): string | null {
  if (header === null) return null
  const names = header.split(',').map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  const unknown = given.find(
    (name) => !betas.has(name.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '')),
  )
  if (unknown === undefined) return given.length === 0 ? null : given.join(',')
  throw new Failure(
    'invalid_request',
    `The beta '${unknown.slice(0, 100)}' is not passed on: what it does may cost more than the ` +
      'price of the model says, or reach what is not yours. Leave it out.',
    { param: 'anthropic-beta', shouldRetry: false },
  )
}
