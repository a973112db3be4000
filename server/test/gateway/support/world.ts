/**
 * A tenant as rows, written as the application role: what the control plane would have written. Only
 * what gateway tests vary has a parameter.
 */
import type { ProviderSecret } from '@commonhold/contract'
import {
  type AccountId,
  allPermissions,
  formatId,
  type Id,
  listPermissions,
  type PeriodKind,
  type Permission,
  type PrincipalId,
  type ResourceId,
  type ShareId,
  type TeamId,
  type TenantId,
  type TokenId,
  uuidOf,
} from '@commonhold/core'
import { createHasher, newTokenText } from '../../../src/crypto/credential-hash.ts'
import { createVault } from '../../../src/crypto/envelope.ts'
import { newUuid } from '../../../src/crypto/new-id.ts'
import { type Database, openDatabase, type Tx } from '../../../src/store/database.ts'
import { putSecretValue } from '../../../src/store/secret-value.ts'
import { insertTenantKey, loadTenantKey } from '../../../src/store/tenant-key.ts'

export const masterKey = Buffer.alloc(32, 7)
export const hasher = createHasher(masterKey)
export const vault = createVault(masterKey)

const createdBy = 'test'
const everything = listPermissions(allPermissions)

/** Sandbox prices: half a dollar and two dollars per million, as its own catalogue has them. */
export const sandboxPrice = { inputPerMillionUsd: '0.5', outputPerMillionUsd: '2' }

export interface NewToken {
  readonly id: TokenId
  readonly text: string
}

export interface Subject {
  readonly principal?: PrincipalId
  readonly team?: TeamId
  readonly token?: TokenId
  readonly model?: ResourceId
  readonly share?: ShareId
  /** A level that names nothing further. */
  readonly level?: 'tenant' | 'each-user' | 'each-virtual-account'
}

export class World {
  readonly database: Database
  readonly tenantId: TenantId
  readonly rootId: AccountId
  readonly #tenant: string

  private constructor(database: Database, tenantId: TenantId, rootId: AccountId) {
    this.database = database
    this.tenantId = tenantId
    this.rootId = rootId
    this.#tenant = uuidOf(tenantId)
  }

  static open(appUrl: string): Database {
    return openDatabase(appUrl, { poolMax: 8 })
  }

  /** A new tenant with a root account and nothing else. */
  static async create(database: Database, name: string): Promise<World> {
    const tenantId = formatId('tnt', newUuid())
    const rootId = formatId('acct', newUuid())
    const world = new World(database, tenantId, rootId)
    await world.run(async (tx) => {
      const id = uuidOf(tenantId)
      const rootAccountId = uuidOf(rootId)
      await tx.insertInto('tenant').values({ id, name, displayName: name, rootAccountId }).execute()
      await tx.insertInto('tenantRevision').values({ tenantId: id }).execute()
      await insertTenantKey(tx, vault, tenantId)
      await tx
        .insertInto('account')
        .values({
          ...world.#object('root'),
          id: rootAccountId,
          isRoot: true,
          boundary: everything,
        })
        .execute()
    })
    return world
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.withTenant(this.tenantId, work)
  }

