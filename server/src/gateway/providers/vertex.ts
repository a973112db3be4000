/**
 * Google's Vertex AI: Gemini by Gemini's format, and Claude by Anthropic's, each under the address of its
 * maker, with a token that a service account's key is exchanged for (google-token.ts) or with an API key.
 */
import { editedBody } from '../admission/json-body.ts'
import type { ProviderEntry } from '../snapshot/entries.ts'
import { checkedBetas } from './anthropic.ts'
import { baseUrlOf } from './base-url.ts'
import { googleToken } from './google-token.ts'
import { jsonHeaders } from './openai-compatible.ts'
import type { Endpoint, Provider, ProviderContext, UpstreamCall } from './provider.ts'

/** https://docs.claude.com/en/api/claude-on-vertex-ai: in the body, in place of the header. */
const anthropicVersion = 'vertex-2023-10-16'

export const vertex: Provider = {
  clientGone: 'bill_estimate',

  routeFor(route, upstreamModel) {
    const { publisher } = publishedModel(upstreamModel)
    if (route === 'count_tokens') return publisher === 'anthropic' ? 'count_tokens' : null
    if (route !== 'chat' && route !== 'messages') return null
    if (publisher === 'anthropic') return 'messages'
    return publisher === 'google' ? 'generate' : null
  },

  async endpoint(context, call) {
    const { entry } = call
    const { region, project } = entry.spec
    if (typeof region !== 'string') return 'The provider account has no region.'
    const base = baseUrlOf(context, entry, vertexUrl(region))
    if (typeof base === 'string') return base
    const signIn = await signInOf(context, entry)
    if (typeof signIn === 'string') return signIn
    // Without a project an API key stands for one.
    const scope =
      typeof project === 'string'
        ? `/projects/${encodeURIComponent(project)}/locations/${region}`
        : ''
    return {
      agent: context.agents.guarded,
      origin: base.origin,
      path: `${base.path}/v1${scope}${modelPath(call)}`,
      headers: { ...signIn.headers, ...betasOf(call) },
      secrets: signIn.secrets,
    }
  },

  /** Of Anthropic's format alone: no client speaks the other. Who counts is told the model in the body. */
  ownBody(body, { upstreamModel }, route) {
    const model = route === 'count_tokens' ? publishedModel(upstreamModel).name : null
    return editedBody(
      body,
      new Map([
        ['model', model === null ? null : JSON.stringify(model)],
        ['anthropic_version', JSON.stringify(anthropicVersion)],
      ]),
    )
  },

  writeOptions: ({ upstreamModel, outputTokensMax }) => ({
    upstreamModel: publishedModel(upstreamModel).name,
    outputTokensMax,
    anthropicVersion,
    hasCallIds: false,
  }),
}

/** A region's own host; `global` has none in its name, and `us` and `eu` are of several regions. */
export function vertexUrl(region: string): string {
  if (region === 'global') return 'https://aiplatform.googleapis.com'
  if (region === 'us' || region === 'eu') return `https://aiplatform.${region}.rep.googleapis.com`
  return `https://${region}-aiplatform.googleapis.com`
}

/** `claude-…` is Anthropic's, whatever else has no maker before it is Google's. */
export function publishedModel(upstreamModel: string): { publisher: string; name: string } {
  const [, publisher, name] = /^([a-z0-9-]+)\/(.+)$/.exec(upstreamModel) ?? []
  if (publisher !== undefined && name !== undefined) return { publisher, name }
  const isClaude = upstreamModel.startsWith('claude-')
  return { publisher: isClaude ? 'anthropic' : 'google', name: upstreamModel }
}

function modelPath({ model, route, isStream }: UpstreamCall): string {
  if (route === 'count_tokens') return '/publishers/anthropic/models/count-tokens:rawPredict'
  const { publisher, name } = publishedModel(model.upstreamModel)
  const action =
    route === 'messages'
      ? isStream
        ? 'streamRawPredict'
        : 'rawPredict'
      : isStream
        ? 'streamGenerateContent?alt=sse'
        : 'generateContent'
  return `/publishers/${publisher}/models/${encodeURIComponent(name).replaceAll('%40', '@')}:${action}`
}

function betasOf({ route, header }: UpstreamCall): Readonly<Record<string, string>> {
  if (route === 'generate') return {}
  const beta = checkedBetas(header('anthropic-beta'))
  return beta === null ? {} : { 'anthropic-beta': beta }
}

type SignIn = Required<Pick<Endpoint, 'headers' | 'secrets'>>

/**
 * @returns a sentence where the account has no key
 * @throws Failure where Google gives no token for it
 */
async function signInOf(context: ProviderContext, entry: ProviderEntry): Promise<SignIn | string> {
  const key = entry.secret('serviceAccountKey')
  if (key !== null) {
    const token = await googleToken(context, entry.id, key)
    return { headers: { ...jsonHeaders, authorization: `Bearer ${token}` }, secrets: [token] }
  }
  const apiKey = entry.apiKey()
  if (apiKey === null) return 'The provider account has no key.'
  return { headers: { ...jsonHeaders, 'x-goog-api-key': apiKey }, secrets: [apiKey] }
}
