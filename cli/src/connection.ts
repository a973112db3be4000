/** Which server, which credential, which account: from flags, the environment, or the last login. */
import { type Client, createClient } from '@commonhold/sdk'
import { type Credentials, readCredentials } from './credentials.ts'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'

/** Where `commonhold up` listens. */
export const urlDefault = 'http://127.0.0.1:7333'

export interface Connection {
  readonly url: string
  readonly client: Client
  /** What `login` keeps for this server, or null. */
  readonly stored: Credentials | null
  readonly hasCredential: boolean
}

/** @param url the flag, which goes before COMMONHOLD_URL and before the last login */
export async function connect(io: Io, url: string | undefined): Promise<Connection> {
  const last = await readCredentials(io)
  const base = normalised(url ?? io.env.COMMONHOLD_URL ?? last?.url ?? urlDefault)
  // A credential goes to the server that it is for, whatever address somebody names.
  const stored = last?.url === base ? last : null
  const token = io.env.COMMONHOLD_TOKEN || stored?.token
  const cookie = token === undefined ? stored?.cookie : undefined
  const client = createClient({
    baseUrl: base,
    token,
    csrfToken: () => stored?.csrfToken ?? null,
    ...(cookie === undefined ? {} : { fetch: withCookie(cookie) }),
  })
  return { url: base, client, stored, hasCredential: token !== undefined || cookie !== undefined }
}

/** A client with the operator key, which is never kept in a file. */
export async function connectAsOperator(io: Io, url: string | undefined): Promise<Client> {
  const key = io.env.COMMONHOLD_OPERATOR_KEY
  if (!key) {
    throw new UsageError('Set COMMONHOLD_OPERATOR_KEY to the operator key of the deployment.')
  }
  const last = await readCredentials(io)
  const base = normalised(url ?? io.env.COMMONHOLD_URL ?? last?.url ?? urlDefault)
  return createClient({ baseUrl: base, token: key })
}

/** @returns the account that is acted in when none is named on the command line. */
export async function accountOf(connection: Connection, io: Io): Promise<string> {
  const { stored, client } = connection
  if (io.env.COMMONHOLD_ACCOUNT) return io.env.COMMONHOLD_ACCOUNT
  if (!io.env.COMMONHOLD_TOKEN) return stored?.account ?? 'root'
  // A token is bound to one account, and the server knows which.
  return soleAccount((await client.me.get()).accounts)
}

/** Root where the caller is a member of it, else the one account that it is a member of. */
export function soleAccount(accounts: readonly { name: string; isRoot: boolean }[]): string {
  const [only, ...others] = accounts
  if (only === undefined || others.length > 0 || only.isRoot) return 'root'
  return only.name
}

export function normalised(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(`${url} is not an address such as https://commonhold.example.com`)
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '')
}

export function withCookie(cookie: string): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('cookie', cookie)
    return fetch(input, { ...init, headers })
  }
}
