/**
 * One tenant as it is known, ready to be asked. It is of one revision at every instant: a change is
 * applied in one synchronous step, row by row, so that it costs what it changed. What was handed out
 * before (facts, entries) is never changed, and is replaced by others where it does not hold any more.
 */
import {
  type AccessFacts,
  type AccountId,
  type Budget,
  Codebook,
  isActive,
  type LimitIndex,
  newSerial,
  type PrincipalId,
  type ResourceId,
  type TokenId,
  type UsageLimit,
} from '@commonhold/core'
import type { TenantKey, Vault } from '../../crypto/envelope.ts'
import type {
  RowOf,
  SnapshotChanges,
  SnapshotHead,
  SnapshotRows,
  TableName,
} from '../../store/snapshot-rows.ts'
import { Catalogue } from './catalogue.ts'
import type { PrincipalEntry, TokenEntry } from './entries.ts'
import { Grants } from './grants.ts'
import { parseRanges } from './ip-allowlist.ts'
import { changedLimits, type LimitName, Limits } from './limits.ts'
import { type AccountRow, People, type TeamRow } from './people.ts'
import { ProviderKeys } from './provider-keys.ts'
import { addTo, asReplaced, type Replaced } from './replaced.ts'
import { type ShareEntry, Shares } from './shares.ts'

/** Numbers are never given again: a snapshot that has used up so many is better made anew. */
const numbersMax = 4_000_000

/** What `decide` reads, besides the tenant itself. */
const accessTables: readonly TableName[] = [
  'accounts',
  'principals',
  'memberships',
  'teams',
  'teamMembers',
  'tokens',
  'roles',
  'grants',
  'shares',
]
/** What else can end a call that runs: its secret, and the model that it calls. */
const callTables: readonly TableName[] = [...accessTables, 'credentials', 'resources']

interface CachedFacts {
  readonly facts: AccessFacts
  /** When a grant in it expires: nobody announces that. */
  readonly validUntilMs: number
}

export type Credential = RowOf<'credentials'>

/** What a change means to what runs. */
export interface Applied {
  /** Limits that became smaller or went away. */
  readonly changed: ReadonlySet<string>
  /** Whether calls that run have to be asked about again. */
  readonly concernsCalls: boolean
}

export class TenantSnapshot {
  readonly catalogue: Catalogue
  readonly #codebook = new Codebook()
  readonly #numbersAtFirst: number
  readonly #people = new People()
  readonly #grants = new Grants(this.#codebook)
  readonly #shares = new Shares(this.#codebook)
  readonly #limits = new Limits()
  readonly #providerKeys: ProviderKeys
  readonly #tokens = new Map<TokenId, TokenEntry>()
  readonly #credentialsOf = new Map<TokenId, Credential[]>()
  readonly #facts = new Map<TokenId, CachedFacts>()
  /** One for everybody who acts in the account. */
  readonly #accountFacts = new Map<AccountId, AccessFacts['account']>()
  #head: SnapshotHead

