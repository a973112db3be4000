/** The state of a page is in its address: what is searched, sorted, filtered, which tab is open. */
import { useLocation, useNavigate } from '@tanstack/react-router'

export type Search = Record<string, string>

/** How the router reads and writes the query: plain text, since ids and names are never JSON. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

type Changes = Readonly<Record<string, string | undefined>>

/** @returns the query of the address, and a function that changes some of it. */
export function useSearchState() {
  const search = useLocation({ select: (location) => location.search as Search })
  const navigate = useNavigate()
  const change = (changes: Changes, { replace = true, state = {} } = {}) =>
    navigate({
      to: '.',
      search: (before: Search) => merged(before, changes),
      replace,
      state,
      resetScroll: false,
    })
  return [search, change] as const
}

function merged(before: Search, changes: Changes): Search {
  const all: Record<string, string | undefined> = { ...before, ...changes }
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(given) as Search
}
