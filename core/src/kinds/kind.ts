/**
 * What a kind is. A resource kind is one file in this folder; nothing else lists its properties.
 */
/**
 * The actions, few and the same for every kind (1-domain.md). `manage` covers grants, shares and
 * settings of the object; `use` spends or runs it; the rest are what they say.
 */
export const actions = ['read', 'use', 'create', 'update', 'delete', 'manage'] as const
export type Action = (typeof actions)[number]

export interface ResourceKindDefinition {
  readonly kind: string
  /** As it stands in a path: `/accounts/{account}/{plural}`. */
  readonly plural: string
  /** What its ids begin with, before the underscore. Unique, never recycled. */
  readonly idPrefix: string
  /** The kind that an object of this kind lives in, or null when it lives in the account. */
  readonly parent: string | null
  readonly actions: readonly Action[]
  /** Whether root may share it. What a share of the parent covers is shared with it. */
  readonly shareable: boolean
}