  constructor(rows: SnapshotRows, vault: Vault, onSecretError: (error: unknown) => void) {
    this.#head = headOf(rows)
    this.#providerKeys = new ProviderKeys(this.#head, vault, onSecretError)
    const keyOf = this.#providerKeys.open.bind(this.#providerKeys)
    this.catalogue = new Catalogue(this.#head, this.#codebook, keyOf)
    this.#replace(asReplaced(rows))
    this.#providerKeys.replace(this.#head, rows.providerKeys)
    this.#numbersAtFirst = this.#codebook.size
  }

  /**
   * Only from the revision that it has. Where this throws, the snapshot is half of one revision and
   * half of another, and may not be asked any more.
   */
  apply({ since, head, touched, rows }: SnapshotChanges): Applied {
    if (since !== this.revision) throw new Error(`changes since ${since}, not ${this.revision}`)
    const before = touched.budgets
      .concat(touched.usageLimits)
      .flatMap((id): [string, LimitName][] => {
        const limit = this.limits.get(id)
        return limit ? [[id, limit]] : []
      })
    const isOther = head.tenant.state !== this.tenant.state || head.tenant.name !== this.tenant.name
    const changes = (tables: readonly TableName[]) =>
      isOther || tables.some((table) => touched[table].length > 0)
    if (changes(accessTables)) {
      this.#facts.clear()
      this.#accountFacts.clear()
    }
    this.#replace({ touched, rows })
    this.#providerKeys.replace(head, touched.providerKeys.length > 0 ? rows.providerKeys : null)
    this.#head = isOther ? headOf(head) : { ...headOf(head), tenant: this.tenant }
    return {
      changed: changedLimits(before, this.limits),
      concernsCalls: changes(callTables),
    }
  }

  get revision(): number {
    return this.#head.revision
  }

  get tenant(): SnapshotHead['tenant'] {
    return this.#head.tenant
  }

  /** Whether it is better made anew than changed once more. */
  get isWorn(): boolean {
    return this.#codebook.size - this.#numbersAtFirst > numbersMax
  }

  /** What is kept of the tenant's requests is encrypted with it. */
  tenantKey(): TenantKey | null {
    return this.#providerKeys.tenantKey
  }

  get budgets(): LimitIndex<Budget> {
    return this.#limits.budgets
  }

  get usageLimits(): LimitIndex<UsageLimit> {
    return this.#limits.usageLimits
  }

  /** What a limit is called, and how much it is: by its id. */
  get limits(): ReadonlyMap<string, LimitName> {
    return this.#limits.names
  }

  get tokens(): ReadonlyMap<TokenId, TokenEntry> {
    return this.#tokens
  }

  credentials(): Credential[] {
    return [...this.#credentialsOf.values()].flat()
  }

  credentialsOf(id: TokenId): readonly Credential[] {
    return this.#credentialsOf.get(id) ?? []
  }

  account(id: AccountId): AccountRow | undefined {
    return this.#people.account(id)
  }

  principal(id: PrincipalId): PrincipalEntry | undefined {
    return this.#people.principal(id)
  }

  /** The teams of a principal in an account. */
  teamsIn(accountId: AccountId, principalId: PrincipalId): readonly TeamRow[] {
    return this.#people.teamsIn(accountId, principalId)
  }

  /**
   * The teams whose limits count what a principal spends: those that it is in, and the one that
   * answers for it, which gives it nothing (docs/decisions/0011-a-team-answers-for-a-virtual-account.md).
   */
  teamsCounting(accountId: AccountId, principalId: PrincipalId): readonly TeamRow[] {
    return this.#people.teamsCounting(accountId, principalId)
  }

  sharesTo(accountId: AccountId): ReadonlyMap<ResourceId, ShareEntry> {
    return this.#shares.to(accountId)
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
    const account = this.#accountFactsOf(token.accountId)
    const principal = this.principal(token.principalId)
    if (!account || !principal) return null
    const { id: tenantId } = this.tenant
    const teams = this.teamsIn(account.id, principal.id)
    const idsOf = (list: readonly TeamRow[]) => list.map(({ id }) => id)
    const active = [principal.id, ...idsOf(teams.filter(isActive))]
    const inactive = idsOf(teams.filter((team) => !isActive(team)))
    const held = this.#grants.heldBy(account.id, active, nowMs)
    const heldByInactiveTeams = this.#grants.heldBy(account.id, inactive, nowMs)
    const facts: AccessFacts = {
      tenant: this.tenant,
      account,
      principal: {
        id: principal.id,
        tenantId,
        state: principal.state,
        isMember: this.#people.isMember(account.id, principal.id),
      },
      held: held.held,
      heldByInactiveTeams: heldByInactiveTeams.held,
      shares: this.#shares.permissionsTo(account.id),
      token: { accountId: token.accountId, state: token.state, scopes: token.scopes },
      serial: newSerial(),
    }
    return { facts, validUntilMs: Math.min(held.validUntilMs, heldByInactiveTeams.validUntilMs) }
  }

  #accountFactsOf(id: AccountId): AccessFacts['account'] | null {
    const known = this.#accountFacts.get(id)
    if (known) return known
    const row = this.account(id)
    if (!row) return null
    const { id: tenantId, rootAccountId } = this.tenant
    const { state, boundary } = row
    const facts = { id: row.id, tenantId, rootAccountId, state, boundary }
    this.#accountFacts.set(id, facts)
    return facts
  }

  /** People first: what comes after them names them. */
  #replace(replaced: Replaced): void {
    this.#people.replace(replaced)
    const { touched, rows } = replaced
    for (const id of touched.tokens) this.#tokens.delete(id as TokenId)
    for (const id of touched.credentials) this.#credentialsOf.delete(id as TokenId)
    for (const row of rows.tokens) this.#tokens.set(row.id, this.#tokenEntry(row))
    for (const row of rows.credentials) {
      const tokenId = this.#tokens.get(row.tokenId)?.id ?? row.tokenId
      addTo(this.#credentialsOf, tokenId, { ...row, tokenId })
    }
    this.#grants.replace(replaced, this.#people)
    this.#shares.replace(replaced)
    this.catalogue.replace(replaced, (id) => this.#people.accountIdOf(id))
    this.#limits.replace(replaced)
  }

  #tokenEntry({ ipAllowlist, ...row }: RowOf<'tokens'>): TokenEntry {
    return {
      ...row,
      accountId: this.#people.accountIdOf(row.accountId),
      principalId: this.#people.idOf(row.principalId),
      scopes: row.scopes && this.#codebook.canonical(row.scopes),
      ipRanges: ipAllowlist && parseRanges(ipAllowlist),
    }
  }
}

/** Without the rows that may come along with it. */
function headOf({ revision, tenant, wrappedKey }: SnapshotHead): SnapshotHead {
  return { revision, tenant, wrappedKey }
}
