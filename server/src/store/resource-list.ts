/**
 * Lists of resources: a page and the total of exactly what `decide` would allow, fast at any size.
 *
 * An account sees two sorts, its own and root's that are shared to it. Each is read by itself, in the
 * order of an index and only as far as the page goes, and then the two are put together; as one query
 * with an OR in it PostgreSQL would read and sort everything. The total comes from `resource_count`,
 * so it costs what is shared or granted one by one, and not what there is.
 */
import type { AccountId, Reach, ResourceId, ResourceKind } from '@commonhold/core'
import { isId, resourceKind, uuidOf } from '@commonhold/core'
import { type RawBuilder, sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { inOrder, type Page, type PageRequest, pageOf, type SortColumn } from './page.ts'
import { fromRow, type ResourceRow } from './resource.ts'
import { containing } from './search.ts'

const columns: Readonly<Record<string, SortColumn>> = {
  name: { column: 'resource.name', type: 'text' },
  createdAt: { column: 'resource.created_at', type: 'timestamptz' },
  updatedAt: { column: 'resource.updated_at', type: 'timestamptz' },
}

/** One of the two sorts: who owns it, and which of what the owner has. */
interface Sort {
  readonly ownerUuid: string
  readonly passing: Passing | 'everything'
}

/**
 * @param reach of the caller for `<kind>:read` (core/src/power.ts)
 * @param request filters: `shared` (true, false), and the parent by id or name under its kind's name
 */
export async function listResources(
  tx: Tx,
  account: { id: AccountId },
  rootAccountId: AccountId,
  kind: ResourceKind,
  reach: Reach,
  request: PageRequest,
): Promise<Page<ResourceRow>> {
  const wanted = conditionsOf(kind, request)
  const sorts = sortsOf(account.id, rootAccountId, kind, reach, request.filter.shared)
  const totals = await totalsOf(tx, kind, sorts, wanted, request)
  const present = sorts.filter((_, index) => totals?.[index] !== 0)
  if (present.length === 0) return { rows: [], next: null, total: 0 }
  const found = await readPage(tx, kind, present, wanted, request)
  const total = totals?.reduce((sum, one) => sum + one, 0) ?? null
  const page = pageOf(found, request, total)
  const isAll = request.after === null && page.next === null
  return { ...page, rows: page.rows.map(fromRow), total: isAll ? page.rows.length : page.total }
}

function sortsOf(
  accountId: AccountId,
  rootAccountId: AccountId,
  kind: ResourceKind,
  { within, sharedWith }: Reach,
  shared: string | undefined,
): Sort[] {
  const granted = within === 'everything' ? [] : [gateOf(kind, within)]
  const sorts: Sort[] = []
  if (shared !== 'true') sorts.push({ ownerUuid: uuid(accountId), passing: passingOf(granted) })
  if (shared !== 'false' && accountId !== rootAccountId) {
    const passing = passingOf([gateOf(kind, sharedWith), ...granted])
    sorts.push({ ownerUuid: uuid(rootAccountId), passing })
  }
  return sorts.filter(({ passing }) => passing === 'everything' || !isNothing(passing))
}

type Condition = RawBuilder<boolean>

/** Up to here PostgreSQL plans with each id in mind; to weigh more of them takes longer than to look. */
const idsWeighedMax = 64

/**
 * That a column is one of these. The list travels as one text, because the driver would quote each of
 * thousands of elements by itself.
 */
function isOneOf(
  column: 'resource.id' | 'resource.parent_id' | 'parent_id',
  list: readonly string[],
) {
  const array = sql`${`{${list.join(',')}}`}::uuid[]`
  return list.length <= idsWeighedMax
    ? sql<boolean>`${sql.ref(column)} = any(${array})`
    : sql<boolean>`${sql.ref(column)} in (select unnest(${array}))`
}

/** What the request asks for besides: part of a name, and the parent by id or name. */
function conditionsOf(kind: ResourceKind, { q, filter }: PageRequest): Condition[] {
  const conditions: Condition[] = []
  if (q !== undefined) {
    const part = containing(q)
    conditions.push(sql`(resource.name like ${part} or resource.display_name ilike ${part})`)
  }
  const { shared: _, ...byParent } = filter
  const [parent] = Object.values(byParent)
  const parentKind = resourceKind(kind).parent as ResourceKind | null
  if (parentKind === null || parent === undefined) return conditions
  conditions.push(
    isId(parent, resourceKind(parentKind).idPrefix)
      ? sql`resource.parent_id = ${uuidOf(parent)}`
      : sql`resource.parent_id in (select id from resource as named
          where named.kind = ${parentKind} and named.name = ${parent})`,
  )
  return conditions
}

/** A list that a resource has to be in, itself or through its parent; as UUIDs. */
interface Gate {
  readonly items: readonly string[]
  readonly parents: readonly string[]
}

function gateOf(kind: ResourceKind, ids: readonly ResourceId[]): Gate {
  const { idPrefix, parent } = resourceKind(kind)
  const uuidsOf = (prefix: string) =>
    ids.filter((id) => id.startsWith(prefix)).map((id) => uuid(id))
  return {
    items: uuidsOf(`${idPrefix}_`),
    parents: parent ? uuidsOf(`${resourceKind(parent as ResourceKind).idPrefix}_`) : [],
  }
}

/** What passes all gates, said so that an index finds it. */
interface Passing {
  /** Everything in them passes. */
  readonly parents: readonly string[]
  /** These pass as well, where their parent is one of those that are named with them. */
  readonly items: readonly {
    readonly ids: readonly string[]
    readonly in: readonly string[] | null
  }[]
}

function passingOf(gates: readonly Gate[]): Passing | 'everything' {
  const [one, other] = gates
  if (!one) return 'everything'
  if (!other) return { parents: one.parents, items: named(one.items, null) }
  return {
    parents: common(one.parents, other.parents),
    items: [
      ...named(common(one.items, other.items), null),
      ...named(one.items, other.parents),
      ...named(other.items, one.parents),
    ],
  }
}

const named = (ids: readonly string[], parents: readonly string[] | null): Passing['items'] =>
  ids.length === 0 || parents?.length === 0 ? [] : [{ ids, in: parents }]

function common(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others)
  return some.filter((one) => known.has(one))
}

