/** The fields that every object shows. */
import type { AccountId, Id } from '@commonhold/core'
import type { ObjectRow } from '../store/object.ts'

export function objectOf<I extends Id>(
  kind: string,
  account: AccountId,
  row: ObjectRow & { readonly id: I },
) {
  return {
    id: row.id,
    kind,
    account,
    name: row.name,
    displayName: row.displayName,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    updatedAt: row.updatedAt.toISOString(),
    revision: row.revision,
  }
}
