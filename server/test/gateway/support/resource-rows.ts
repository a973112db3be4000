/** The resources of a tenant as rows: providers, models with their prices, virtual models. */
import type { ProviderSecret } from '@commonhold/contract'
import { type AccountId, formatId, type Id, uuidOf } from '@commonhold/core'
import { newUuid } from '../../../src/crypto/new-id.ts'
import { putSecretValue } from '../../../src/store/secret-value.ts'
import { loadTenantKey } from '../../../src/store/tenant-key.ts'

import { createdBy, sandboxPrice, TenantRows, vault } from './tenant-rows.ts'

export class ResourceRows extends TenantRows {
  async providerAccount(
    account: AccountId,
    name: string,
    spec: { provider: string; baseUrl?: string; [field: string]: unknown } = {
      provider: 'sandbox',
    },
    apiKey?: string,
  ): Promise<Id<'pacc'>> {
    const id = formatId('pacc', await this.resource(account, 'provider-account', null, name, spec))
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
    const id = await this.resource(account, 'model', uuidOf(parent), name, spec)
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
          tenantId: this.tenant,
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
    return formatId('vmdl', await this.resource(account, 'virtual-model', null, name, spec))
  }

  protected async resource(
    account: AccountId,
    kind: string,
    parentId: string | null,
    name: string,
    spec: object,
  ): Promise<string> {
    const row = { ...this.object(name), accountId: uuidOf(account), kind, parentId }
    await this.run((tx) =>
      tx
        .insertInto('resource')
        .values({ ...row, spec: JSON.stringify(spec) })
        .execute(),
    )
    return row.id
  }
}
