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

/** All that concerns one seat, found once. */
interface Seated {
  readonly principal: Principal | undefined
  readonly isMember: boolean
  readonly teams: readonly Team[]
  readonly own: readonly PowerGrant[]
  readonly tokens: readonly PowerToken[]
  readonly kind: string
}

const none: readonly never[] = []

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
  readonly #teamsOf: ReadonlyMap<PrincipalId, readonly TeamId[]>
  readonly #grantsTo: ReadonlyMap<string, readonly PowerGrant[]>
  readonly #sharesTo: ReadonlyMap<AccountId, ReadonlyMap<ResourceId, PermissionSet>>
  readonly #seated = new Map<string, Seated>()

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
    const teamsOf = new Map<PrincipalId, TeamId[]>()
    for (const { principalId, teamId } of rows.teamMembers) {
      const teams = teamsOf.get(principalId)
      if (teams) teams.push(teamId)
      else teamsOf.set(principalId, [teamId])
    }
    this.#teamsOf = teamsOf
    this.#grantsTo = Map.groupBy(rows.grants, (grant) => `${grant.accountId}/${grant.subjectId}`)
    this.#sharesTo = new Map(
      [...Map.groupBy(rows.shares, (share) => share.accountId)].map(([id, shares]) => [
        id,
        new Map(shares.map((share) => [share.resourceId, share.permissions])),
      ]),
    )
  }

  tokensOf(seat: Seat): readonly PowerToken[] {
    return this.#at(seat).tokens
  }

  /** The grants that let somebody do things: to him, and to his active teams. */
  grantsOf(seat: Seat): readonly PowerGrant[] {
    const { own, teams } = this.#at(seat)
    return [...own, ...teams.filter(isActive).flatMap(({ id }) => this.#given(seat, id))]
  }

  /** @param token null: what he can do himself. @returns null for whom there is not (any more) */
  factsOf(seat: Seat, token: PowerToken | null = null): AccessFacts | null {
    const account = this.accounts.get(seat.accountId)
    const { principal, isMember, teams } = this.#at(seat)
    if (!account || !principal) return null
    const { id: tenantId, state, rootAccountId } = this.tenant
    const idle = teams.filter((team) => !isActive(team))
    return {
      tenant: { id: tenantId, state: state as LifecycleState },
      account: { ...account, tenantId, rootAccountId },
      principal: { id: principal.id, tenantId, state: principal.state, isMember },
      held: united(this.grantsOf(seat)),
      heldByInactiveTeams: united(idle.flatMap(({ id }) => this.#given(seat, id))),
      shares: this.#sharesTo.get(seat.accountId) ?? new Map(),
      token: token && { accountId: token.accountId, state: token.state, scopes: token.scopes },
    }
  }

  /** The same text for seats of the same power: all that `factsOf` reads but who it is. */
  kindOf(seat: Seat): string {
    return this.#at(seat).kind
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

  #at(seat: Seat): Seated {
    const key = seatKey(seat)
    const known = this.#seated.get(key)
    if (known) return known
    const { accountId, principalId } = seat
    const principal = this.principals.get(principalId)
    const isMember = this.#seats.has(key)
    const teamIds = this.#teamsOf.get(principalId) ?? none
    // A team is of one account: it carries nothing in another.
    const teams = teamIds
      .map((id) => this.teams.get(id)!)
      .filter((team) => team.accountId === accountId)
    const own = this.#grantsTo.get(key) ?? none
    const given = own.map(({ object, role }) => `${object} ${role.id}`).sort()
    const inTeams = teams.map(({ id }) => id).sort()
    const kind = `${accountId},${principal?.state},${isMember},${inTeams.join()},${given.join()}`
    const tokens = this.#tokensOf.get(key) ?? none
    const seated = { principal, isMember, teams, own, tokens, kind }
    this.#seated.set(key, seated)
    return seated
  }

  #given({ accountId }: Seat, subject: TeamId): readonly PowerGrant[] {
    return this.#grantsTo.get(`${accountId}/${subject}`) ?? none
  }
}

function united(grants: readonly PowerGrant[]) {
  return uniteGrants(grants.map(({ object, role }) => ({ object, permissions: role.permissions })))
}
