/** Access: beside its peers, by size, and how fast a change is seen by every process. */
import type { Report, Say } from '../lib/report.ts'
import { comparePeers } from './peers.ts'
import { compareSizes } from './sizes.ts'

export async function compareAccess(say: Say): Promise<Report> {
  return { tables: [...(await comparePeers(say)), ...compareSizes(say)] }
}
