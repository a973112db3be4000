/**
 * Tells when a part of a budget or usage limit is used. Looks every few seconds at the tenants that
 * watch one, and writes mail and messages to webhooks in the transaction that notes that it is told
 * (store/alert.ts); they are sent as all others are.
 */
import { formatId, type TenantId, type UserId } from '@commonhold/core'
import { findAccount } from '../store/account.ts'
import { activeAdmins } from '../store/admin.ts'
import { hasLimitAlerts, noteReached, type ToldAlert } from '../store/alert.ts'
import { findBudget } from '../store/budget.ts'
import type { Tx } from '../store/database.ts'
import { findLimitAlerts, limitAlertChannel } from '../store/limit-alert.ts'
import { insertMail } from '../store/mail.ts'
import { principalNames } from '../store/principal-name.ts'
import { listTenantIds } from '../store/tenant.ts'
import { findUsageLimit } from '../store/usage-limit.ts'
import { findUser } from '../store/user.ts'
import { insertDelivery } from '../store/webhook-delivery.ts'
import { eventOf, mailOf, messageOf, type Told } from './alert-message.ts'
import { type Job, type Repeating, repeat } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'tell-alerts'

export const alertSweepSeconds = 5
/** Between looks at every tenant, in case that a notice was missed. */
export const alertWholeSweepSeconds = 5 * 60

type TellServices = Pick<WorkerServices, 'database' | 'vault' | 'smtp' | 'publicUrl' | 'log'>

/**
 * Doing it again, or by several workers at once, tells nothing twice.
 * @returns whether the tenant watches any limit
 */
export async function tellAlertsOf(
  services: TellServices,
  tenantId: TenantId,
  now: Date,
): Promise<boolean> {
  const { database } = services
  let hasMore = true
  while (hasMore) {
    hasMore = await database.withTenant(tenantId, async (tx) => {
      const reached = await noteReached(tx, tenantId)
      for (const alert of reached.told) await tell(services, tx, tenantId, alert, now)
      return reached.hasMore
    })
  }
  return database.withTenant(tenantId, hasLimitAlerts)
}

async function tell(
  { vault, smtp, publicUrl }: TellServices,
  tx: Tx,
  tenantId: TenantId,
  alert: ToldAlert,
  now: Date,
): Promise<void> {
  const told = await whatIsTold(tx, alert)
  const to = (await findLimitAlerts(tx, [alert.limitId])).get(alert.limitId)
  if (told === null || to === undefined) return
  const data = messageOf(told)
  for (const { id: webhookId } of to.webhooks) {
    await insertDelivery(
      tx,
      tenantId,
      { accountId: alert.setIn, webhookId },
      eventOf(told),
      now,
      data,
    )
  }
  if (smtp === null) return
  const admins = to.toAdmins ? await mailsOfAdmins(tx, alert, now) : []
  for (const recipient of new Set([...admins, ...to.mails].map((mail) => mail.toLowerCase()))) {
    await insertMail(tx, vault, tenantId, { recipient, ...mailOf(told, publicUrl) })
  }
}

/** Null where it has gone in the same moment. */
async function whatIsTold(tx: Tx, alert: ToldAlert): Promise<Told | null> {
  const { accountId, limitId, principalId } = alert
  const account = await findAccount(tx, accountId)
  // As root would see it: what it has set on an account is among what it finds there.
  const viewer = { id: accountId, isRoot: true }
  const limit =
    (await findBudget(tx, viewer, limitId)) ?? (await findUsageLimit(tx, viewer, limitId))
  if (account === null || limit === null) return null
  const names = principalId && (await principalNames(tx, [principalId]))
  const principal = names && { id: principalId, name: names.get(principalId) ?? principalId }
  return { alert, limit, account, principal }
}

async function mailsOfAdmins(
  tx: Tx,
  { accountId, setIn }: ToldAlert,
  now: Date,
): Promise<string[]> {
  const ids = new Set<UserId>()
  for (const account of new Set([accountId, setIn])) {
    for (const id of await activeAdmins(tx, account, now)) ids.add(id)
  }
  const users = await Promise.all([...ids].map((id) => findUser(tx, accountId, id)))
  return users.flatMap((user) => user?.email ?? [])
}

/** Keeps in mind which tenants watch a limit, and looks at those alone. */
export function tellAlertsJob(services: TellServices): Job & { watch(tenantId: TenantId): void } {
  const { database, log } = services
  const watching = new Set<TenantId>()
  let wholeAtMs = 0

  async function tellFor(tenantId: TenantId): Promise<void> {
    try {
      if (await tellAlertsOf(services, tenantId, new Date())) watching.add(tenantId)
      else watching.delete(tenantId)
    } catch (error) {
      log.error({ job: name, tenantId, error: (error as Error).message }, 'no alert was told')
    }
  }

  return {
    name,
    everySeconds: alertSweepSeconds,
    watch: (tenantId) => void watching.add(tenantId),
    run: async (signal) => {
      const isWhole = Date.now() >= wholeAtMs
      if (isWhole) wholeAtMs = Date.now() + alertWholeSweepSeconds * 1_000
      const tenants = isWhole ? await database.withControlPlane(listTenantIds) : [...watching]
      for (const tenantId of tenants) {
        if (signal.aborted) return
        await tellFor(tenantId)
      }
    },
  }
}

export async function startTelling(services: TellServices): Promise<Pick<Repeating, 'stop'>> {
  const job = tellAlertsJob(services)
  const sweep = repeat(job, services.log)
  const listening = await services.database.listen(
    limitAlertChannel,
    (tenantUuid) => job.watch(formatId('tnt', tenantUuid)),
    () => undefined,
  )
  return {
    stop: async () => {
      await listening.close()
      await sweep.stop()
    },
  }
}
