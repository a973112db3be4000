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

export interface CacheSetting {
  /** `on-request`: requests that ask for it may be answered with what was answered before. */
  readonly mode: 'off' | 'on-request'
  /** How old such an answer may be. */
  readonly ttlSeconds: number
}

export interface GatewaySetting {
  readonly requestLog: RequestLogSetting
  readonly cache: CacheSetting
}

const retentionDaysDefault = 30
const cacheTtlSecondsDefault = 300

/** Bodies are redacted unless somebody says that they are not to be. */
export const gatewaySettingDefault: GatewaySetting = {
  requestLog: {
    mode: 'off',
    retentionDays: retentionDaysDefault,
    redact: { emails: true, cardNumbers: true, keys: true, fields: [] },
  },
  cache: { mode: 'off', ttlSeconds: cacheTtlSecondsDefault },
}

/** What is changed; the rest stays. */
export interface GatewaySettingChange {
  readonly requestLog?: Partial<Omit<RequestLogSetting, 'redact'>> & {
    readonly redact?: Partial<RedactionRules>
  }
  readonly cache?: Partial<CacheSetting>
}

export function changedSetting(
  { requestLog, cache }: GatewaySetting,
  change: GatewaySettingChange,
): GatewaySetting {
  return {
    requestLog: {
      ...requestLog,
      ...change.requestLog,
      redact: { ...requestLog.redact, ...change.requestLog?.redact },
    },
    cache: { ...cache, ...change.cache },
  }
}

/** @param stored the column, which was written from this type or is `{}` */
export function storedSetting(stored: unknown): GatewaySetting {
  return changedSetting(gatewaySettingDefault, stored as GatewaySettingChange)
}

/** What a gateway needs to know: null where all of it is off. */
export function settingInUse(stored: unknown): GatewaySetting | null {
  const setting = storedSetting(stored)
  return setting.requestLog.mode === 'off' && setting.cache.mode === 'off' ? null : setting
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
