/**
 * The grants of a tenant, by who has them. What a team holds is united once for all of its members; what
 * a principal holds is put together when somebody asks as that principal.
 */
import {
  type AccountId,
  type Codebook,
  type GrantId,
  type Held,
  HeldTable,
  noPermissions,
  type ObjectKey,
  type PermissionSet,
  type PrincipalId,
  type ResourceId,
  type RoleId,
  type TeamId,
  union,
  uniteGrants,
} from '@commonhold/core'
import type { RowOf } from '../../store/snapshot-rows.ts'
import type { People } from './people.ts'
import type { Replaced } from './replaced.ts'

type SubjectId = PrincipalId | TeamId

interface Holder {
  readonly accountId: AccountId
  readonly subjectId: SubjectId
  readonly grants: Grant[]
  united: HeldUntil | null
}

interface Grant {
  readonly holder: Holder
  readonly object: ObjectKey
  readonly roleId: RoleId
  readonly expiresAtMs: number | null
}

/** What is held, and when a grant in it expires: nobody announces that. */
export interface HeldUntil {
  readonly held: Held
  readonly validUntilMs: number
}

export class Grants {
  readonly #codebook: Codebook
  readonly #roles = new Map<RoleId, RowOf<'roles'>>()
  readonly #grants = new Map<GrantId, Grant>()
  readonly #holders = new Map<AccountId, Map<SubjectId, Holder>>()

  constructor(codebook: Codebook) {
    this.#codebook = codebook
  }

  get size(): number {
    return this.#grants.size
  }

  replace({ touched, rows }: Replaced<'roles' | 'grants'>, people: People): void {
    for (const id of touched.roles) this.#roles.delete(id as RoleId)
    for (const { id, permissions } of rows.roles) {
      this.#roles.set(id, { id, permissions: this.#codebook.canonical(permissions) })
    }
    for (const id of touched.grants) this.#remove(id as GrantId)
    for (const row of rows.grants) this.#put(row, people)
    if (touched.roles.length === 0) return
    for (const holders of this.#holders.values()) {
      for (const holder of holders.values()) holder.united = null
    }
  }

  /** What an account grants to a team, to several at once, or to a principal and its teams. */
  heldBy(accountId: AccountId, subjects: readonly SubjectId[], nowMs: number): HeldUntil {
    const parts = subjects.flatMap((id) => {
      const holder = this.#holders.get(accountId)?.get(id)
      return holder ? [this.#heldBy(holder, nowMs)] : []
    })
    if (parts.length === 1) return parts[0]!
    const tables = parts.map(({ held }) => held.on as HeldTable)
    return {
      held: this.#held(
        union(noPermissions, ...parts.map(({ held }) => held.everywhere)),
        HeldTable.unite(this.#codebook, tables),
      ),
      validUntilMs: Math.min(...parts.map(({ validUntilMs }) => validUntilMs)),
    }
  }

  #heldBy(holder: Holder, nowMs: number): HeldUntil {
    if (holder.united && nowMs < holder.united.validUntilMs) return holder.united
    const live = holder.grants.filter(
      ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs,
    )
    const { everywhere, on } = uniteGrants(
      live.map(({ object, roleId }) => ({
        object,
        permissions: this.#roles.get(roleId)?.permissions ?? noPermissions,
      })),
    )
    const validUntilMs = live.reduce(
      (soonest, { expiresAtMs }) => Math.min(soonest, expiresAtMs ?? soonest),
      Number.POSITIVE_INFINITY,
    )
    const held = this.#held(everywhere, HeldTable.of(this.#codebook, on))
    const united = { held, validUntilMs }
    // Of a principal it is asked for once per revision; of a team, once per member.
    if (holder.subjectId.startsWith('team_')) holder.united = united
    return united
  }

  #held(everywhere: PermissionSet, on: HeldTable): Held {
    return { everywhere: this.#codebook.canonical(everywhere), on }
  }

  #put({ id, accountId, subjectId, object, roleId, expiresAtMs }: RowOf<'grants'>, people: People) {
    const holder = this.#holderOf(people.accountIdOf(accountId), people.subjectIdOf(subjectId))
    const role = this.#roles.get(roleId)?.id ?? roleId
    const grant = { holder, object: this.#canonical(object), roleId: role, expiresAtMs }
    holder.grants.push(grant)
    holder.united = null
    this.#grants.set(id, grant)
  }

  #canonical(object: ObjectKey): ObjectKey {
    if (object === 'account') return 'account'
    if (object.startsWith('kind:')) return object
    return this.#codebook.resourceAt(this.#codebook.numberOf(object as ResourceId))
  }

  #remove(id: GrantId): void {
    const grant = this.#grants.get(id)
    if (!grant) return
    this.#grants.delete(id)
    const { grants, accountId, subjectId } = grant.holder
    grant.holder.united = null
    // Order says nothing among grants.
    const last = grants.pop()!
    if (last !== grant) grants[grants.indexOf(grant)] = last
    if (grants.length > 0) return
    const holders = this.#holders.get(accountId)!
    holders.delete(subjectId)
    if (holders.size === 0) this.#holders.delete(accountId)
  }

  #holderOf(accountId: AccountId, subjectId: SubjectId): Holder {
    let holders = this.#holders.get(accountId)
    if (!holders) {
      holders = new Map()
      this.#holders.set(accountId, holders)
    }
    let holder = holders.get(subjectId)
    if (!holder) {
      holder = { accountId, subjectId, grants: [], united: null }
      holders.set(subjectId, holder)
    }
    return holder
  }
}
