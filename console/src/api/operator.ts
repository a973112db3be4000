/**
 * What the operator reads and changes. It has a session of its own, beside that of any person, and a
 * branch of the cache of its own; no acting account is in it.
 */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { operatorClient, rememberCsrfToken } from './client.ts'
import { complain, say } from './query.ts'
import { OPERATOR_KEY } from './query-client.ts'
import { isStatus } from './sentence.ts'

export type OperatorTenant = Awaited<ReturnType<typeof operatorClient.operatorTenant.get>>

/** The operator's session, or null for nobody. */
export const operatorSessionQuery = queryOptions({
  queryKey: [OPERATOR_KEY, 'session'],
  queryFn: async () => {
    try {
      const session = await operatorClient.operatorSession.get()
      rememberCsrfToken('operator', session.csrfToken)
      return session
    } catch (error) {
      if (!isStatus(error, 401) && !isStatus(error, 403)) throw error
      return null
    }
  },
  staleTime: 60_000,
})

export const operatorSettingsQuery = queryOptions({
  queryKey: [OPERATOR_KEY, 'settings'],
  queryFn: () => operatorClient.operatorSettings.get(),
})

type TenantsQuery = NonNullable<Parameters<typeof operatorClient.operatorTenant.list>[0]>

export function tenantsQuery(query: TenantsQuery) {
  return queryOptions({
    queryKey: [OPERATOR_KEY, 'tenants', query],
    queryFn: () => operatorClient.operatorTenant.list(query),
    placeholderData: (before) => before,
  })
}

interface OperatorChange<Out> {
  done?: (out: Out) => string
  onDone?: (out: Out) => void
  /** The form shows the error itself. */
  quiet?: boolean
}

export function useOperatorChange<In, Out>(
  change: (input: In) => Promise<Out>,
  { done, onDone, quiet = false }: OperatorChange<Out> = {},
) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async (out) => {
      onDone?.(out)
      if (done !== undefined) say(done(out))
      await cache.invalidateQueries({ queryKey: [OPERATOR_KEY] })
    },
    onError: (error) => {
      if (!quiet) complain(error)
    },
  })
}
