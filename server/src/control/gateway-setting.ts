/** What the gateway keeps of an account's requests: the account's own admins say. */
import { gatewaySetting as contract } from '@commonhold/contract'
import type { AccountId } from '@commonhold/core'
import {
  changedSetting,
  findGatewaySetting,
  type GatewaySetting,
  type GatewaySettingChange,
  updateGatewaySetting,
} from '../store/gateway-setting.ts'
import { implement } from './context.ts'

const present = (account: AccountId, { requestLog, cache }: GatewaySetting, revision: number) => ({
  kind: 'gateway-setting' as const,
  account,
  requestLog: {
    ...requestLog,
    redact: { ...requestLog.redact, fields: [...requestLog.redact.fields] },
  },
  cache,
  revision,
})

const get = implement(contract.get, async (c) => {
  const { setting, revision } = await findGatewaySetting(c.tx, c.account.id)
  return present(c.account.id, setting, revision)
})

const update = implement(contract.update, async (c) => {
  const { setting, revision } = await findGatewaySetting(c.tx, c.account.id)
  c.checkRevision(revision)
  const changed = changedSetting(setting, c.body as GatewaySettingChange)

  const next = await updateGatewaySetting(c.tx, c.account.id, changed)
  const { id, name } = c.account
  c.audit({
    target: { kind: 'account', id, name },
    before: { ...setting },
    after: { ...changed },
  })
  return present(id, changed, next)
})

export const gatewaySettingImplementations = [get, update]
