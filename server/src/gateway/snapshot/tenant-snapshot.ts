/**
 * One tenant at one revision, ready to be asked. Never changed once built: a change of the tenant
 * builds another one, which takes this one's place as a whole.
 */
import {
  type AccessFacts,
  type AccountId,
  type Budget,
  type Id,
  indexLimits,
  isActive,
  type LimitIndex,
  type PermissionSet,
  type PrincipalId,
  type ResourceId,
  type ShareId,
  type TeamId,
  type TokenId,
  type UsageLimit,
  uniteGrants,
} from '@commonhold/core'
import type { TenantKey, Vault } from '../../crypto/envelope.ts'
import { secretContext } from '../../store/secret-context.ts'
import type { SnapshotRows } from '../../store/snapshot-rows.ts'
import { Catalogue } from './catalogue.ts'
import type { PrincipalEntry, TokenEntry } from './entries.ts'
import { parseRanges } from './ip-allowlist.ts'

export interface ShareEntry {
  readonly id: ShareId
  readonly permissions: PermissionSet
  readonly markupPpm: bigint
}

type AccountRow = SnapshotRows['accounts'][number]
type GrantRow = SnapshotRows['grants'][number]
type TeamRow = SnapshotRows['teams'][number]

interface CachedFacts {
  readonly facts: AccessFacts
  /** When a grant in it expires: nobody announces that. */
  readonly validUntilMs: number
}

export class TenantSnapshot {
  readonly revision: number
  readonly tenant: SnapshotRows['tenant']
  readonly catalogue: Catalogue
  readonly budgets: LimitIndex<Budget>
  readonly usageLimits: LimitIndex<UsageLimit>
  /** What a limit is called, and how much it is: by its id. */
  readonly limits: ReadonlyMap<string, { readonly name: string; readonly amount: bigint }>
  readonly tokens: ReadonlyMap<TokenId, TokenEntry>
  readonly credentials: SnapshotRows['credentials']
  readonly #accounts: ReadonlyMap<AccountId, AccountRow>
  readonly #principals: ReadonlyMap<PrincipalId, PrincipalEntry>
  readonly #members: ReadonlySet<string>
  readonly #teams: ReadonlyMap<TeamId, TeamRow>
  readonly #teamsOf: ReadonlyMap<PrincipalId, readonly TeamRow[]>
  readonly #grantsOf: ReadonlyMap<string, readonly GrantRow[]>
  readonly #sharesTo: ReadonlyMap<AccountId, ReadonlyMap<ResourceId, ShareEntry>>
  readonly #facts = new Map<TokenId, CachedFacts>()

