/**
 * A tenant as rows, written as the application role: what the control plane would have written. Only
 * what gateway tests vary has a parameter. Here is what allows and limits; people and resources are beside it.
 */
import {
  type AccountId,
  formatId,
  type Id,
  type PeriodKind,
  type Permission,
  type PrincipalId,
  type ResourceId,
  type ShareId,
  type TeamId,
  type TokenId,
  uuidOf,
} from '@commonhold/core'
import { newUuid } from '../../../src/crypto/new-id.ts'
import { type Database, openDatabase } from '../../../src/store/database.ts'
import { insertTenantKey } from '../../../src/store/tenant-key.ts'

import { ResourceRows } from './resource-rows.ts'
import { createdBy, everything, vault } from './tenant-rows.ts'

export { hasher, masterKey, type NewToken, sandboxPrice, vault } from './tenant-rows.ts'

export interface Subject {
  readonly principal?: PrincipalId
  readonly team?: TeamId
  readonly token?: TokenId
  readonly model?: ResourceId
  readonly share?: ShareId
  /** A level that names nothing further. */
  readonly level?: 'tenant' | 'each-user' | 'each-virtual-account'
}

export class World extends ResourceRows {
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
          ...world.object('root'),
          id: rootAccountId,
          isRoot: true,
          boundary: everything,
        })
        .execute()
    })
    return world
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
          tenantId: this.tenant,
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
    const role = this.object(`r${newUuid().slice(-12)}`)
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
          tenantId: this.tenant,
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
    const row = this.object(name)
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
    const row = this.object(name)
    const limit = { ...row, accountId: uuidOf(account), ...levelOf(of), metric, amount }
    await this.run((tx) =>
      tx
        .insertInto('usageLimit')
        .values({ ...limit, windowSeconds })
        .execute(),
    )
    return formatId('lim', row.id)
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
