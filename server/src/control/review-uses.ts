/**
 * Whose grants account for which uses. A use counts for every grant that would have allowed it: rights
 * only add up, so no grant can be told to be the one. Pure; built once for a review.
 */
import {
  has,
  isPermission,
  type Permission,
  type PermissionSet,
  permissionBit,
} from '@commonhold/core'
import type { UseRow } from '../store/access-review.ts'

/** The last use of each permission. */
export type LastUses = ReadonlyMap<Permission, Date>

/** What one subject (a principal, or a team by its members) used. Ids are UUIDs. */
interface SubjectUses {
  /** Whatever it was about: what a grant on the account or a kind may account for. */
  readonly anywhere: Map<Permission, Date>
  /** By resource, and by what the resource is in. */
  readonly on: Map<string, Map<Permission, Date>>
}

const nothing: LastUses = new Map()

export class UseIndex {
  readonly #ofPrincipal = new Map<string, UseRow[]>()
  readonly #membersOf = new Map<string, string[]>()
  readonly #indexed = new Map<string, SubjectUses>()

  constructor(
    uses: readonly UseRow[],
    places: readonly { readonly teamId: string; readonly principalId: string }[],
  ) {
    for (const use of uses) push(this.#ofPrincipal, use.principalId, use)
    for (const { teamId, principalId } of places) push(this.#membersOf, teamId, principalId)
  }

  /** @param resourceId null for a grant on the account or on a kind of it */
  lastUses(
    subject: { readonly principalId: string | null; readonly teamId: string | null },
    resourceId: string | null,
  ): LastUses {
    const uses = this.#usesOf(subject)
    return resourceId === null ? uses.anywhere : (uses.on.get(resourceId) ?? nothing)
  }

  #usesOf(subject: { principalId: string | null; teamId: string | null }): SubjectUses {
    const key = (subject.teamId ?? subject.principalId)!
    const known = this.#indexed.get(key)
    if (known) return known
    const people = subject.teamId === null ? [key] : (this.#membersOf.get(key) ?? [])
    const indexed: SubjectUses = { anywhere: new Map(), on: new Map() }
    for (const person of people) {
      for (const use of this.#ofPrincipal.get(person) ?? []) add(indexed, use)
    }
    this.#indexed.set(key, indexed)
    return indexed
  }
}

function add({ anywhere, on }: SubjectUses, use: UseRow): void {
  const { permission, resourceId, parentId, lastUsedAt } = use
  // A permission that a later version dropped is in old rows and means nothing.
  if (!isPermission(permission)) return
  keepLater(anywhere, permission, lastUsedAt)
  for (const id of parentId === null ? [resourceId] : [resourceId, parentId]) {
    const there = on.get(id) ?? new Map<Permission, Date>()
    on.set(id, there)
    keepLater(there, permission, lastUsedAt)
  }
}

export function keepLater(uses: Map<Permission, Date>, permission: Permission, at: Date): void {
  const before = uses.get(permission)
  if (before === undefined || before < at) uses.set(permission, at)
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}

export interface Used {
  /** When anything of the carried permissions was last used; null where no use is known. */
  readonly lastUsedAt: Date | null
  /** Those that were used since the beginning of the window. */
  readonly permissions: readonly Permission[]
}

/** Of what a grant or share carries, what was used. */
export function usedOf(carried: PermissionSet, uses: LastUses, since: Date): Used {
  let lastUsedAt: Date | null = null
  const permissions: Permission[] = []
  for (const [permission, at] of uses) {
    if (!has(carried, permissionBit(permission))) continue
    if (lastUsedAt === null || lastUsedAt < at) lastUsedAt = at
    if (at >= since) permissions.push(permission)
  }
  return { lastUsedAt, permissions }
}
