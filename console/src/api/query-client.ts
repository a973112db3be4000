/**
 * One cache of what the server said. A 401 anywhere while signed in means that the session was
 * revoked or has run out: the cache is emptied at once and the person is told.
 */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { isStatus } from './sentence.ts'

const STALE_MS = 10_000

type Listener = () => void
let onSessionEnded: Listener = () => {}

export function whenSessionEnds(listener: Listener): void {
  onSessionEnded = listener
}

/** The operator's queries have a session of their own and deal with its end themselves. */
export const OPERATOR_KEY = 'operator'

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (isStatus(error, 401) && query.queryKey[0] !== OPERATOR_KEY) onSessionEnded()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // The client repeats by itself what is worth it.
      retry: false,
    },
    mutations: { retry: false },
  },
})
