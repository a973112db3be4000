/** Who is signed in, and what the sign-in page has to know before anybody is. */
import { queryOptions } from '@tanstack/react-query'
import { client, rememberCsrfToken } from './client.ts'
import { forgetPlaygroundTokens } from './gateway.ts'
import { queryClient } from './query-client.ts'
import { isStatus } from './sentence.ts'

export type Session = Awaited<ReturnType<typeof client.session.get>>

/** The session, or null for nobody: that is an answer here and not an error. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await client.session.get()
      rememberCsrfToken('session', session.csrfToken)
      return session
    } catch (error) {
      if (isStatus(error, 401)) return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** Takes over a session that was just made. Nothing of a former one stays in the cache. */
export function startSession(session: Session): void {
  queryClient.clear()
  forgetPlaygroundTokens()
  rememberCsrfToken('session', session.csrfToken)
  queryClient.setQueryData(sessionQuery.queryKey, session)
}

export async function endSession(): Promise<void> {
  await client.session.delete()
  forgetSession()
}

/** Leaves nothing of the person in the cache. What anybody may know stays: a page may show it. */
export function forgetSession(): void {
  forgetPlaygroundTokens()
  rememberCsrfToken('session', null)
  queryClient.setQueryData(sessionQuery.queryKey, null)
  queryClient.removeQueries({ predicate: ({ queryKey }) => !PUBLIC_KEYS.has(String(queryKey[0])) })
}

/** Whether it is known already that nobody is signed in: several queries may learn of it at once. */
export function isSignedOut(): boolean {
  return queryClient.getQueryData(sessionQuery.queryKey) === null
}

const PUBLIC_KEYS = new Set(['session', 'deployment'])

export function deploymentQuery(tenant: string | undefined) {
  return queryOptions({
    queryKey: ['deployment', tenant ?? null],
    queryFn: () => client.deployment.get(tenant === undefined ? {} : { tenant }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => client.me.get(),
  staleTime: 30_000,
})

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: () => client.tenant.get(),
  staleTime: 30_000,
})

export function accountMeQuery(account: string) {
  return queryOptions({
    queryKey: ['account', account, 'me'],
    queryFn: () => client.me.account({ account }),
    staleTime: 30_000,
  })
}