const isNothing = ({ parents, items }: Passing) => parents.length === 0 && items.length === 0

/** @param passing not nothing */
function passes({ parents, items }: Passing): Condition {
  const ways = items.length === 0 ? [] : [isAnyOf(items)]
  if (parents.length > 0) ways.push(isOneOf('resource.parent_id', parents))
  return sql`(${sql.join(ways, sql` or `)})`
}

function isAnyOf(items: Passing['items']): Condition {
  const ways = items.map(({ ids, in: parents }) => {
    const itself = isOneOf('resource.id', ids)
    return parents ? sql`(${itself} and ${isOneOf('resource.parent_id', parents)})` : itself
  })
  return sql`(${sql.join(ways, sql` or `)})`
}

function selectSort(
  tx: Tx,
  kind: ResourceKind,
  { ownerUuid, passing }: Sort,
  conditions: readonly Condition[],
) {
  const query = tx
    .selectFrom('resource')
    .where('resource.kind', '=', kind)
    .where('resource.accountId', '=', ownerUuid)
  const all = passing === 'everything' ? conditions : [passes(passing), ...conditions]
  return all.reduce((narrowed, one) => narrowed.where(one), query)
}

/** Each sort in its own order as far as the page goes; then the page of both, with parents' names. */
async function readPage(
  tx: Tx,
  kind: ResourceKind,
  sorts: readonly Sort[],
  conditions: readonly Condition[],
  request: PageRequest,
) {
  const ordered = sorts.map((sort) => {
    const query = selectSort(tx, kind, sort, conditions).selectAll('resource')
    return inOrder(query, request, columns, 'resource.id')
  })
  const [first, second] = ordered.map((query) => tx.selectFrom(query.as('sort')).selectAll())
  const descending = request.sort.startsWith('-')
  const { column } = columns[descending ? request.sort.slice(1) : request.sort]!
  const direction = descending ? 'desc' : 'asc'
  const rows = await tx
    .selectFrom((second ? first!.unionAll(second) : first!).as('resource'))
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .selectAll('resource')
    .select(['parent.name as parentName', 'parent.kind as parentKind'])
    .orderBy(sql.ref(column), direction)
    .orderBy('resource.id', direction)
    .limit(request.limit + 1)
    .execute()
  return rows
}

/** @returns of each sort; null for a search: what contains a word is counted by reading all names */
async function totalsOf(
  tx: Tx,
  kind: ResourceKind,
  sorts: readonly Sort[],
  conditions: readonly Condition[],
  { q }: PageRequest,
): Promise<readonly number[] | null> {
  if (q !== undefined) return null
  if (sorts.length === 0) return []
  const totals = sorts.map((sort) =>
    conditions.length === 0
      ? totalOf(tx, kind, sort)
      : countOf(selectSort(tx, kind, sort, conditions)),
  )
  const { rows } = await sql<{ totals: number[] }>`
    select json_build_array(${sql.join(totals)}) as totals`.execute(tx)
  return rows[0]!.totals
}

const countOf = (query: ReturnType<typeof selectSort>) =>
  sql`(${query.select(sql`count(*)`.as('total'))})`

/**
 * Whole parents by their count, and one by one only what is named itself. A resource that passes both
 * ways is counted with its parent.
 */
function totalOf(tx: Tx, kind: ResourceKind, { ownerUuid, passing }: Sort): RawBuilder<unknown> {
  const whole = tx
    .selectFrom('resourceCount')
    .select(sql`coalesce(sum(count), 0)`.as('total'))
    .where('kind', '=', kind)
    .where('accountId', '=', ownerUuid)
  if (passing === 'everything') return sql`(${whole})`
  const { parents, items } = passing
  const totals = []
  if (parents.length > 0) totals.push(sql`(${whole.where(isOneOf('parent_id', parents))})`)
  if (items.length > 0) {
    const besides = sql<boolean>`coalesce(not ${isOneOf('resource.parent_id', parents)}, true)`
    const alone: Sort = { ownerUuid, passing: { parents: [], items } }
    totals.push(countOf(selectSort(tx, kind, alone, [besides])))
  }
  return sql`${sql.join(totals, sql` + `)}`
}