  constructor(rows: SnapshotRows, vault: Vault, onSecretError: (error: unknown) => void) {
    this.revision = rows.revision
    this.tenant = rows.tenant
    this.catalogue = new Catalogue(rows, keyOpener(rows, vault, onSecretError))
    this.#accounts = new Map(rows.accounts.map((row) => [row.id, row]))
    this.#principals = new Map(rows.principals.map((row) => [row.id, row]))
    this.#members = new Set(rows.memberships.map((m) => `${m.accountId}/${m.principalId}`))
    this.tokens = new Map(rows.tokens.map((row) => [row.id, tokenEntry(row)]))
    this.credentials = rows.credentials
    const teams = new Map(rows.teams.map((team) => [team.id, team]))
    this.#teams = teams
    this.#teamsOf = new Map(
      [...Map.groupBy(rows.teamMembers, (member) => member.principalId)].map(([id, members]) => [
        id,
        members.map(({ teamId }) => teams.get(teamId)!),
      ]),
    )
    this.#grantsOf = Map.groupBy(rows.grants, (grant) => `${grant.accountId}/${grant.subjectId}`)
    this.#sharesTo = new Map(
      [...Map.groupBy(rows.shares, (share) => share.toAccountId)].map(([id, shares]) => [
        id,
        new Map(shares.map((share) => [share.resourceId, share])),
      ]),
    )
    const { budgets, usageLimits } = limitsOf(rows)
    this.budgets = indexLimits(budgets)
    this.usageLimits = indexLimits(usageLimits)
    const named = [
      ...rows.budgets.map(({ id, name, amountNanos }) => ({ id, name, amount: amountNanos })),
      ...rows.usageLimits,
    ]
    this.limits = new Map(named.map(({ id, name, amount }) => [id, { name, amount }]))
  }

  account(id: AccountId): AccountRow | undefined {
    return this.#accounts.get(id)
  }

  principal(id: PrincipalId): PrincipalEntry | undefined {
    return this.#principals.get(id)
  }

  /** The teams of a principal in an account. */
  teamsIn(accountId: AccountId, principalId: PrincipalId): readonly TeamRow[] {
    const all = this.#teamsOf.get(principalId) ?? []
    return all.filter((team) => team.accountId === accountId)
  }

  /**
   * The teams whose limits count what a principal spends: those that it is in, and the one that
   * answers for it, which gives it nothing (docs/decisions/0011-a-team-answers-for-a-virtual-account.md).
   */
  teamsCounting(accountId: AccountId, principalId: PrincipalId): readonly TeamRow[] {
    const teams = this.teamsIn(accountId, principalId)
    const ownerId = this.#principals.get(principalId)?.ownerTeamId
    const owner = ownerId && this.#teams.get(ownerId)
    return owner && !teams.includes(owner) ? [...teams, owner] : teams
  }

  sharesTo(accountId: AccountId): ReadonlyMap<ResourceId, ShareEntry> {
    return this.#sharesTo.get(accountId) ?? new Map()
  }

  /** What `decide` reads about a token; built when it is first asked for. Null: no such principal. */
  factsOf(token: TokenEntry, nowMs: number): AccessFacts | null {
    const cached = this.#facts.get(token.id)
    if (cached && nowMs < cached.validUntilMs) return cached.facts
    const built = this.#buildFacts(token, nowMs)
    if (built) this.#facts.set(token.id, built)
    return built?.facts ?? null
  }

  #buildFacts(token: TokenEntry, nowMs: number): CachedFacts | null {
    const account = this.#accounts.get(token.accountId)
    const principal = this.#principals.get(token.principalId)
    if (!account || !principal) return null
    const { id: tenantId, rootAccountId } = this.tenant
    const teams = this.teamsIn(account.id, principal.id)
    let validUntilMs = Number.POSITIVE_INFINITY
    const grantsTo = (id: PrincipalId | TeamId): GrantRow[] => {
      const stored = this.#grantsOf.get(`${account.id}/${id}`) ?? []
      const live = stored.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
      for (const { expiresAtMs } of live)
        validUntilMs = Math.min(validUntilMs, expiresAtMs ?? validUntilMs)
      return live
    }
    const active = teams.filter(isActive)
    const inactive = teams.filter((team) => !isActive(team))
    const shares = [...this.sharesTo(account.id)].map(
      ([id, share]) => [id, share.permissions] as const,
    )
    const facts: AccessFacts = {
      tenant: this.tenant,
      account: { ...account, tenantId, rootAccountId },
      principal: {
        id: principal.id,
        tenantId,
        state: principal.state,
        isMember: this.#members.has(`${account.id}/${principal.id}`),
      },
      held: uniteGrants([principal, ...active].flatMap(({ id }) => grantsTo(id))),
      heldByInactiveTeams: uniteGrants(inactive.flatMap(({ id }) => grantsTo(id))),
      shares: new Map(shares),
      token: { accountId: token.accountId, state: token.state, scopes: token.scopes },
    }
    return { facts, validUntilMs }
  }
}

function tokenEntry(row: SnapshotRows['tokens'][number]): TokenEntry {
  const { ipAllowlist, ...rest } = row
  return { ...rest, ipRanges: ipAllowlist && parseRanges(ipAllowlist) }
}

/** Opens provider keys one by one, when they are first used, and remembers them. */
function keyOpener(rows: SnapshotRows, vault: Vault, onError: (error: unknown) => void) {
  const sealed = new Map(rows.providerKeys.map((row) => [row.resourceId, row.ciphertext]))
  const opened = new Map<ResourceId, string | null>()
  let tenantKey: TenantKey | null = null
  return (id: Id<'pacc'>): string | null => {
    const known = opened.get(id)
    if (known !== undefined) return known
    const ciphertext = sealed.get(id)
    let key: string | null = null
    if (ciphertext && rows.wrappedKey) {
      try {
        tenantKey ??= vault.openTenantKey(rows.tenant.id, rows.wrappedKey)
        key = tenantKey.decrypt(ciphertext, secretContext(id, 'apiKey'))
      } catch (error) {
        onError(error)
      }
    }
    opened.set(id, key)
    return key
  }
}

function limitsOf(rows: SnapshotRows): { budgets: Budget[]; usageLimits: UsageLimit[] } {
  return {
    budgets: rows.budgets.map((row) => ({
      ...row,
      subjectId: row.subjectId as Budget['subjectId'],
    })),
    usageLimits: rows.usageLimits.map((row) => ({
      id: row.id,
      accountId: row.accountId,
      level: row.level,
      subjectId: row.subjectId as UsageLimit['subjectId'],
      mode: 'enforce',
      measure: row.metric,
      amount: row.amount,
      windowSeconds: row.metric === 'concurrency' ? null : row.windowSeconds,
    })),
  }
}
