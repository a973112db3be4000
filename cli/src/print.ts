/** Answers for people: a table for a list, a line for each field of an object. */
import type { DryRun } from '@commonhold/sdk'
import type { Io } from './io.ts'
import { printPlan } from './print-plan.ts'
import { isRow, plain, type Row, summary } from './text.ts'

export { plain }

/** Said once at the top, or of no use in a table; `--json` has them all. */
const notInTables = new Set(['kind', 'account', 'createdBy', 'updatedAt', 'revision'])
const columnsMax = 7
/** Where the first fields are not those that one looks for. A dot goes into an object. */
const columnsByKind: Readonly<Record<string, readonly string[]>> = {
  'usage-record': [
    'at',
    'principal',
    'model',
    'status',
    'inputTokens',
    'outputTokens',
    'costUsd',
    'id',
  ],
  request: ['at', 'principal', 'modelAsked', 'outcome', 'code', 'durationMs', 'costUsd', 'id'],
  'audit-event': ['sequence', 'at', 'actor', 'operation', 'target', 'id'],
  budget: ['name', 'level', 'of', 'imposed', 'amountUsd', 'period', 'current.remainingUsd', 'id'],
  account: ['name', 'displayName', 'state', 'createdAt', 'id'],
  'reviewed-grant': ['subject', 'role', 'object', 'lastUsedAt', 'findings', 'id'],
  'reviewed-share': ['resource', 'to', 'lastUsedAt', 'findings', 'id'],
  'reviewed-virtual-account': ['name', 'state', 'lastUsedAt', 'findings', 'tokens', 'id'],
}
const cellLettersMax = 48
const gap = '  '

/** Prints whatever an operation answered. */
export function printAnswer(answer: unknown, io: Io): void {
  if (answer === undefined) io.out('Done.')
  else if (typeof answer === 'string') printText(answer, io)
  else if (!isRow(answer)) io.out(plain(JSON.stringify(answer)))
  else if (answer.dryRun === true) printPlan(answer as unknown as DryRun<unknown>, io)
  else if (Array.isArray(answer.items)) printList(answer, io)
  else printObject(answer, io)
}

/** A file, such as CSV: as it is into a pipe, and without what a terminal would obey onto one. */
function printText(answer: string, io: Io): void {
  const text = answer.replace(/\r?\n$/, '')
  if (io.columns === null) io.out(text)
  else for (const line of text.split(/\r?\n/)) io.out(plain(line))
}

function printList(answer: Row, io: Io): void {
  const items = (answer.items as unknown[]).filter(isRow)
  if (items.length === 0) io.out('None.')
  else for (const line of tableOf(items, io.columns ?? Number.POSITIVE_INFINITY)) io.out(line)
  if (typeof answer.nextCursor === 'string') {
    io.err('There is more: --all reads every page, --cursor goes on from here:')
    io.err(plain(answer.nextCursor))
  }
}

/** @returns the lines of a table that is at most `width` characters wide. */
export function tableOf(items: readonly Row[], width: number): string[] {
  const columns = columnsOf(items).map((key) => {
    const title = key.split('.').at(-1)!.replace(/[A-Z]/g, ' $&').toUpperCase()
    const cells = [title, ...items.map((item) => cut(summary(at(item, key)), cellLettersMax))]
    return { key, cells, letters: Math.max(...cells.map((cell) => cell.length)) }
  })
  const lettersOf = () => columns.reduce((sum, { letters }) => sum + letters + gap.length, 0)
  // Name and id stay; of what is between them the last goes first.
  while (lettersOf() - gap.length > width && columns.length > 2) columns.splice(-2, 1)
  return ['', ...items].map((_, row) => {
    const cells = columns.map(({ cells, letters }) => cells[row]!.padEnd(letters))
    return cut(cells.join(gap).trimEnd(), width)
  })
}

/** The name first, the id last, between them what tells one item from another. */
function columnsOf(items: readonly Row[]): string[] {
  const chosen = columnsByKind[String(items[0]?.kind)]
  if (chosen !== undefined) return [...chosen]
  const keys = [...new Set(items.flatMap((item) => Object.keys(item)))].filter(
    (key) => !notInTables.has(key) && items.some((item) => isTelling(item, key)),
  )
  const between = keys.filter((key) => key !== 'name' && key !== 'id')
  return [
    ...keys.filter((key) => key === 'name'),
    ...between.slice(0, columnsMax - 2),
    ...keys.filter((key) => key === 'id'),
  ]
}

/** The value at a path such as `current.remainingUsd`. */
function at(item: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((here, key) => (isRow(here) ? here[key] : undefined), item)
}

function isTelling(item: Row, key: string): boolean {
  const value = item[key]
  if (value === null || value === undefined || value === '') return false
  if (key === 'displayName') return value !== item.name
  return !isRow(value) || typeof value.name === 'string'
}

const cut = (text: string, letters: number) =>
  text.length <= letters ? text : `${text.slice(0, letters - 1)}…`

function printObject(answer: Row, io: Io): void {
  for (const line of linesOf(answer, '')) io.out(line)
}

/** `field  value`, nested objects indented below their field. */
export function linesOf(object: Row, indent: string): string[] {
  const entries = Object.entries(object)
  const width = Math.max(0, ...entries.map(([key]) => key.length))
  return entries.flatMap(([key, value]) => {
    if (isRow(value) && Object.keys(value).length > 0) {
      return [`${indent}${key}`, ...linesOf(value, `${indent}  `)]
    }
    if (Array.isArray(value) && value.length > 0 && value.every(isRow)) {
      const blocks = value.flatMap((item) => ['', ...linesOf(item, `${indent}  `)]).slice(1)
      return [`${indent}${key}`, ...blocks]
    }
    return [`${indent}${key.padEnd(width)}  ${summary(value)}`]
  })
}
