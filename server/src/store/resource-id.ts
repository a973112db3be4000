/** A resource's typed id: the prefix follows from its kind. */
import { type ResourceId, type ResourceKind, resourceKind } from '@commonhold/core'
import { typed } from './database.ts'

export function resourceIdOf(kind: string, resourceUuid: string): ResourceId {
  return typed(resourceKind(kind as ResourceKind).idPrefix, resourceUuid) as ResourceId
}
