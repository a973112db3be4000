/** Part of a tenant's rows, by what a change calls them; or all of them. */
import { type RawBuilder, sql } from 'kysely'

/** UUIDs of the rows that are asked for; null asks for all. */
export type Only = readonly string[] | null

/** Nobody needs to be asked for no rows. */
export const asksForNothing = (only: Only): boolean => only !== null && only.length === 0

/** @param column as Kysely names it: `grant.id` */
export function among(column: string, only: Only): RawBuilder<boolean> {
  return only === null
    ? sql<boolean>`true`
    : sql<boolean>`${sql.ref(column)} = any(${only}::uuid[])`
}
