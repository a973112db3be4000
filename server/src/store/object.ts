/** The fields that every object's row has, on their way out of SQL. */
import type { Id } from '@commonhold/core'

export interface ObjectRow {
  readonly id: Id
  readonly name: string
  readonly displayName: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly updatedAt: Date
  readonly revision: number
}

export function objectRow<I extends Id>(
  row: {
    name: string
    displayName: string
    createdAt: Date
    createdBy: string
    updatedAt: Date
    revision: bigint
  },
  id: I,
): ObjectRow & { readonly id: I } {
  const { name, displayName, createdAt, createdBy, updatedAt } = row
  return { id, name, displayName, createdAt, createdBy, updatedAt, revision: Number(row.revision) }
}
