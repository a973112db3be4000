/**
 * A page of a review. When something was last used is worked out for all of it, so the order and the
 * place in it are found here and not by the database; the cursor is the same as elsewhere, a value and
 * an id, and so is the list's behaviour when something is written meanwhile.
 */
import type { Page, PageRequest } from '../store/page.ts'

/** What a list may be sorted by; texts that sort as the values do. */
export type SortValues<Row> = Readonly<Record<string, (row: Row) => string>>

/** As many digits as any time has, so that texts sort as times do. */
const timeDigits = 15
const digits = (atMs: number) => String(Math.round(atMs)).padStart(timeDigits, '0')

/** Never comes before everything: what was never used is what one looks for. */
export const timeValue = (atMs: number | null) => (atMs === null ? '' : digits(atMs))

/** What has no end comes after everything that has one. */
export const endValue = (atMs: number | null) => (atMs === null ? '~' : digits(atMs))

/** @param all whatever the filters leave, in any order */
export function pageOf<Row>(
  all: readonly Row[],
  { sort, after, limit }: PageRequest,
  values: SortValues<Row>,
  idOf: (row: Row) => string,
): Page<Row> {
  const descending = sort.startsWith('-')
  const value = values[descending ? sort.slice(1) : sort]!
  const sign = descending ? -1 : 1
  const places = all.map((row) => ({ row, value: value(row), id: idOf(row) }))
  places.sort((a, b) => sign * compare(a, b))
  const rest = after === null ? places : places.filter((place) => sign * compare(place, after) > 0)
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1)! : null
  return {
    rows: page.map((place) => place.row),
    next: last && { value: last.value, id: last.id },
    total: all.length,
  }
}

interface Place {
  readonly value: string
  readonly id: string
}

function compare(a: Place, b: Place): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** How many there are by finding, without those that nothing has. */
export function countFindings(all: readonly { readonly findings: readonly string[] }[]): {
  total: number
  findings: Record<string, number>
} {
  const counts: Record<string, number> = {}
  for (const { findings } of all) {
    for (const finding of findings) counts[finding] = (counts[finding] ?? 0) + 1
  }
  return { total: all.length, findings: counts }
}
