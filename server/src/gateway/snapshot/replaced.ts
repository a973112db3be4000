/** Rows on their way into the snapshot: those that were touched go, those that are there now come. */
import type { RowOf, SnapshotTables, TableName } from '../../store/snapshot-rows.ts'

export interface Replaced<T extends TableName = TableName> {
  /** By what a change calls a row (see `SnapshotChanges`); what is not known is passed over. */
  readonly touched: { readonly [N in T]: readonly string[] }
  readonly rows: { readonly [N in T]: readonly RowOf<N>[] }
}

const nothing: readonly string[] = []

/** Nothing is there yet. */
export function asReplaced(rows: SnapshotTables): Replaced {
  const touched = Object.fromEntries(Object.keys(rows).map((table) => [table, nothing]))
  return { touched: touched as Record<TableName, readonly string[]>, rows }
}

export function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Order says nothing in these lists. */
export function takeFrom<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  const at = list?.indexOf(value) ?? -1
  if (!list || at < 0) return
  const last = list.pop()!
  if (at < list.length) list[at] = last
  if (list.length === 0) map.delete(key)
}
