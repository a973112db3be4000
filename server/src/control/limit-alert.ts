/**
 * Alerts of budgets and usage limits, as their forms set them. Webhooks are those of the acting
 * account; whom root tells of a limit that it has set on an account is not that account's business.
 */
import { Refusal } from '@commonhold/contract'
import type { AccountId } from '@commonhold/core'
import { findLimitAlerts, type LimitAlert, writeLimitAlert } from '../store/limit-alert.ts'
import type { LimitId } from '../store/limit-raise.ts'
import { findWebhook } from '../store/webhook.ts'
import type { Context } from './context.ts'
import { isImposedOn } from './limit-level.ts'
import { notFound } from './resolve.ts'

type Here = Pick<Context, 'tx' | 'account'>

interface GivenAlerts {
  readonly percents?: readonly number[] | undefined
  readonly toAdmins?: boolean | undefined
  readonly mails?: readonly string[] | undefined
  readonly webhooks?: readonly string[] | undefined
}

/**
 * @param given what the body says: absent leaves it, null tells nobody, fields change what they name
 * @param before what is set now
 * @returns what to write; undefined: nothing
 * @throws not_found for a webhook, refused_by_rule
 */
export async function resolveAlerts(
  c: Here,
  given: GivenAlerts | null | undefined,
  before: LimitAlert | null,
): Promise<LimitAlert | null | undefined> {
  if (given === undefined || given === null) return given
  const percents = given.percents ?? before?.percents
  if (percents === undefined) {
    throw refuse('/alerts/percents', 'Say at which percentages: nothing is told of it yet.')
  }
  const toAdmins = given.toAdmins ?? before?.toAdmins ?? true
  const mails = [...new Set(given.mails ?? before?.mails ?? [])]
  const webhooks = given.webhooks
    ? await resolveWebhooks(c, given.webhooks)
    : (before?.webhooks ?? [])
  if (!toAdmins && mails.length === 0 && webhooks.length === 0) {
    throw refuse('/alerts', 'Say whom to tell: admins, mails or webhooks. Or give null for nobody.')
  }
  return { percents, toAdmins, mails, webhooks }
}

async function resolveWebhooks({ tx, account }: Here, references: readonly string[]) {
  const found = new Map<string, LimitAlert['webhooks'][number]>()
  for (const reference of references) {
    const row = await findWebhook(tx, account.id, reference)
    if (row === null) throw notFound('webhook')
    found.set(row.id, { id: row.id, name: row.name })
  }
  return [...found.values()]
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer, rule: 'alerts', message: sentence }],
  })

interface AlertedLimit {
  readonly id: LimitId
  readonly accountId: AccountId
  readonly imposed: boolean
  readonly limitedAccountId: AccountId | null
}

/** @param alerts of `resolveAlerts` */
export async function writeAlerts(
  c: Pick<Context, 'tx' | 'tenantId' | 'account'>,
  { id, accountId }: Pick<AlertedLimit, 'id' | 'accountId'>,
  alerts: LimitAlert | null | undefined,
): Promise<void> {
  if (alerts === undefined) return
  const of = { tenantId: c.tenantId, accountId, limitId: id, setIn: c.account.id }
  await writeLimitAlert(c.tx, of, alerts)
}

/**
 * What an update does to the alerts of a limit.
 * @param given of the body; see `resolveAlerts`, which says what is refused
 * @returns what they were and will be, and what writes them
 */
export async function changeOfAlerts(
  c: Pick<Context, 'tx' | 'tenantId' | 'account'>,
  limit: AlertedLimit,
  given: GivenAlerts | null | undefined,
) {
  const before = (await alertsOf(c, [limit])).get(limit.id) ?? null
  const next = await resolveAlerts(c, given, before)
  const after = next === undefined ? before : next
  return { before, after, write: () => writeAlerts(c, limit, next) }
}

/** What is set on each of these, as far as the account may know. */
export async function alertsOf(
  c: Here,
  rows: readonly AlertedLimit[],
): Promise<Map<string, LimitAlert>> {
  const own = rows.filter((row) => !isImposedOn(c, row))
  return findLimitAlerts(
    c.tx,
    own.map(({ id }) => id),
  )
}

export function presentAlerts(alert: LimitAlert | null | undefined) {
  if (!alert) return null
  const { percents, toAdmins, mails, webhooks } = alert
  return {
    percents: [...percents],
    toAdmins,
    mails: [...mails],
    webhooks: webhooks.map(({ id, name }) => ({ id, name })),
  }
}
