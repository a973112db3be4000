/**
 * A span of time as the address has it: the last so many days, or from one moment to another. Days
 * begin at midnight of the reader's own zone, so that the span stays the same all day long.
 */
import type { Search } from './search.ts'

export const ranges = [
  { value: '1', label: 'Today' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const

export const RANGE_DEFAULT = '30'

export interface Range {
  /** RFC 3339. */
  from: string
  /** Absent: until now. */
  to: string | undefined
  /** The choice it came from; null for a span of its own. */
  days: string | null
}

export function rangeIn(search: Search): Range {
  const { from, to } = search
  if (from !== undefined) return { from, to, days: null }
  const days = ranges.find(({ value }) => value === search.range)?.value ?? RANGE_DEFAULT
  return { from: startOfDay(Number(days) - 1).toISOString(), to: undefined, days }
}

/** @returns midnight, so many days ago, in the reader's zone */
export function startOfDay(daysAgo: number): Date {
  const date = new Date()
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() - daysAgo)
  return date
}

export const ownTimeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

const DAYS_MAX = 400

/** @returns each day of the span as `2026-11-03`, the first and the last included */
export function daysOf({ from, to }: Range): string[] {
  const end = to === undefined ? new Date() : new Date(Date.parse(to) - 1)
  const day = new Date(from)
  const days: string[] = []
  while (day <= end && days.length < DAYS_MAX) {
    days.push(dayKey(day))
    day.setDate(day.getDate() + 1)
  }
  return days
}

export function dayKey(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** @returns the span of one day, for the address */
export function spanOfDay(key: string): { from: string; to: string } {
  const from = new Date(`${key}T00:00:00`)
  const to = new Date(from)
  to.setDate(to.getDate() + 1)
  return { from: from.toISOString(), to: to.toISOString() }
}
