/** The names behind resource ids, for sentences that people read. */
import type { ResourceId } from '@commonhold/core'
import { type Tx, uuid } from './database.ts'
import { anyOf } from './power-seats.ts'
import { resourceIdOf } from './resource-id.ts'

/** @returns `parent/name`, or the bare name of what has no parent, for each that still exists */
export async function resourceNames(
  tx: Tx,
  ids: readonly ResourceId[],
): Promise<ReadonlyMap<ResourceId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('resource')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .select(['resource.id', 'resource.kind', 'resource.name', 'parent.name as parentName'])
    .where(anyOf('resource.id', [...new Set(ids.map(uuid))]))
    .execute()
  return new Map(
    rows.map(({ id, kind, name, parentName }) => [
      resourceIdOf(kind, id),
      parentName === null ? name : `${parentName}/${name}`,
    ]),
  )
}
