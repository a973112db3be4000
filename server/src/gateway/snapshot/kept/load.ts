/**
 * Reads back what was kept on disk, when the database does not answer at the start. Nothing of it is used
 * before it was proven whole, of this version, this master key and this database; what is not says so in
 * the log, tenant by tenant.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Vault } from '../../../crypto/envelope.ts'
import type { SnapshotRows, SnapshotTables } from '../../../store/snapshot-rows.ts'
import type { GatewayLog } from '../../call/log.ts'
import type { Kept, KeptTenant } from '../keeping.ts'
import { TenantSnapshot } from '../tenant-snapshot.ts'
import {
  fileNameOf,
  indexName,
  type KeptIndex,
  type KeptPiece,
  KeptProblem,
  openFrames,
} from './format.ts'

/** A clock may have been set back so far; a file from later than that is not believed. */
const futureMsMax = 5_000

interface LoadOptions {
  readonly directory: string
  readonly databaseName: string
  readonly vault: Vault
  readonly log: GatewayLog
}

/** @returns null where there is nothing that can be used */
export async function loadKept(options: LoadOptions): Promise<Kept | null> {
  const { log, directory } = options
  let index: KeptIndex
  try {
    index = await readIndex(options)
  } catch (error) {
    log.error({ directory, why: reasonOf(error) }, 'The snapshot on disk is not used.')
    return null
  }
  const tenants: { snapshot: TenantSnapshot; kept: KeptTenant }[] = []
  for (const kept of index.tenants) {
    const { tenantId } = kept
    try {
      tenants.push({ snapshot: await readTenant(options, kept), kept })
    } catch (error) {
      log.error({ tenantId, why: reasonOf(error) }, 'A tenant is not taken from the disk.')
    }
  }
  const { deploymentId, confirmedAtMs } = index
  const of = index.tenants.length
  const confirmed = new Date(confirmedAtMs).toISOString()
  log.warn({ tenants: tenants.length, of, confirmed }, 'The snapshot is taken from the disk.')
  return { deploymentId, confirmedAtMs, tenants }
}

async function readIndex({ directory, databaseName, vault }: LoadOptions): Promise<KeptIndex> {
  const file = await readFile(join(directory, indexName))
  const [found] = openFrames(vault.disk, file, indexName, 1)
  const index = found as KeptIndex
  if (index.databaseName !== databaseName) {
    throw new KeptProblem('It was written beside another database.')
  }
  if (index.confirmedAtMs > Date.now() + futureMsMax) {
    throw new KeptProblem('It is dated later than now. Check the clock.')
  }
  return index
}

async function readTenant(options: LoadOptions, kept: KeptTenant): Promise<TenantSnapshot> {
  const { directory, vault, log } = options
  const { tenantId, generation, frames, revision } = kept
  const name = fileNameOf(tenantId, generation)
  const file = await readFile(join(directory, name))
  const { rows, changes } = await sortPieces(openFrames(vault.disk, file, name, frames))
  const snapshot = new TenantSnapshot(rows, vault, (error) =>
    log.error({ tenantId, error: String(error) }, "A provider's key could not be decrypted."),
  )
  for (const one of changes) snapshot.apply(one)
  if (snapshot.tenant.id !== tenantId || snapshot.revision !== revision) {
    throw new KeptProblem(`It is at revision ${snapshot.revision} and not at ${revision}.`)
  }
  return snapshot
}

async function sortPieces(pieces: Iterable<unknown>) {
  let head: (KeptPiece & { kind: 'head' })['head'] | null = null
  const tables: { [table: string]: unknown[] } = {}
  const changes: (KeptPiece & { kind: 'changes' })['changes'][] = []
  for (const found of pieces) {
    const piece = found as KeptPiece
    if (piece.kind === 'head') head = piece.head
    else if (piece.kind === 'changes') changes.push(piece.changes)
    else tables[piece.table] = (tables[piece.table] ?? []).concat(piece.rows)
    await nextTurn()
  }
  if (head === null) throw new KeptProblem('It has no beginning.')
  // Every table has a piece, if an empty one: what a newer gateway misses here fails when it is read.
  const rows: SnapshotRows = { ...head, ...(tables as unknown as SnapshotTables) }
  return { rows, changes }
}

function reasonOf(error: unknown): string {
  if (error instanceof KeptProblem) return error.message
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'There is none.'
  return String(error)
}
