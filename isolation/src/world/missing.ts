/** Ids that nothing has: what a foreign id has to be answered like. */
import { formatId, type IdPrefix, prefixOf } from '@commonhold/core'

// The first bits of an id are its time: this one says 2024, before there was anything.
const nothing = '01900000-0000-7000-8000-000000000000'

/** A well-formed id of the same kind that nothing has; other texts become a name that nothing has. */
export function missingLike(reference: string): string {
  const prefix = prefixOf(reference)
  return prefix === null ? 'nothing-has-this-name' : formatId(prefix as IdPrefix, nothing)
}
