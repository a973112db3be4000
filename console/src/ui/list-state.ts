/** What a list shows, kept in the address: search, sort, filters and the cursor of the page. */
import { useLocation, useRouter } from '@tanstack/react-router'
import type { ListQuery } from '../api/query.ts'
import { useSearchState } from './search.ts'

const PAGE_ITEMS = 50

export interface ListState {
  readonly query: ListQuery
  readonly q: string
  readonly sort: string
  /** Whether the list is narrowed, so that "nothing found" can be told from "nothing there". */
  readonly isNarrowed: boolean
  readonly isFirstPage: boolean
  readonly hasPrevious: boolean
  filter(name: string): string | undefined
  search(q: string): void
  sortBy(sort: string): void
  filterBy(name: string, value: string | null): void
  narrowNot(): void
  next(cursor: string): void
  previous(): void
  first(): void
}

interface PagesBehind {
  pagesBehind?: number
}

/**
 * @param sort the order when the address says none
 * @param filters the names of the filters that this list takes from the address
 */
export function useListState(sort: string, filters: readonly string[] = []): ListState {
  const [search, change] = useSearchState()
  const router = useRouter()
  const { pagesBehind = 0 } = useLocation({ select: (l) => l.state as PagesBehind })
  const active = filters.filter((name) => search[name] !== undefined)
  const q = search.q ?? ''
  const none = Object.fromEntries([...filters, 'q', 'cursor'].map((name) => [name, undefined]))
  return {
    query: {
      limit: PAGE_ITEMS,
      sort: search.sort ?? sort,
      ...(q === '' ? {} : { q }),
      ...(search.cursor === undefined ? {} : { cursor: search.cursor }),
      ...Object.fromEntries(active.map((name) => [`filter[${name}]`, search[name]])),
    },
    q,
    sort: search.sort ?? sort,
    isNarrowed: q !== '' || active.length > 0,
    isFirstPage: search.cursor === undefined,
    hasPrevious: pagesBehind > 0,
    filter: (name) => search[name],
    search: (text) => change({ q: text, cursor: undefined }),
    sortBy: (by) => change({ sort: by === sort ? undefined : by, cursor: undefined }),
    filterBy: (name, value) => change({ [name]: value ?? undefined, cursor: undefined }),
    narrowNot: () => change(none),
    next: (cursor) =>
      change({ cursor }, { replace: false, state: { pagesBehind: pagesBehind + 1 } }),
    previous: () => router.history.back(),
    first: () => change({ cursor: undefined }),
  }
}
