/**
 * Amazon Bedrock, by its Converse. Signed with an access key, or with an API key of Bedrock's own. What is
 * signed is the body as it goes out and the path as it is sent: a model's id has a colon or is a whole ARN,
 * which is escaped once in the path and once more in what is signed.
 */
import { AwsV4Signer } from 'aws4fetch'
import type { ProviderEntry } from '../snapshot/entries.ts'
import { loadFrames } from '../wire/bedrock-converse/frames.ts'
import { baseUrlOf } from './base-url.ts'
import { jsonHeaders } from './openai-compatible.ts'
import type { Endpoint, Provider } from './provider.ts'

export const bedrock: Provider = {
  clientGone: 'bill_estimate',
  routeFor: (route) => (route === 'chat' || route === 'messages' ? 'converse' : null),

  async endpoint(context, { entry, model, isStream }) {
    const { region } = entry.spec
    if (typeof region !== 'string') return 'The provider account has no region.'
    const base = baseUrlOf(context, entry, runtimeUrl(region))
    if (typeof base === 'string') return base
    if (isStream) await loadFrames()
    const action = isStream ? 'converse-stream' : 'converse'
    const path = `${base.path}/model/${encodeURIComponent(model.upstreamModel)}/${action}`
    const signIn = signInOf(entry, region, base.origin + path)
    if (typeof signIn === 'string') return signIn
    return { agent: context.agents.guarded, origin: base.origin, path, ...signIn }
  },

  // No client speaks this format here, so there is no body to pass by.
  ownBody: ({ text }) => text,
  writeOptions: ({ upstreamModel, outputTokensMax }) => ({ upstreamModel, outputTokensMax }),
}

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html; China has a domain of its own. */
export function runtimeUrl(region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://bedrock-runtime.${region}.${domain}`
}

type SignIn = Pick<Endpoint, 'headers' | 'sign' | 'secrets'>

/** @returns a sentence where there is nothing to sign with */
function signInOf(entry: ProviderEntry, region: string, url: string): SignIn | string {
  const { accessKeyId } = entry.spec
  if (typeof accessKeyId !== 'string') {
    const apiKey = entry.apiKey()
    if (apiKey === null) return 'The provider account has no key.'
    return { headers: { ...jsonHeaders, authorization: `Bearer ${apiKey}` } }
  }
  const secretAccessKey = entry.secret('secretAccessKey')
  if (secretAccessKey === null) return 'The provider account has no secret access key.'
  const sessionToken = entry.secret('sessionToken')
  const session = sessionToken === null ? {} : { sessionToken }
  return {
    headers: jsonHeaders,
    secrets: [secretAccessKey, accessKeyId, ...Object.values(session)],
    sign: async (body) => {
      const keys = { accessKeyId, secretAccessKey, ...session }
      const signer = new AwsV4Signer({ url, body, service: 'bedrock', region, ...keys })
      const { headers } = await signer.sign()
      return Object.fromEntries(headers)
    },
  }
}
