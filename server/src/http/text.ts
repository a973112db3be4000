/**
 * What no text of a request may have, in whichever field it stands: a NUL character, which PostgreSQL
 * can't store, and half a surrogate pair, which is no letter. Checked here once instead of in each
 * field, because a field without the check would be a 500.
 */
import type { InputError } from '@commonhold/contract'

/** JSON that is nested deeper is nobody's settings, and would exhaust the stack of what walks it. */
export const nestingMax = 64

/**
 * @param value what JSON, a query string or a path was parsed to
 * @param at the pointer of the value
 * @returns the first fault of each kind of place; empty for most
 */
export function textFaults(value: unknown, at: string, depth = 0): InputError[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [unstorable(at)]
  if (typeof value !== 'object' || value === null) return []
  if (depth === nestingMax) {
    return [{ pointer: at, rule: 'too_deep', message: `is nested more than ${nestingMax} deep` }]
  }
  return Object.entries(value).flatMap(([key, child]) => {
    if (!isStorable(key)) return [unstorable(at)]
    return textFaults(child, `${at}/${escaped(key)}`, depth + 1)
  })
}

/** A key as a JSON pointer has it (RFC 6901). */
export function escaped(key: PropertyKey): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function unstorable(pointer: string): InputError {
  const message = 'has a NUL character or half a surrogate pair, which no text may have'
  return { pointer, rule: 'well_formed', message }
}
