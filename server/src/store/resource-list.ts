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

/** One of the two sorts: who owns it, and the lists that it, or its parent, has to be in. */
interface Sort {
  readonly ownerUuid: string
  readonly gates: readonly (readonly string[])[]
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
  const sorts = sortsOf(account.id, rootAccountId, reach, request.filter.shared)
  const counted: { sort: Sort; total: number | null }[] = []
  for (const sort of sorts) {
    counted.push({ sort, total: await totalOf(tx, kind, sort, wanted, request) })
  }
  const present = counted.filter(({ total }) => total !== 0)
  if (present.length === 0) return { rows: [], next: null, total: 0 }
  const found = await readPage(
    tx,
    kind,
    present.map(({ sort }) => sort),
    wanted,
    request,
  )
  const page = pageOf(found, request, sumOf(counted.map(({ total }) => total)))
  const isAll = request.after === null && page.next === null
  return { ...page, rows: page.rows.map(fromRow), total: isAll ? page.rows.length : page.total }
}

const sumOf = (totals: readonly (number | null)[]) =>
  totals.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0)

function sortsOf(
  accountId: AccountId,
  rootAccountId: AccountId,
  { within, sharedWith }: Reach,
  shared: string | undefined,
): Sort[] {
  const gate = (ids: readonly ResourceId[]) => ids.map((id) => uuid(id))
  const granted = within === 'everything' ? [] : [gate(within)]
  const own = { ownerUuid: uuid(accountId), gates: granted }
  const fromRoot = { ownerUuid: uuid(rootAccountId), gates: [gate(sharedWith), ...granted] }
  return [
    ...(shared === 'true' ? [] : [own]),
    ...(shared === 'false' || accountId === rootAccountId ? [] : [fromRoot]),
  ].filter(({ gates }) => gates.every((gate) => gate.length > 0))
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

/**
 * What can be in all of the gates, said so that an index finds it: everything in a parent that is in
 * all of them; and, one by one, what the smallest gate holds besides.
 */
interface Candidates {
  readonly parents: readonly string[]
  readonly oneByOne: Condition
}

function candidatesOf(gates: Sort['gates']): Candidates {
  const [smallest, ...others] = gates.toSorted((a, b) => a.length - b.length)
  const rest = others.map((gate) => new Set(gate))
  const parents = smallest!.filter((id) => rest.every((gate) => gate.has(id)))
  const known = new Set(parents)
  const halfway = smallest!.filter((id) => !known.has(id))
  const itself = isOneOf('resource.id', smallest!)
  const inHalfway = isOneOf('resource.parent_id', halfway)
  const oneByOne = halfway.length === 0 ? itself : sql<boolean>`(${itself} or ${inHalfway})`
  return { parents, oneByOne: allOf([oneByOne, ...others.map(passes)]) }
}

const allOf = (conditions: readonly Condition[]): Condition =>
  sql`${sql.join(conditions, sql` and `)}`

const passes = (gate: readonly string[]): Condition =>
  sql`(${isOneOf('resource.id', gate)} or ${isOneOf('resource.parent_id', gate)})`

function passing(gates: Sort['gates']): Condition[] {
  if (gates.length === 0) return []
  const { parents, oneByOne } = candidatesOf(gates)
  return [sql`(${isOneOf('resource.parent_id', parents)} or (${oneByOne}))`]
}

function selectSort(
  tx: Tx,
  kind: ResourceKind,
  { ownerUuid, gates }: Sort,
  conditions: readonly Condition[],
) {
  const query = tx
    .selectFrom('resource')
    .where('resource.kind', '=', kind)
    .where('resource.accountId', '=', ownerUuid)
  return [...passing(gates), ...conditions].reduce((all, one) => all.where(one), query)
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

/** @returns null for a search: what contains a word can only be counted by reading all names */
async function totalOf(
  tx: Tx,
  kind: ResourceKind,
  sort: Sort,
  conditions: readonly Condition[],
  { q }: PageRequest,
): Promise<number | null> {
  if (q !== undefined) return null
  return conditions.length === 0
    ? countSort(tx, kind, sort)
    : count(selectSort(tx, kind, sort, conditions))
}

async function count(query: ReturnType<typeof selectSort>): Promise<number> {
  const counted = await query.select(sql<bigint>`count(*)`.as('total')).executeTakeFirstOrThrow()
  return Number(counted.total)
}

/**
 * How many there are of a sort: whole parents by their count, and one by one only what stands in a
 * list itself. A resource that is in both ways is counted with its parent.
 */
async function countSort(tx: Tx, kind: ResourceKind, sort: Sort): Promise<number> {
  const { ownerUuid, gates } = sort
  const whole = tx
    .selectFrom('resourceCount')
    .select(sql<bigint>`coalesce(sum(count), 0)::bigint`.as('total'))
    .where('kind', '=', kind)
    .where('accountId', '=', ownerUuid)
  if (gates.length === 0) return Number((await whole.executeTakeFirstOrThrow()).total)
  const { parents, oneByOne } = candidatesOf(gates)
  const byParent = await whole.where(isOneOf('parent_id', parents)).executeTakeFirstOrThrow()
  const ungated = { ownerUuid, gates: [] }
  const besides = await count(
    selectSort(tx, kind, ungated, [
      oneByOne,
      sql`coalesce(not ${isOneOf('resource.parent_id', parents)}, true)`,
    ]),
  )
  return Number(byParent.total) + besides
}
