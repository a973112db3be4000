/** Settles a journal whose process does not come back, from its own disk: nothing of it is lost or held. */
import type { Database } from '../../store/database.ts'
import { saveStopped } from '../../store/gateway-source.ts'
import { listTenantIds } from '../../store/tenant.ts'
import type { GatewayLog } from '../call/log.ts'
import { openSource, recover } from './recovery.ts'
import { Shipper } from './shipper.ts'

/** @throws where another process has it open, or not everything could be applied */
export async function settleSource(
  directory: string,
  database: Database,
  log: GatewayLog,
): Promise<void> {
  const journal = await openSource(directory, database, log)
  try {
    const shipper = new Shipper({ journal, database, log })
    const tenantIds = await database.withControlPlane(listTenantIds)
    await recover(journal, shipper, database, tenantIds, log)
    await database.withControlPlane((tx) => saveStopped(tx, journal.sourceId))
  } finally {
    await journal.close()
  }
}
