/** Searching for part of a name. */

/** A LIKE pattern for "contains", with the pattern's own letters taken literally. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
