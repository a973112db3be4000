/**
 * What many seats may do at one moment: rows (store/power-rows.ts) as the access rule reads them.
 * Seats whose grants, teams and states are alike have the same power, so it is weighed once for all
 * of them: that is what `kindOf` is for.
 */
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  isActive,
  type LifecycleState,
  noPermissions,
  type PermissionSet,
  type PrincipalId,
  type ResourceId,
  type TeamId,
  type TokenId,
  uniteGrants,
} from '@commonhold/core'
import type { TenantFacts } from '../store/caller.ts'
import type { PowerGrant, PowerResource, PowerRows, PowerToken } from '../store/power-rows.ts'
import type { Seat } from '../store/power-seats.ts'

type Account = PowerRows['accounts'][number]
type Principal = PowerRows['principals'][number]
type Team = PowerRows['teams'][number]

export const seatKey = ({ accountId, principalId }: Seat) => `${accountId}/${principalId}`

export class Powers {
  readonly tenant: TenantFacts
  readonly accounts: ReadonlyMap<AccountId, Account>
  readonly principals: ReadonlyMap<PrincipalId, Principal>
  readonly teams: ReadonlyMap<TeamId, Team>
  readonly resources: ReadonlyMap<ResourceId, PowerResource>
  readonly tokens: ReadonlyMap<TokenId, PowerToken>
  readonly grantIds: ReadonlySet<string>
  readonly #seats: ReadonlySet<string>
  readonly #tokensOf: ReadonlyMap<string, readonly PowerToken[]>
  readonly #teamsOf: ReadonlyMap<PrincipalId, readonly Team[]>
  readonly #grantsTo: ReadonlyMap<string, readonly PowerGrant[]>
  readonly #sharesTo: ReadonlyMap<AccountId, ReadonlyMap<ResourceId, PermissionSet>>

  constructor(tenant: TenantFacts, rows: PowerRows) {
    this.tenant = tenant
    this.accounts = new Map(rows.accounts.map((row) => [row.id, row]))
    this.principals = new Map(rows.principals.map((row) => [row.id, row]))
    this.teams = new Map(rows.teams.map((row) => [row.id, row]))
    this.resources = new Map(rows.resources.map((row) => [row.id, row]))
    this.tokens = new Map(rows.tokens.map((row) => [row.id, row]))
    this.grantIds = new Set(rows.grants.map((row) => row.id))
    this.#seats = new Set(rows.seats.map(seatKey))
    this.#tokensOf = Map.groupBy(rows.tokens, seatKey)
    this.#teamsOf = new Map(
      [...Map.groupBy(rows.teamMembers, (member) => member.principalId)].map(([id, members]) => [
        id,
        members.flatMap(({ teamId }) => this.teams.get(teamId) ?? []),
      ]),
    )
    this.#grantsTo = Map.groupBy(rows.grants, (grant) => `${grant.accountId}/${grant.subjectId}`)
    this.#sharesTo = new Map(
      [...Map.groupBy(rows.shares, (share) => share.accountId)].map(([id, shares]) => [
        id,
        new Map(shares.map((share) => [share.resourceId, share.permissions])),
      ]),
    )
  }

  sharesTo(accountId: AccountId): ReadonlyMap<ResourceId, PermissionSet> {
    return this.#sharesTo.get(accountId) ?? new Map()
  }

  tokensOf(seat: Seat): readonly PowerToken[] {
    return this.#tokensOf.get(seatKey(seat)) ?? []
  }

  /** The grants that let somebody do things: to him, and to his active teams. */
  grantsOf(seat: Seat): readonly PowerGrant[] {
    const active = this.#teams(seat).filter(isActive)
    return [seat.principalId, ...active.map(({ id }) => id)].flatMap((id) => this.#given(seat, id))
  }

  /** @param token null: what he can do himself. @returns null for whom there is not (any more) */
  factsOf(seat: Seat, token: PowerToken | null = null): AccessFacts | null {
    const account = this.accounts.get(seat.accountId)
    const principal = this.principals.get(seat.principalId)
    if (!account || !principal) return null
    const { id: tenantId, state, rootAccountId } = this.tenant
    const idle = this.#teams(seat).filter((team) => !isActive(team))
    return {
      tenant: { id: tenantId, state: state as LifecycleState },
      account: { ...account, tenantId, rootAccountId },
      principal: {
        id: principal.id,
        tenantId,
        state: principal.state,
        isMember: this.#seats.has(seatKey(seat)),
      },
      held: united(this.grantsOf(seat)),
      heldByInactiveTeams: united(idle.flatMap(({ id }) => this.#given(seat, id))),
      shares: this.sharesTo(seat.accountId),
      token: token && { accountId: token.accountId, state: token.state, scopes: token.scopes },
    }
  }

  /** The same text for seats of the same power: all that `factsOf` reads but who it is. */
  kindOf(seat: Seat): string {
    const { accountId, principalId } = seat
    const own = this.#given(seat, principalId).map(({ object, role }) => `${object} ${role.id}`)
    return [
      accountId,
      this.principals.get(principalId)?.state,
      this.#seats.has(seatKey(seat)),
      ...this.#teams(seat)
        .map(({ id }) => id)
        .sort(),
      ...own.sort(),
    ].join()
  }

  /** What `decide` is asked about; null for what is not there. */
  targetOf(id: ResourceId): AccessTarget | null {
    const resource = this.resources.get(id)
    if (!resource) return null
    const path: ResourceId[] = []
    for (let at: PowerResource | undefined = resource; at; at = this.#parentOf(at)) path.push(at.id)
    return { tenantId: this.tenant.id, ownerId: resource.ownerId, path }
  }

  #parentOf({ parentId }: PowerResource): PowerResource | undefined {
    return parentId === null ? undefined : this.resources.get(parentId)
  }

  #teams({ accountId, principalId }: Seat): readonly Team[] {
    const all = this.#teamsOf.get(principalId) ?? []
    return all.filter((team) => team.accountId === accountId)
  }

  #given({ accountId }: Seat, subject: PrincipalId | TeamId): readonly PowerGrant[] {
    return this.#grantsTo.get(`${accountId}/${subject}`) ?? []
  }
}

function united(grants: readonly PowerGrant[]) {
  return uniteGrants(
    grants.map(({ object, role }) => ({ object, permissions: role?.permissions ?? noPermissions })),
  )
}
