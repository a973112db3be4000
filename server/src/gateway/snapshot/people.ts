/** Who is in which account and team of a tenant. */
import type { AccountId, PrincipalId, TeamId } from '@commonhold/core'
import type { RowOf } from '../../store/snapshot-rows.ts'
import type { PrincipalEntry } from './entries.ts'
import { addTo, type Replaced } from './replaced.ts'

export type AccountRow = RowOf<'accounts'>
export type TeamRow = RowOf<'teams'>

export class People {
  readonly #accounts = new Map<AccountId, AccountRow>()
  readonly #principals = new Map<PrincipalId, PrincipalEntry>()
  readonly #accountsOf = new Map<PrincipalId, AccountId[]>()
  readonly #teams = new Map<TeamId, TeamRow>()
  readonly #teamsOf = new Map<PrincipalId, TeamId[]>()

  replace(
    replaced: Replaced<'accounts' | 'principals' | 'memberships' | 'teams' | 'teamMembers'>,
  ): void {
    const { touched, rows } = replaced
    for (const id of touched.accounts) this.#accounts.delete(id as AccountId)
    for (const id of touched.principals) this.#principals.delete(id as PrincipalId)
    for (const id of touched.memberships) this.#accountsOf.delete(id as PrincipalId)
    for (const id of touched.teams) this.#teams.delete(id as TeamId)
    for (const id of touched.teamMembers) this.#teamsOf.delete(id as PrincipalId)
    for (const row of rows.accounts) this.#accounts.set(row.id, row)
    for (const row of rows.principals) this.#principals.set(row.id, row)
    for (const row of rows.teams) this.#teams.set(row.id, row)
    for (const { principalId, accountId } of rows.memberships) {
      addTo(this.#accountsOf, this.idOf(principalId), this.accountIdOf(accountId))
    }
    for (const { principalId, teamId } of rows.teamMembers) {
      addTo(this.#teamsOf, this.idOf(principalId), this.#teams.get(teamId)?.id ?? teamId)
    }
  }

  account(id: AccountId): AccountRow | undefined {
    return this.#accounts.get(id)
  }

  principal(id: PrincipalId): PrincipalEntry | undefined {
    return this.#principals.get(id)
  }

  isMember(accountId: AccountId, principalId: PrincipalId): boolean {
    return this.#accountsOf.get(principalId)?.includes(accountId) ?? false
  }

  teamsIn(accountId: AccountId, principalId: PrincipalId): TeamRow[] {
    const teams = (this.#teamsOf.get(principalId) ?? []).map((id) => this.#teams.get(id))
    return teams.filter((team) => team?.accountId === accountId) as TeamRow[]
  }

  /** The teams whose limits count what a principal spends: see `TenantSnapshot.teamsCounting`. */
  teamsCounting(accountId: AccountId, principalId: PrincipalId): TeamRow[] {
    const teams = this.teamsIn(accountId, principalId)
    const ownerId = this.#principals.get(principalId)?.ownerTeamId
    const owner = ownerId && this.#teams.get(ownerId)
    return owner && !teams.includes(owner) ? [...teams, owner] : teams
  }

  /** The same text in the one place where it is kept: rows of a large tenant repeat their ids. */
  accountIdOf(id: AccountId): AccountId {
    return this.#accounts.get(id)?.id ?? id
  }

  idOf(id: PrincipalId): PrincipalId {
    return this.#principals.get(id)?.id ?? id
  }

  subjectIdOf(id: PrincipalId | TeamId): PrincipalId | TeamId {
    return this.#principals.get(id as PrincipalId)?.id ?? this.#teams.get(id as TeamId)?.id ?? id
  }
}
