/** Ids and names that nothing has: what foreign ones have to be answered like. */
import { formatId, type IdPrefix, prefixOf } from '@commonhold/core'

// The first bits of an id are its time: this one says 2024, before there was anything.
const nothing = '01900000-0000-7000-8000-000000000000'
const nobody = 'nothing-has-this-name'

/** A well-formed id of the same kind that nothing has; for a name, one of the same form. */
export function missingLike(reference: string): string {
  const prefix = prefixOf(reference)
  if (prefix !== null) return formatId(prefix as IdPrefix, nothing)
  if (reference.includes('@')) return `${nobody}@check.invalid`
  return reference
    .split('/')
    .map(() => nobody)
    .join('/')
}
