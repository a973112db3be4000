/** The typed ids of a resource and of what it is in: the prefix follows from the kind. */
import { type ResourceId, type ResourceKind, resourceKind } from '@commonhold/core'
import { typed } from './database.ts'

/**
 * What a resource is in, for the rule: only a thing of the kind that its own kind lives in. A row that
 * came past the code (a circle, a parent that is gone) is in nothing, so that no grant reaches it there.
 */
export function parentIdOf(row: {
  readonly kind: string
  readonly parentId: string | null
  readonly parentKind: string | null
}): ResourceId | null {
  const { kind, parentId, parentKind } = row
  if (parentId === null || parentKind === null) return null
  if (resourceKind(kind as ResourceKind).parent !== parentKind) return null
  return resourceIdOf(parentKind, parentId)
}

export function resourceIdOf(kind: string, resourceUuid: string): ResourceId {
  return typed(resourceKind(kind as ResourceKind).idPrefix, resourceUuid) as ResourceId
}
