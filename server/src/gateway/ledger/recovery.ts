/**
 * What a gateway does before it admits anything: it finishes its earlier lives. Calls that were cut off
 * get the outcome that is missing, everything is applied, and only then the leases of those lives are
 * closed, which frees what nobody spent.
 */
import type { TenantId } from '@commonhold/core'
import type { Database } from '../../store/database.ts'
import { saveSource, sourceEpoch } from '../../store/gateway-source.ts'
import { closeLeases } from '../../store/open-lease.ts'
import type { GatewayLog } from '../call/log.ts'
import type { Journal } from '../journal/journal.ts'
import { openJournal } from '../journal/open.ts'
import { comparePositions, type Position } from '../journal/record.ts'
import { AttemptRecords, factsOf, unknownResult } from './attempt.ts'
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
  await registerSource(journal, database)
  return journal
}

/**
 * The same while nobody can say which epochs were used: the seconds since 1970 are more than any that were
 * counted up, so a directory from a backup does not use one again.
 * @throws JournalError
 */
export function openSourceAlone(directory: string, log: GatewayLog): Promise<Journal> {
  return openJournal({ directory, log, epochMin: Math.floor(Date.now() / 1_000) })
}

/** @throws what the database does */
export async function registerSource(
  { sourceId, epoch }: Journal,
  database: Database,
): Promise<void> {
  await database.withControlPlane((tx) => saveSource(tx, sourceId, epoch))
}

/**
 * The same for a source that was opened alone.
 * @throws where its epoch was used already: records would be taken for ones that were applied
 */
export async function registerLate(journal: Journal, database: Database): Promise<void> {
  const seen = await database.withControlPlane((tx) => sourceEpoch(tx, journal.sourceId))
  if (seen > journal.epoch) {
    throw new Error('The journal is older than what the database knows of it. Restart the gateway.')
  }
  await registerSource(journal, database)
}

/** @throws while records up to this place wait to be applied */
export async function mustBeApplied(journal: Journal, through: Position): Promise<void> {
  if (comparePositions(journal.acknowledged, through) >= 0) return
  throw new Error('What earlier runs of this gateway used is not applied yet.')
}

/**
 * Gives every call that was cut off the outcome that is missing.
 * @returns the place of the last record of earlier lives
 */
export async function endOpenIntents(journal: Journal): Promise<Position> {
  const { intentsOpen, outcomesUnacknowledged } = journal.recovered
  let last: Position = outcomesUnacknowledged.at(-1) ?? journal.acknowledged
  for (const intent of intentsOpen) {
    const facts = factsOf(intent)
    const durationMs = Math.max(0, Math.min(Date.now() - facts.atMs, durationMsMax))
    const result = unknownResult(facts, 'The gateway ended during the call.', durationMs)
    const { record, text } = new AttemptRecords(intent.record.id, facts).outcome(result)
    last = await journal.append(record, { text })
  }
  return last
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
  await endOpenIntents(journal)
  if (!(await shipper.drain(recoveryMsMax))) {
    throw new Error('What an earlier run of this gateway used could not be applied in time.')
  }
  await closeEarlier(journal, database, tenantIds, log)
  return journal.recovered.intentsOpen.length
}

/** Closes the leases of earlier lives. Only once everything of them is applied. */
export async function closeEarlier(
  journal: Journal,
  database: Database,
  tenantIds: readonly TenantId[],
  log: GatewayLog,
): Promise<void> {
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
  const { intentsOpen, damage } = journal.recovered
  const unknown = intentsOpen.length
  log.info({ unknown, closed, damage: damage.length }, 'Earlier runs of this gateway are settled.')
}

/** The column is an int: a gateway that was down for a month does not overflow it. */
const durationMsMax = 2_147_483_647
