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
  const uuids = (ids: readonly ResourceId[]) => ids.map((id) => uuid(id))
  const granted = within === 'everything' ? [] : [uuids(within)]
  const own = { ownerUuid: uuid(accountId), gates: granted }
  const fromRoot = { ownerUuid: uuid(rootAccountId), gates: [uuids(sharedWith), ...granted] }
  return [
    ...(shared === 'true' ? [] : [own]),
    ...(shared === 'false' || accountId === rootAccountId ? [] : [fromRoot]),
  ].filter(({ gates }) => gates.every((gate) => gate.length > 0))
}

type Condition = RawBuilder<boolean>

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
 * In each of the gates, itself or by its parent. Said with the gates' intersection and union, because
 * that is two look-ups in an index, and one OR after the other is a look at every row.
 */
function passing(gates: Sort['gates']): Condition[] {
  if (gates.length === 0) return []
  const { inAll, inAny } = setsOf(gates)
  const each = gates.map(
    (gate) =>
      sql<boolean>`(resource.id = any(${gate}::uuid[]) or resource.parent_id = any(${gate}::uuid[]))`,
  )
  const itself = sql`(resource.id = any(${inAny}::uuid[]) and ${sql.join(each, sql` and `)})`
  return [sql`(resource.parent_id = any(${inAll}::uuid[]) or ${itself})`]
}

function setsOf([first, ...others]: Sort['gates']) {
  const rest = others.map((gate) => new Set(gate))
  return {
    inAll: first!.filter((id) => rest.every((gate) => gate.has(id))),
    inAny: [...new Set([...first!, ...others.flat()])],
  }
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
  const { inAll, inAny } = setsOf(gates)
  const byParent = await whole
    .where(sql<boolean>`parent_id = any(${inAll}::uuid[])`)
    .executeTakeFirstOrThrow()
  const oneByOne = await count(
    selectSort(tx, kind, sort, [
      sql`resource.id = any(${inAny}::uuid[])`,
      sql`coalesce(resource.parent_id <> all(${inAll}::uuid[]), true)`,
    ]),
  )
  return Number(byParent.total) + oneByOne
}
