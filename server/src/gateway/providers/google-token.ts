/**
 * A service account's key becomes an access token: a signed statement goes to Google's token endpoint, and
 * the token that comes back holds for an hour. It is kept per provider account until shortly before that, for
 * the very key that it was made with, so that a key which is replaced is used at once. While one is being
 * fetched, everybody waits for the same. It is asked for before anything is held, so a failure costs nothing.
 * https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { Id } from '@commonhold/core'
import { checkUpstreamUrl } from '../../outgoing/ssrf-guard.ts'
import { isObject } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'
import type { ProviderContext } from './provider.ts'

const scope = 'https://www.googleapis.com/auth/cloud-platform'
const tokenUrlDefault = 'https://oauth2.googleapis.com/token'
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const statementSeconds = 3_600
/** How long before its end a token is no longer used, in ms. */
export const earlyMs = 300_000
const answerMs = 10_000
const answerBytesMax = 64 * 1024

interface Token {
  readonly text: string
  readonly expiresAtMs: number
}

interface Kept {
  readonly key: string
  token: Token | null
  fetching: Promise<Token> | null
}

/** What one gateway keeps: gone with it. */
const keptBy = new WeakMap<ProviderContext, Map<Id<'pacc'>, Kept>>()

/**
 * @param key the JSON of the service account's key
 * @returns an access token
 * @throws Failure that says why there is none, without a word of the key
 */
export async function googleToken(
  context: ProviderContext,
  id: Id<'pacc'>,
  key: string,
): Promise<string> {
  const kept = keptFor(context, id, key)
  if (kept.token !== null && kept.token.expiresAtMs - earlyMs > Date.now()) return kept.token.text
  kept.fetching ??= fetchToken(context, key)
    .then((token) => {
      kept.token = token
      return token
    })
    .finally(() => {
      kept.fetching = null
    })
  try {
    return (await kept.fetching).text
  } catch (error) {
    // The one that is about to end still holds.
    if (kept.token !== null && kept.token.expiresAtMs > Date.now()) return kept.token.text
    throw error
  }
}

function keptFor(context: ProviderContext, id: Id<'pacc'>, key: string): Kept {
  const all = keptBy.get(context) ?? new Map<Id<'pacc'>, Kept>()
  keptBy.set(context, all)
  const known = all.get(id)
  if (known?.key === key) return known
  const made: Kept = { key, token: null, fetching: null }
  all.set(id, made)
  return made
}

async function fetchToken(context: ProviderContext, key: string): Promise<Token> {
  const { tokenUrl, statement } = statementOf(key, Math.floor(Date.now() / 1_000))
  const problem = checkUpstreamUrl(tokenUrl, context)
  if (problem !== null) throw refused(`Its token_uri can't be used. ${problem}`)
  const { origin, pathname } = new URL(tokenUrl)
  const answer = await context.agents.guarded
    .request({
      origin,
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: grantType, assertion: statement }).toString(),
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    })
    .catch(() => {
      throw new Failure('provider_unreachable', "Google's token endpoint could not be reached.")
    })
  const said = await readObject(answer.body)
  if (answer.statusCode === 200) return tokenIn(said)
  if (answer.statusCode >= 500 || answer.statusCode === 429) {
    throw new Failure('provider_error', "Google's token endpoint had an error.")
  }
  const code = typeof said?.error === 'string' && /^[a-z_]{1,40}$/.test(said.error)
  throw refused(code ? `It says: ${String(said.error)}.` : '')
}

async function readObject(body: AsyncIterable<Buffer>) {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > answerBytesMax) return null
      chunks.push(chunk)
    }
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function tokenIn(said: Awaited<ReturnType<typeof readObject>>): Token {
  const { access_token: text, expires_in: seconds } = said ?? {}
  if (typeof text !== 'string' || typeof seconds !== 'number') {
    throw new Failure(
      'provider_answer_malformed',
      "Google's token endpoint sent an answer that can not be read.",
    )
  }
  return { text, expiresAtMs: Date.now() + seconds * 1_000 }
}

function refused(more: string): Failure {
  const message = "Google refused the service account's key. An admin has to replace it."
  return new Failure('provider_auth_failed', `${message} ${more}`.trim(), { shouldRetry: false })
}

/** @returns what is sent, signed (RFC 7523), and where to */
function statementOf(key: string, nowSeconds: number): { tokenUrl: string; statement: string } {
  const { email, keyId, privateKey, tokenUrl } = readKey(key)
  const claims = {
    iss: email,
    scope,
    aud: tokenUrl,
    iat: nowSeconds,
    exp: nowSeconds + statementSeconds,
  }
  const head = { alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) }
  const text = `${encoded(head)}.${encoded(claims)}`
  const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')
  return { tokenUrl, statement: `${text}.${signature}` }
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

interface ReadKey {
  readonly email: string
  readonly keyId: string | null
  readonly privateKey: KeyObject
  readonly tokenUrl: string
}

/** What was checked when it was saved may still be another version's. */
function readKey(json: string): ReadKey {
  try {
    const key = JSON.parse(json) as Record<string, unknown>
    return {
      email: String(key.client_email),
      keyId: typeof key.private_key_id === 'string' ? key.private_key_id : null,
      privateKey: createPrivateKey(String(key.private_key)),
      tokenUrl: typeof key.token_uri === 'string' ? key.token_uri : tokenUrlDefault,
    }
  } catch {
    throw refused('It can not be read.')
  }
}
