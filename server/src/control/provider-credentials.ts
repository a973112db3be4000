/**
 * What an account at a vendor signs in with: an API key, or what its cloud has instead. Which of them hold
 * after a change is decided before anything is written, so that two never hold at once: an access key of
 * AWS goes with its secret and its session token, and a service account's key with none beside it.
 */
import { createPrivateKey } from 'node:crypto'
import { type ProviderSecret, providerPreset, providerSecrets, Refusal } from '@commonhold/contract'
import type { Change, Spec } from './resource.ts'

export function refuse(pointer: string, sentence: string): Refusal {
  return new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: `/${pointer}`, rule: 'refused_by_rule', message: sentence }],
  })
}

/** What each secret becomes: a text is written, null is taken away, absent stays as it is. */
export type SecretChanges = Readonly<Partial<Record<ProviderSecret, string | null>>>

/** @throws refused_by_rule for a field that the provider does not take */
export function refuseUntaken({ spec, given }: Change): void {
  const taken = takenBy(spec)
  for (const field of [...providerSecrets, 'accessKeyId', 'region', 'project', 'apiVersion']) {
    const value = given[field] ?? spec[field]
    if (value !== undefined && value !== null && !taken.includes(field)) {
      throw refuse(field, `The provider ${String(spec.provider)} takes no ${field}.`)
    }
  }
}

function takenBy({ provider }: Spec): readonly string[] {
  return ['apiKey', ...(providerPreset(String(provider))?.fields ?? [])]
}

/** @throws refused_by_rule for what does not go together */
export function secretChanges({ before, spec, given }: Change): SecretChanges {
  const { provider } = spec
  const isOther = before !== null && before.spec.provider !== provider
  const taken = takenBy(spec)
  const changes: SecretChanges = Object.fromEntries(
    providerSecrets.flatMap((field) => {
      if (field in given) return [[field, given[field] as string | null]]
      return isOther && !taken.includes(field) ? [[field, null]] : []
    }),
  )
  if (provider === 'bedrock') return bedrockChanges(before?.spec ?? {}, spec, changes)
  return provider === 'vertex' ? vertexChanges(changes) : changes
}

function bedrockChanges(before: Spec, spec: Spec, changes: SecretChanges): SecretChanges {
  if (spec.accessKeyId === undefined) {
    if (changes.secretAccessKey || changes.sessionToken) {
      throw refuse('accessKeyId', 'Give accessKeyId with its secretAccessKey.')
    }
    return { ...changes, secretAccessKey: null, sessionToken: null }
  }
  if (changes.apiKey) {
    throw refuse(
      'apiKey',
      'Give either apiKey or accessKeyId with secretAccessKey; null takes accessKeyId away.',
    )
  }
  const isOther = before.accessKeyId !== spec.accessKeyId
  if (changes.secretAccessKey === null || (isOther && !changes.secretAccessKey)) {
    throw refuse('secretAccessKey', 'Give the secretAccessKey of this accessKeyId.')
  }
  // A session token belongs to the secret that it came with.
  const session = changes.secretAccessKey ? { sessionToken: null } : {}
  return { ...session, ...changes, apiKey: null }
}

function vertexChanges(changes: SecretChanges): SecretChanges {
  const { apiKey, serviceAccountKey } = changes
  if (apiKey && serviceAccountKey) {
    throw refuse('apiKey', 'Give either apiKey or serviceAccountKey.')
  }
  if (serviceAccountKey) return { ...changes, apiKey: null }
  return apiKey ? { ...changes, serviceAccountKey: null } : changes
}

export interface ServiceAccount {
  readonly projectId: string | null
  readonly tokenUrl: string | null
}

/** @throws refused_by_rule that says what is wrong with the file, and nothing of what is in it */
export function readServiceAccountKey(text: string): ServiceAccount {
  const wrong = (what: string) =>
    refuse('serviceAccountKey', `Give the JSON file of a service account's key as it is: ${what}.`)
  const key = parsed(text)
  if (key === null) throw wrong('this is not a JSON object')
  if (key.type !== 'service_account') throw wrong('its type is not service_account')
  if (typeof key.client_email !== 'string') throw wrong('client_email is missing')
  if (typeof key.private_key !== 'string') throw wrong('private_key is missing')
  if (!isRsaKey(key.private_key)) throw wrong('private_key is not an RSA key in PEM')
  return {
    projectId: typeof key.project_id === 'string' ? key.project_id : null,
    tokenUrl: typeof key.token_uri === 'string' ? key.token_uri : null,
  }
}

function parsed(text: string): Spec | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) ? (value as Spec | null) : null
  } catch {
    return null
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
