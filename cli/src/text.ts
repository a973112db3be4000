/** Values as text on one line. */

export type Row = Readonly<Record<string, unknown>>

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Text of others could hold sequences that a terminal obeys. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (letter) => (/[\n\t]/.test(letter) ? ' ' : '\uFFFD'))
}

/** One value on one line. */
export function summary(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isRow)
      ? value.map(summary).join('; ')
      : value.map(String).join(', ')
  }
  if (!isRow(value)) return plain(String(value))
  return plain(typeof value.name === 'string' ? value.name : JSON.stringify(value))
}