  async account(name: string, boundary: readonly Permission[] = everything): Promise<AccountId> {
    const row = { ...this.#object(name), boundary: [...boundary] }
    await this.run((tx) => tx.insertInto('account').values(row).execute())
    return formatId('acct', row.id)
  }

  async virtualAccount(account: AccountId, name: string): Promise<Id<'va'>> {
    const row = { ...this.#object(name), accountId: uuidOf(account) }
    await this.run(async (tx) => {
      await this.#principal(tx, row.id, 'virtual-account', [account])
      await tx.insertInto('virtualAccount').values(row).execute()
    })
    return formatId('va', row.id)
  }

  async user(email: string, accounts: readonly AccountId[]): Promise<Id<'user'>> {
    const { name: _name, ...row } = this.#object('user')
    await this.run(async (tx) => {
      await this.#principal(tx, row.id, 'user', accounts)
      await tx
        .insertInto('user')
        .values({ ...row, email, displayName: email, state: 'active' })
        .execute()
    })
    return formatId('user', row.id)
  }

  async team(
    account: AccountId,
    name: string,
    members: readonly PrincipalId[] = [],
  ): Promise<TeamId> {
    const row = { ...this.#object(name), accountId: uuidOf(account) }
    await this.run(async (tx) => {
      await tx.insertInto('team').values(row).execute()
      for (const member of members) {
        const principalId = uuidOf(member)
        const { tenantId, accountId, id: teamId } = row
        await tx
          .insertInto('teamMember')
          .values({ tenantId, accountId, teamId, principalId, createdBy })
          .execute()
      }
    })
    return formatId('team', row.id)
  }

  async token(
    account: AccountId,
    principal: PrincipalId,
    options: {
      scopes?: Permission[]
      ipAllowlist?: string[]
      expiresAt?: Date
    } = {},
  ): Promise<NewToken> {
    const row = this.#object(`t${newUuid().slice(-12)}`)
    const text = newTokenText(principal.startsWith('va_') ? 'va' : 'pat', row.id)
    await this.run(async (tx) => {
      await tx
        .insertInto('token')
        .values({
          ...row,
          accountId: uuidOf(account),
          principalId: uuidOf(principal),
          scopes: options.scopes ?? null,
          ipAllowlist: options.ipAllowlist ?? null,
          expiresAt: options.expiresAt ?? null,
        })
        .execute()
      await tx
        .insertInto('credential')
        .values({
          tenantId: this.#tenant,
          hash: hasher.hash(text),
          pepperId: hasher.pepperId,
          tokenId: row.id,
        })
        .execute()
    })
    return { id: formatId('tok', row.id), text }
  }

  async providerAccount(
    account: AccountId,
    name: string,
    spec: { provider: string; baseUrl?: string; [field: string]: unknown } = {
      provider: 'sandbox',
    },
    apiKey?: string,
  ): Promise<Id<'pacc'>> {
    const id = formatId('pacc', await this.#resource(account, 'provider-account', null, name, spec))
    if (apiKey !== undefined) await this.secret(id, 'apiKey', apiKey)
    return id
  }

  /** Writes it over the one that was there. */
  async secret(of: Id<'pacc'>, field: ProviderSecret, text: string): Promise<void> {
    await this.run(async (tx) => {
      const key = await loadTenantKey(tx, vault, this.tenantId)
      await putSecretValue(tx, key, { tenantId: this.tenantId, resourceId: of, field }, text)
    })
  }

  /** @param price null declares none, which is unknown and not free */
  async model(
    account: AccountId,
    parent: Id<'pacc'>,
    name: string,
    options: {
      upstreamModel?: string
      type?: string
      audioSecondsMax?: number
      contextTokensMax?: number
      outputTokensMax?: number
      price?: object | null
    } = {},
  ): Promise<Id<'mdl'>> {
    const { price = sandboxPrice, upstreamModel = name, type = 'chat' } = options
    const { contextTokensMax = 128_000, outputTokensMax = 16_384 } = options
    const { audioSecondsMax } = options
    const spec = { upstreamModel, type, contextTokensMax, outputTokensMax, audioSecondsMax }
    const id = await this.#resource(account, 'model', uuidOf(parent), name, spec)
    if (price !== null) await this.price(account, formatId('mdl', id), price)
    return formatId('mdl', id)
  }

  async price(account: AccountId, model: Id<'mdl'>, components: object): Promise<void> {
    await this.run(async (tx) => {
      const resourceId = uuidOf(model)
      const before = await tx
        .selectFrom('price')
        .select('version')
        .where('resourceId', '=', resourceId)
        .execute()
      await tx
        .insertInto('price')
        .values({
          tenantId: this.#tenant,
          accountId: uuidOf(account),
          id: newUuid(),
          resourceId,
          version: before.length + 1,
          components: JSON.stringify(components),
          validFrom: new Date(),
          createdBy,
        })
        .execute()
    })
  }

  async virtualModel(
    account: AccountId,
    name: string,
    strategy: 'priority' | 'weighted' | 'latency',
    targets: readonly { model: Id<'mdl'>; weight?: number }[],
    more: object = {},
  ): Promise<Id<'vmdl'>> {
    const weighed = targets.map((target) => ({ weight: 1, ...target }))
    const spec = { strategy, targets: weighed, ...more }
    return formatId('vmdl', await this.#resource(account, 'virtual-model', null, name, spec))
  }

  async share(
    resource: ResourceId,
    to: AccountId,
    permissions: readonly Permission[] = everything,
    markupPpm = 0n,
  ): Promise<ShareId> {
    const id = newUuid()
    await this.run((tx) =>
      tx
        .insertInto('share')
        .values({
          tenantId: this.#tenant,
          rootAccountId: uuidOf(this.rootId),
          id,
          resourceId: uuidOf(resource),
          toAccountId: uuidOf(to),
          permissions: [...permissions],
          markupPpm,
          createdBy,
        })
        .execute(),
    )
    return formatId('share', id)
  }

  /** On the whole account, or on one resource of it (`via`: what was shared). */
  async grant(
    account: AccountId,
    subject: { principal: PrincipalId } | { team: TeamId },
    permissions: readonly Permission[],
    object: { resource?: ResourceId; via?: ResourceId } = {},
  ): Promise<string> {
    const role = this.#object(`r${newUuid().slice(-12)}`)
    const id = newUuid()
    await this.run(async (tx) => {
      await tx
        .insertInto('role')
        .values({ ...role, accountId: uuidOf(account), permissions: [...permissions] })
        .execute()
      const isResource = object.resource !== undefined
      await tx
        .insertInto('grant')
        .values({
          tenantId: this.#tenant,
          accountId: uuidOf(account),
          id,
          principalId: 'principal' in subject ? uuidOf(subject.principal) : null,
          teamId: 'team' in subject ? uuidOf(subject.team) : null,
          objectType: isResource ? 'resource' : 'account',
          objectKind: isResource ? 'model' : null,
          resourceId: object.resource ? uuidOf(object.resource) : null,
          viaResourceId: object.via ? uuidOf(object.via) : null,
          roleId: role.id,
          createdBy,
        })
        .execute()
    })
    return id
  }

  async budget(
    account: AccountId,
    name: string,
    amountNanos: bigint,
    of: Subject = {},
    options: { period?: PeriodKind; mode?: 'enforce' | 'audit'; imposed?: boolean } = {},
  ): Promise<Id<'bud'>> {
    const row = this.#object(name)
    const { period = 'month', mode = 'enforce', imposed = false } = options
    await this.run((tx) =>
      tx
        .insertInto('budget')
        .values({
          ...row,
          accountId: uuidOf(account),
          ...levelOf(of),
          amountNanos,
          period,
          mode,
          imposed,
        })
        .execute(),
    )
    return formatId('bud', row.id)
  }

  async usageLimit(
    account: AccountId,
    name: string,
    metric: 'requests' | 'tokens' | 'concurrency',
    amount: bigint,
    windowSeconds = 0,
    of: Subject = {},
  ): Promise<Id<'lim'>> {
    const row = this.#object(name)
    const limit = { ...row, accountId: uuidOf(account), ...levelOf(of), metric, amount }
    await this.run((tx) =>
      tx
        .insertInto('usageLimit')
        .values({ ...limit, windowSeconds })
        .execute(),
    )
    return formatId('lim', row.id)
  }

  async #resource(
    account: AccountId,
    kind: string,
    parentId: string | null,
    name: string,
    spec: object,
  ): Promise<string> {
    const row = { ...this.#object(name), accountId: uuidOf(account), kind, parentId }
    await this.run((tx) =>
      tx
        .insertInto('resource')
        .values({ ...row, spec: JSON.stringify(spec) })
        .execute(),
    )
    return row.id
  }

  async #principal(tx: Tx, id: string, kind: string, accounts: readonly AccountId[]) {
    await tx.insertInto('principal').values({ tenantId: this.#tenant, id, kind }).execute()
    for (const account of accounts) {
      await tx
        .insertInto('membership')
        .values({ tenantId: this.#tenant, accountId: uuidOf(account), principalId: id, createdBy })
        .execute()
    }
  }

  #object(name: string) {
    return { tenantId: this.#tenant, id: newUuid(), name, displayName: name, createdBy }
  }
}

function levelOf({ principal, team, token, model, share, level }: Subject) {
  if (principal) {
    const level = principal.startsWith('va_') ? 'virtual-account' : 'user'
    return { level, principalId: uuidOf(principal) }
  }
  if (team) return { level: 'team', teamId: uuidOf(team) }
  if (token) return { level: 'token', tokenId: uuidOf(token) }
  if (model) return { level: 'model', resourceId: uuidOf(model) }
  if (share) return { level: 'share', shareId: uuidOf(share) }
  return { level: level ?? 'account' }
}
