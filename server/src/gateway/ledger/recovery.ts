/**
 * What a gateway does before it admits anything: it finishes its earlier lives. Calls that were cut off
 * get the outcome that is missing, everything is applied, and only then the leases of those lives are
 * closed, which frees what nobody spent.
 */
import type { TenantId } from '@commonhold/core'
import type { Database } from '../../store/database.ts'
import { saveSource, sourceEpoch } from '../../store/gateway-source.ts'
import { closeLeases } from '../../store/pool.ts'
import type { GatewayLog } from '../call/log.ts'
import type { Journal } from '../journal/journal.ts'
import { openJournal } from '../journal/open.ts'
import { factsOf, outcomeRecord, unknownResult } from './attempt.ts'
import type { Shipper } from './shipper.ts'

const closesAtOnce = 4
export const recoveryMsMax = 60_000

/** Opens the journal in an epoch that the database has not seen of it. @throws JournalError */
export async function openSource(
  directory: string,
  database: Database,
  log: GatewayLog,
): Promise<Journal> {
  let journal = await openJournal({ directory, log })
  const { sourceId } = journal
  const seen = await database.withControlPlane((tx) => sourceEpoch(tx, sourceId))
  if (seen >= journal.epoch) {
    // The directory was restored from a backup: its next epochs were used already.
    await journal.close()
    journal = await openJournal({ directory, log, epochMin: seen })
  }
  const { epoch } = journal
  await database.withControlPlane((tx) => saveSource(tx, sourceId, epoch))
  return journal
}

/**
 * @returns how many calls had no outcome
 * @throws when not everything could be applied in time: the gateway must not admit then
 */
export async function recover(
  journal: Journal,
  shipper: Shipper,
  database: Database,
  tenantIds: readonly TenantId[],
  log: GatewayLog,
): Promise<number> {
  const { intentsOpen, damage } = journal.recovered
  for (const intent of intentsOpen) {
    const facts = factsOf(intent)
    const durationMs = Math.max(0, Math.min(Date.now() - facts.atMs, durationMsMax))
    const result = unknownResult(facts, 'The gateway ended during the call.', durationMs)
    await journal.append(outcomeRecord(intent.record.id, facts, result))
  }
  if (!(await shipper.drain(recoveryMsMax))) {
    throw new Error('What an earlier run of this gateway used could not be applied in time.')
  }
  // A journal in its first life has leased nothing before.
  const queue = journal.epoch === 1 ? [] : [...tenantIds]
  let closed = 0
  const work = async () => {
    for (let id = queue.pop(); id; id = queue.pop()) {
      const tenantId = id
      closed += await database.withTenant(tenantId, (tx) =>
        closeLeases(tx, tenantId, journal.sourceId, journal.epoch - 1),
      )
    }
  }
  await Promise.all(Array.from({ length: closesAtOnce }, work))
  const unknown = intentsOpen.length
  log.info({ unknown, closed, damage: damage.length }, 'Earlier runs of this gateway are settled.')
  return unknown
}

/** The column is an int: a gateway that was down for a month does not overflow it. */
const durationMsMax = 2_147_483_647
