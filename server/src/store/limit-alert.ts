/** At which parts of a budget or usage limit somebody is told, and who. */
import type { AccountId, TenantId } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import type { LimitId } from './limit-raise.ts'
import type { WebhookId } from './webhook.ts'

/** Told when a limit gets alerts, with the tenant's UUID (a trigger in schema.sql). */
export const limitAlertChannel = 'commonhold_limit_alert'

export interface LimitAlert {
  readonly percents: readonly number[]
  readonly toAdmins: boolean
  readonly mails: readonly string[]
  /** Of the account in which the alerts were set. */
  readonly webhooks: readonly { readonly id: WebhookId; readonly name: string }[]
}

/** @returns those that have any, by their id */
export async function findLimitAlerts(
  tx: Tx,
  limitIds: readonly LimitId[],
): Promise<Map<string, LimitAlert>> {
  if (limitIds.length === 0) return new Map()
  const ids = limitIds.map(uuid)
  const rows = await tx
    .selectFrom('limitAlert')
    .select(['limitId', 'percents', 'toAdmins', 'mails'])
    .where('limitId', 'in', ids)
    .execute()
  const webhooks = await tx
    .selectFrom('limitAlertWebhook as to')
    .innerJoin('webhook', 'webhook.id', 'to.webhookId')
    .select(['to.limitId', 'webhook.id', 'webhook.name'])
    .where('to.limitId', 'in', ids)
    .orderBy('webhook.name')
    .execute()
  const byLimit = Map.groupBy(webhooks, (row) => row.limitId)
  const typedIds = new Map(limitIds.map((id) => [uuid(id), id]))
  return new Map(
    rows.map(({ limitId, ...row }) => {
      const to = byLimit.get(limitId) ?? []
      const named = to.map(({ id, name }) => ({ id: typed('hook', id), name }))
      return [typedIds.get(limitId)!, { ...row, webhooks: named }]
    }),
  )
}

/** @param alert null: nobody is told any more */
export async function writeLimitAlert(
  tx: Tx,
  of: {
    readonly tenantId: TenantId
    /** Whose limit it is. */
    readonly accountId: AccountId
    readonly limitId: LimitId
    /** In which account it is said: whose webhooks they are. */
    readonly setIn: AccountId
  },
  alert: LimitAlert | null,
): Promise<void> {
  const limitId = uuid(of.limitId)
  if (alert === null) {
    await tx.deleteFrom('limitAlert').where('limitId', '=', limitId).execute()
    return
  }
  const isBudget = of.limitId.startsWith('bud_')
  const tenantId = uuid(of.tenantId)
  const settings = {
    percents: [...alert.percents],
    toAdmins: alert.toAdmins,
    mails: [...alert.mails],
  }
  await tx
    .insertInto('limitAlert')
    .values({
      ...settings,
      tenantId,
      accountId: uuid(of.accountId),
      budgetId: isBudget ? limitId : null,
      usageLimitId: isBudget ? null : limitId,
      setInId: uuid(of.setIn),
    })
    .onConflict((conflict) => conflict.columns(['tenantId', 'limitId']).doUpdateSet(settings))
    .execute()
  await tx.deleteFrom('limitAlertWebhook').where('limitId', '=', limitId).execute()
  if (alert.webhooks.length === 0) return
  const accountId = uuid(of.setIn)
  await tx
    .insertInto('limitAlertWebhook')
    .values(alert.webhooks.map(({ id }) => ({ tenantId, accountId, limitId, webhookId: uuid(id) })))
    .execute()
}
