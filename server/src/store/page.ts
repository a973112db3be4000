/**
 * Pages by keyset: "after this value and id", never by offset, so that a list is stable while
 * others write. The value travels as PostgreSQL prints it, because a JavaScript date would lose
 * microseconds and with them rows.
 */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'

export interface PageRequest {
  readonly limit: number
  /** A field name, with `-` in front for descending. */
  readonly sort: string
  readonly after: { readonly value: string; readonly id: string } | null
  readonly q?: string
  readonly filter: Readonly<Record<string, string>>
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly next: { readonly value: string; readonly id: string } | null
  /** Null where counting would cost more than the page. */
  readonly total: number | null
}

export interface SortColumn {
  /** As SQL names it: `table.column`. Never from input. */
  readonly column: string
  readonly type: 'text' | 'timestamptz' | 'bigint'
}

/**
 * @param query select and where, without order and limit
 * @param columns what each sort field means
 * @param idColumn the tie-breaker: unique, as SQL names it
 * @param counts false for lists that grow without end: their total is not counted
 */
export async function fetchPage<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  request: PageRequest,
  columns: Readonly<Record<string, SortColumn>>,
  idColumn: string,
  idType: 'uuid' | 'bigint' | 'text' = 'uuid',
  counts = true,
): Promise<Page<O>> {
  const total = counts ? await count(query) : null
  const found = (await inOrder(query, request, columns, idColumn, idType).execute()) as Ordered<O>[]
  return pageOf(found, request, total)
}

/** What a row carries besides: where the next page begins, as PostgreSQL prints it. */
type Ordered<O> = O & { readonly cursorValue: string; readonly cursorId: string }

/**
 * The rows of one page and one more, in order.
 * @param query select and where, without order and limit
 */
export function inOrder<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  request: PageRequest,
  columns: Readonly<Record<string, SortColumn>>,
  idColumn: string,
  idType: 'uuid' | 'bigint' | 'text' = 'uuid',
): SelectQueryBuilder<DB, TB, Ordered<O>> {
  const descending = request.sort.startsWith('-')
  const { column, type } = columns[descending ? request.sort.slice(1) : request.sort]!
  const value = sql.ref(column)
  const id = sql.ref(idColumn)
  let paged = query
  if (request.after !== null) {
    const after = sql`(${request.after.value}::${sql.raw(type)}, ${request.after.id}::${sql.raw(idType)})`
    const beyond = sql<boolean>`(${value}, ${id}) ${sql.raw(descending ? '<' : '>')} ${after}`
    paged = paged.where(beyond as RawBuilder<boolean>)
  }
  const direction = descending ? 'desc' : 'asc'
  return paged
    .select([
      sql<string>`${value}::text`.as('cursorValue'),
      sql<string>`${id}::text`.as('cursorId'),
    ])
    .orderBy(value, direction)
    .orderBy(id, direction)
    .limit(request.limit + 1) as unknown as SelectQueryBuilder<DB, TB, Ordered<O>>
}

/** @param found what `inOrder` selects: at most one row more than the page holds */
export function pageOf<O>(
  found: readonly Ordered<O>[],
  { limit }: PageRequest,
  total: number | null,
): Page<O> {
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1)! : null
  return { rows, next: last && { value: last.cursorValue, id: last.cursorId }, total }
}

async function count<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
): Promise<number> {
  const counted = (await query
    .clearSelect()
    .select(sql<bigint>`count(*)`.as('total'))
    .executeTakeFirstOrThrow()) as { total: bigint }
  return Number(counted.total)
}
