/**
 * The first contact with the database. Mostly it is made before anything else. Where the database is away,
 * a gateway that kept its snapshot on disk starts from that and serves: contact is then made behind its
 * back, step by step, each tried until it works. What came from the disk is no older than its own date, and
 * the staleness bound counts from there.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Vault } from '../crypto/envelope.ts'
import type { Database } from '../store/database.ts'
import { isDatabaseAway } from '../store/database-away.ts'
import { keepDeploymentId } from '../store/deployment-setting.ts'
import type { GatewayLog } from './call/log.ts'
import type { SnapshotFeed } from './snapshot/feed.ts'
import type { Kept } from './snapshot/keeping.ts'
import { SnapshotKeeper } from './snapshot/kept/keeper.ts'
import { loadKept } from './snapshot/kept/load.ts'

const retryMs = 1_000

/** Where and as what the snapshot is kept. */
export interface SnapshotOnDisk {
  /** Of this process alone. */
  readonly directory: string
  /** Which database the configuration names: a file from beside another one is not used. */
  readonly databaseName: string
  /** How often it is written at the most, in ms. */
  readonly saveEveryMs?: number
}

export interface Link {
  readonly database: Database
  readonly vault: Vault
  readonly log: GatewayLog
  readonly feed: SnapshotFeed
  readonly keeper: SnapshotKeeper | null
  readonly snapshot: SnapshotOnDisk | null
  /** Checks that the database is fit for us, once it answers. */
  readonly prepare: () => Promise<void>
}

export function openKeeper(
  snapshot: SnapshotOnDisk | null,
  vault: Vault,
  log: GatewayLog,
): SnapshotKeeper | null {
  return snapshot && new SnapshotKeeper({ ...snapshot, key: vault.disk, log })
}

/**
 * @returns null where contact was made; else what was kept on disk, which the feed has begun with
 * @throws what the database does, where nothing that was kept can be used
 */
export async function begin(link: Link): Promise<Kept | null> {
  try {
    await reach(link, null)
    return null
  } catch (error) {
    if (!isDatabaseAway(error) || link.snapshot === null) throw error
    const kept = await loadKept({ ...link.snapshot, vault: link.vault, log: link.log })
    if (kept === null) throw error
    link.log.warn({ error: String(error) }, 'The database is away; the gateway starts without it.')
    link.feed.use(kept)
    return kept
  }
}

/** @throws what the database does */
export async function reach(link: Link, kept: Kept | null): Promise<void> {
  const { database, feed, keeper, log, prepare } = link
  await prepare()
  const deploymentId = await database.withControlPlane(keepDeploymentId)
  if (kept !== null && kept.deploymentId !== deploymentId) {
    log.error({ deploymentId }, 'The snapshot on disk is of another deployment, and is dropped.')
    feed.forgetKept()
  }
  await feed.start()
  keeper?.start({
    deploymentId,
    confirmedAtMs: () => feed.stats.confirmedAtMs,
    confirmation: (tenantId) => feed.confirmation(tenantId),
  })
}

/** Takes the steps in order, each until it works. */
export function keepTrying(
  steps: readonly (() => Promise<void>)[],
  log: GatewayLog,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const take = async () => {
    for (const step of steps) {
      while (!signal.aborted && !(await worked(step, log))) {
        await wait(retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }
  const taken = take()
  return {
    stop: async () => {
      stopping.abort()
      await taken
    },
  }
}

async function worked(step: () => Promise<void>, log: GatewayLog): Promise<boolean> {
  try {
    await step()
    return true
  } catch (error) {
    log.warn({ error: String(error) }, 'The gateway goes on without the database.')
    return false
  }
}
