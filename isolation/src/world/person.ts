/** People and programs that use a server: each with a client that carries their own credential. */
import { type Client, createClient } from '@commonhold/sdk'

export const password = 'correct horse battery staple'

export interface Person {
  readonly client: Client
  /** As a browser would send them, for requests that no client would make. */
  readonly headers: Readonly<Record<string, string>>
}

/** A browser's cookie jar, as small as one cookie. */
function withCookies(base: string): { fetch: typeof fetch; cookie(): string } {
  let cookie = ''
  return {
    cookie: () => cookie,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers)
      if (cookie !== '') headers.set('cookie', cookie)
      const response = await fetch(new URL(String(input), base), { ...init, headers })
      for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0]!
      return response
    },
  }
}

type Begin = (client: Client) => Promise<{ csrfToken: string }>

async function person(url: string, begin: Begin): Promise<Person> {
  let csrfToken: string | null = null
  const jar = withCookies(url)
  const client = createClient({ baseUrl: url, csrfToken: () => csrfToken, fetch: jar.fetch })
  csrfToken = (await begin(client)).csrfToken
  return { client, headers: { cookie: jar.cookie(), 'x-csrf-token': csrfToken } }
}

/** Signs in with e-mail and password. */
export function signIn(url: string, email: string, tenant?: string): Promise<Person> {
  return person(url, (client) => client.session.create({}, { email, password, tenant }))
}

/** Follows an invitation, or the first admin's link, and chooses the password. */
export function accept(url: string, link: string, email?: string): Promise<Person> {
  const secret = link.slice(link.indexOf('#') + 1)
  return person(url, (client) => client.invitation.accept({}, { secret, password, email }))
}

/** A program with a token. */
export function program(url: string, token: string): Person {
  return {
    client: createClient({ baseUrl: url, token }),
    headers: { authorization: `Bearer ${token}` },
  }
}
