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
import type { Uses } from '../store/access-review.ts'

/** The last use of each permission, in milliseconds since 1970. */
export type LastUses = ReadonlyMap<Permission, number>

/** By principal (a UUID): what it used. */
type ByPrincipal = Map<string, Map<Permission, number>>

const nothing: LastUses = new Map()
const uuidLetters = 36

/** Whose: a principal, or a team, which is whoever is in it. UUIDs. */
export interface Subject {
  readonly principalId: string | null
  readonly teamId: string | null
}

export class UseIndex {
  readonly #byObject = new Map<string | null, ByPrincipal>()
  readonly #membersOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Of teams, whatever it was about: asked again for each grant on the account or a kind. */
  readonly #ofTeams = new Map<string, LastUses>()

  /**
   * @param places who is in which team
   * @param named the resources that a grant names: nobody asks about the others one by one
   */
  constructor(
    { rows, parents }: Uses,
    places: readonly { readonly teamId: string; readonly principalId: string }[],
    named: ReadonlySet<string>,
  ) {
    for (const { principalId, permission, lastUsedAt, on } of rows) {
      // A permission that a later version dropped is in old rows and means nothing.
      if (!isPermission(permission)) continue
      this.#add(null, principalId, permission, lastUsedAt * 1_000)
      for (const use of on?.split(',') ?? []) {
        const resource = use.slice(0, uuidLetters)
        const at = Number(use.slice(uuidLetters + 1)) * 1_000
        if (named.has(resource)) this.#add(resource, principalId, permission, at)
        const parent = parents.get(resource)
        if (parent !== undefined) this.#add(parent, principalId, permission, at)
      }
    }
    const members = Map.groupBy(places, ({ teamId }) => teamId)
    this.#membersOf = new Map(
      [...members].map(([team, of]) => [team, new Set(of.map(({ principalId }) => principalId))]),
    )
  }

  #add(objectId: string | null, principal: string, permission: Permission, at: number): void {
    const byPrincipal: ByPrincipal = this.#byObject.get(objectId) ?? new Map()
    this.#byObject.set(objectId, byPrincipal)
    const uses = byPrincipal.get(principal)
    if (uses) keepLater(uses, permission, at)
    else byPrincipal.set(principal, new Map([[permission, at]]))
  }

  hasMembers(teamId: string): boolean {
    return this.#membersOf.has(teamId)
  }

  /** @param objectId a resource, or null for a grant on the account or on a kind of it */
  lastUses({ principalId, teamId }: Subject, objectId: string | null): LastUses {
    const byPrincipal = this.#byObject.get(objectId)
    if (!byPrincipal) return nothing
    if (teamId === null) return byPrincipal.get(principalId!) ?? nothing
    const known = objectId === null ? this.#ofTeams.get(teamId) : undefined
    if (known) return known
    const uses = usesOfAll(this.#membersOf.get(teamId) ?? new Set(), byPrincipal)
    if (objectId === null) this.#ofTeams.set(teamId, uses)
    return uses
  }
}

/** Walks over whichever are fewer: those in the team, or those who used it. */
function usesOfAll(members: ReadonlySet<string>, byPrincipal: ByPrincipal): LastUses {
  const uses = new Map<Permission, number>()
  const fewer = members.size < byPrincipal.size ? members : byPrincipal.keys()
  for (const principal of fewer) {
    if (!members.has(principal)) continue
    for (const [permission, at] of byPrincipal.get(principal) ?? nothing) {
      keepLater(uses, permission, at)
    }
  }
  return uses
}

export function keepLater(uses: Map<Permission, number>, permission: Permission, at: number): void {
  const before = uses.get(permission)
  if (before === undefined || before < at) uses.set(permission, at)
}

export interface Used {
  /** When anything of the carried permissions was last used; null where no use is known. */
  readonly lastUsedAt: Date | null
  /** Those that were used since the beginning of the window. */
  readonly permissions: readonly Permission[]
}

/** Of what a grant or share carries, what was used. */
export function usedOf(carried: PermissionSet, uses: LastUses, since: Date): Used {
  let last: number | null = null
  const permissions: Permission[] = []
  for (const [permission, at] of uses) {
    if (!has(carried, permissionBit(permission))) continue
    if (last === null || last < at) last = at
    if (at >= since.getTime()) permissions.push(permission)
  }
  return { lastUsedAt: last === null ? null : new Date(last), permissions }
}
