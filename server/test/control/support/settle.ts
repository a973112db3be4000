/** Uses up a part of a budget or usage limit as a gateway does: by a lease and what is settled of it. */
import { type AccountId, type Id, type Period, periodOf } from '@commonhold/core'
import { newUuid } from '../../../src/crypto/new-id.ts'
import { saveSource } from '../../../src/store/gateway-source.ts'
import { grantLeases, type PoolKey } from '../../../src/store/pool.ts'
import { applyOutcomes } from '../../../src/store/usage-record.ts'
import type { Control, TestTenant } from './control.ts'
import { usageOf } from './spend.ts'

export const monthNow = () => periodOf(Date.now(), 'UTC', 'month')

/**
 * @returns uses up so much of the limit in that period; what it may not have any more is settled all
 *   the same, as an overrun is
 */
export async function settler({ services }: Control, tenant: TestTenant, accountId: string) {
  const { database } = services
  const source = { sourceId: newUuid(), epoch: 1 }
  await database.withControlPlane((tx) => saveSource(tx, source.sourceId, source.epoch))
  let sequence = 0
  return (limitId: string, period: Period, amount: bigint) =>
    database.withTenant(tenant.id, async (tx) => {
      const account = accountId as AccountId
      const key: PoolKey = { accountId: account, ownerId: limitId as Id<'bud' | 'lim'>, period }
      await grantLeases(tx, tenant.id, source, [{ ...key, wants: [amount], free: 0n }])
      const usage = usageOf({ at: new Date().toISOString() }, account)
      const position = { epoch: 1, sequence: ++sequence }
      await applyOutcomes(tx, tenant.id, source, [
        { position, usage, settlements: [{ ...key, amount }] },
      ])
    })
}
