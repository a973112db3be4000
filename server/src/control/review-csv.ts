/**
 * Tables for spreadsheets: RFC 4180, and no cell that a spreadsheet would run. A name that somebody
 * chose may begin with a sign that makes a formula of it; such a cell gets an apostrophe in front,
 * which spreadsheets read as "this is a text" (OWASP, CSV injection).
 */

export type Cell = string | number | boolean | null | readonly string[]

const formulaSigns = /^[\s]*[=+\-@\t\r|%]/

/** @param columns the heading of each column and what stands in it */
export function csv<Row>(
  rows: readonly Row[],
  columns: readonly (readonly [heading: string, of: (row: Row) => Cell])[],
): string {
  const lines = [
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, of]) => of(row))),
  ]
  return lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  const plain = typeof cell === 'string' ? cell : cell.join(' ')
  const safe = formulaSigns.test(plain) ? `'${plain}` : plain
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
