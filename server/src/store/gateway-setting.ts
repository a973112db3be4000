/**
 * What an account lets the gateway do besides calling models. It stands in the account's own row, so
 * that gateways learn of it with the account, and what is not said there is off.
 */
import type { AccountId, RedactionRules } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

export type RequestLogMode = 'off' | 'metadata' | 'full'

export interface RequestLogSetting {
  readonly mode: RequestLogMode
  /** How long an entry is kept, in days. */
  readonly retentionDays: number
  readonly redact: RedactionRules
}

export interface GatewaySetting {
  readonly requestLog: RequestLogSetting
}

const retentionDaysDefault = 30

/** Bodies are redacted unless somebody says that they are not to be. */
export const gatewaySettingDefault: GatewaySetting = {
  requestLog: {
    mode: 'off',
    retentionDays: retentionDaysDefault,
    redact: { emails: true, cardNumbers: true, keys: true, fields: [] },
  },
}

/** What is changed; the rest stays. */
export interface GatewaySettingChange {
  readonly requestLog?: Partial<Omit<RequestLogSetting, 'redact'>> & {
    readonly redact?: Partial<RedactionRules>
  }
}

export function changedSetting(
  { requestLog }: GatewaySetting,
  change: GatewaySettingChange,
): GatewaySetting {
  return {
    requestLog: {
      ...requestLog,
      ...change.requestLog,
      redact: { ...requestLog.redact, ...change.requestLog?.redact },
    },
  }
}

/** @param stored the column, which was written from this type or is `{}` */
export function storedSetting(stored: unknown): GatewaySetting {
  return changedSetting(gatewaySettingDefault, stored as GatewaySettingChange)
}

/** What a gateway needs to know: null where all of it is off. */
export function settingInUse(stored: unknown): GatewaySetting | null {
  const setting = storedSetting(stored)
  return setting.requestLog.mode === 'off' ? null : setting
}

export async function findGatewaySetting(
  tx: Tx,
  accountId: AccountId,
): Promise<{ setting: GatewaySetting; revision: number }> {
  const row = await tx
    .selectFrom('account')
    .select(['gatewaySettings', 'revision'])
    .where('id', '=', uuid(accountId))
    .executeTakeFirstOrThrow()
  return { setting: storedSetting(row.gatewaySettings), revision: Number(row.revision) }
}

/** @returns the account's new revision */
export async function updateGatewaySetting(
  tx: Tx,
  accountId: AccountId,
  setting: GatewaySetting,
): Promise<number> {
  const row = await tx
    .updateTable('account')
    .set({ gatewaySettings: sql`${JSON.stringify(setting)}::jsonb` })
    .where('id', '=', uuid(accountId))
    .returning('revision')
    .executeTakeFirstOrThrow()
  return Number(row.revision)
}
