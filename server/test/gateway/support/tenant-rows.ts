/**
 * The people of a tenant as rows, written as the application role: accounts, users, virtual accounts, teams and
 * tokens. Resources are in `resource-rows.ts`, what limits and allows in `world.ts`.
 */
import {
  type AccountId,
  allPermissions,
  formatId,
  type Id,
  listPermissions,
  type Permission,
  type PrincipalId,
  type TeamId,
  type TenantId,
  type TokenId,
  uuidOf,
} from '@commonhold/core'
import { createHasher, newTokenText } from '../../../src/crypto/credential-hash.ts'
import { createVault } from '../../../src/crypto/envelope.ts'
import { newUuid } from '../../../src/crypto/new-id.ts'
import type { Database, Tx } from '../../../src/store/database.ts'

export const masterKey = Buffer.alloc(32, 7)
export const hasher = createHasher(masterKey)
export const vault = createVault(masterKey)

export const createdBy = 'test'
export const everything = listPermissions(allPermissions)

/** Sandbox prices: half a dollar and two dollars per million, as its own catalogue has them. */
export const sandboxPrice = { inputPerMillionUsd: '0.5', outputPerMillionUsd: '2' }

export interface NewToken {
  readonly id: TokenId
  readonly text: string
}

export class TenantRows {
  readonly database: Database
  readonly tenantId: TenantId
  readonly rootId: AccountId
  protected readonly tenant: string

  protected constructor(database: Database, tenantId: TenantId, rootId: AccountId) {
    this.database = database
    this.tenantId = tenantId
    this.rootId = rootId
    this.tenant = uuidOf(tenantId)
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.withTenant(this.tenantId, work)
  }

  async account(name: string, boundary: readonly Permission[] = everything): Promise<AccountId> {
    const row = { ...this.object(name), boundary: [...boundary] }
    await this.run((tx) => tx.insertInto('account').values(row).execute())
    return formatId('acct', row.id)
  }

  async virtualAccount(account: AccountId, name: string): Promise<Id<'va'>> {
    const row = { ...this.object(name), accountId: uuidOf(account) }
    await this.run(async (tx) => {
      await this.#principal(tx, row.id, 'virtual-account', [account])
      await tx.insertInto('virtualAccount').values(row).execute()
    })
    return formatId('va', row.id)
  }

  async user(email: string, accounts: readonly AccountId[]): Promise<Id<'user'>> {
    const { name: _name, ...row } = this.object('user')
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
    const row = { ...this.object(name), accountId: uuidOf(account) }
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
    const row = this.object(`t${newUuid().slice(-12)}`)
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
          tenantId: this.tenant,
          hash: hasher.hash(text),
          pepperId: hasher.pepperId,
          tokenId: row.id,
        })
        .execute()
    })
    return { id: formatId('tok', row.id), text }
  }

  async #principal(tx: Tx, id: string, kind: string, accounts: readonly AccountId[]) {
    await tx.insertInto('principal').values({ tenantId: this.tenant, id, kind }).execute()
    for (const account of accounts) {
      await tx
        .insertInto('membership')
        .values({ tenantId: this.tenant, accountId: uuidOf(account), principalId: id, createdBy })
        .execute()
    }
  }

  protected object(name: string) {
    return { tenantId: this.tenant, id: newUuid(), name, displayName: name, createdBy }
  }
}
