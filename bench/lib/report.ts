/**
 * What a part of the bench hands back, and how it is printed: tables of a name and a few figures,
 * the same ones that go into results/latest.json.
 */

/** A figure of a row, in the unit that its column names; null is printed as a dash. */
export type Figure = number | string | null

export interface Table {
  readonly title: string
  /** Names of the columns with their unit. The first one is the name of the row. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [string, ...Figure[]])[]
  /** Sentences that a reader needs to judge the figures. */
  readonly notes: readonly string[]
}

export interface Report {
  readonly tables: readonly Table[]
}

/** How a part tells what it is doing while it takes its time. */
export type Say = (text: string) => void

export function printTable({ title, columns, rows, notes }: Table): void {
  const cells = rows.map(([name, ...figures]) => [name, ...figures.map(show)])
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((row) => (row[index] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
      .join('  ')
  console.log(`\n${title}\n`)
  console.log(`  ${line(columns)}`)
  console.log(`  ${widths.map((width) => '─'.repeat(width)).join('  ')}`)
  for (const row of cells) console.log(`  ${line(row)}`)
  for (const note of notes) console.log(`  · ${note}`)
}

/** Three significant digits for what is small, whole numbers with separators for what is large. */
function show(figure: Figure): string {
  if (figure === null) return '–'
  if (typeof figure === 'string') return figure
  if (!Number.isFinite(figure)) return '–'
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en-US')
  return Number(figure.toPrecision(3)).toString()
}
