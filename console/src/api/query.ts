/**
 * Reading and changing things in the acting account. Keys begin with the account, so that one change
 * marks everything in it as stale: what is on the screen is read again, the rest when it is looked at.
 */
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useActing } from './acting.ts'
import { sentence } from './sentence.ts'

export interface ListPage<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number
}

export interface ListQuery {
  limit?: number | undefined
  q?: string | undefined
  sort?: string | undefined
  cursor?: string | undefined
  [filter: `filter[${string}]`]: string | undefined
}

/**
 * A list function of the client. Its parameters are declared as a method's, so that it may take
 * less than any text: what the address of a page says is checked by the server.
 */
type ReadList<T> = { read(query: ListQuery & { account: string }): Promise<ListPage<T>> }['read']

interface Timing {
  /** Read again this often while the page is visible. */
  refetchIntervalMs?: number
  enabled?: boolean
}

interface ListOptions extends Timing {
  /** What the path names besides the account. */
  params?: Readonly<Record<string, string>>
}

/** A page of a list of the acting account. While the next one loads, the last one stays. */
export function useList<T>(
  noun: string,
  query: ListQuery,
  read: ReadList<T>,
  { params = {}, ...timing }: ListOptions = {},
) {
  const { account } = useActing()
  return useQuery({
    queryKey: ['account', account, noun, 'list', params, query],
    queryFn: () => read({ ...query, ...params, account }),
    placeholderData: keepPreviousData,
    ...options(timing),
  })
}

/** One thing of the acting account. */
export function useOne<T>(
  noun: string,
  id: string,
  read: (account: string) => Promise<T>,
  timing: Timing = {},
) {
  const { account } = useActing()
  return useQuery({
    queryKey: ['account', account, noun, 'one', id],
    queryFn: () => read(account),
    ...options(timing),
  })
}

function options({ refetchIntervalMs, enabled }: Timing) {
  return {
    ...(refetchIntervalMs === undefined ? {} : { refetchInterval: refetchIntervalMs }),
    ...(enabled === undefined ? {} : { enabled }),
  }
}

interface ChangeOptions<Out> {
  /** What to say when it worked, as a sentence. Nothing is said without it. */
  done?: string | ((out: Out) => string) | undefined
  onDone?: ((out: Out) => void) | undefined
  /** The form shows the error itself. */
  quiet?: boolean
}

/** A change in the acting account. Says when it worked, and why not if it didn't. */
export function useChange<In, Out>(
  change: (input: In, account: string) => Promise<Out>,
  { done, onDone, quiet = false }: ChangeOptions<Out> = {},
) {
  const { account } = useActing()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: In) => change(input, account),
    onSuccess: async (out) => {
      onDone?.(out)
      if (done !== undefined) say(typeof done === 'function' ? done(out) : done)
      await cache.invalidateQueries({ queryKey: ['account', account] })
    },
    onError: (error) => {
      if (!quiet) complain(error)
    },
  })
}

export function say(message: string): void {
  notifications.show({ message, color: 'petrol', withBorder: true })
}

export function complain(error: unknown): void {
  notifications.show({ message: sentence(error), color: 'red', withBorder: true, autoClose: 9_000 })
}
