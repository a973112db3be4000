/**
 * The embedded PostgreSQL: a real server, started with Commonhold and stopped with it.
 *
 * Read this file top to bottom for the order of a start; each step is a file of its own. Nothing in
 * the data directory is touched before its version is known to be ours and its lock is held.
 */

import { StartupError, type StartupLog } from '../startup-error.ts'
import { type Address, databaseUrl, prepareAddress } from './address.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { ensureCluster, SUPERUSER } from './cluster.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { lockDirectory } from './lock.ts'
import { loadPasswords } from './passwords.ts'
import { supervisePostmaster } from './postmaster.ts'
import { APP_ROLE, DATABASE, ensureRoles, OWNER_ROLE } from './roles.ts'
import { blockedAt, chooseRunAs, letPass, type RunAs } from './run-as.ts'

/** How the embedded server is started. */
export interface EmbeddedOptions {
  /** An absolute path; made if missing. */
  readonly dataDir: string
  readonly log: StartupLog
  /** `test` skips fsync: fast, and lost at a power cut. For throw-away servers of tests only. */
  readonly durability?: 'full' | 'test'
}

/** A running embedded server. The URLs hold passwords: never log them. */
export interface EmbeddedServer {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly superuserUrl: string
  /** Ends the database in an orderly way and gives up the lock; safe to call twice. */
  stop(): Promise<void>
}

/** Every setting is safe for the data; nothing here trades durability for speed. */
const SETTINGS = {
  max_connections: '100',
  shared_buffers: '128MB',
  // Requests are short: compiling their plans costs more than it saves.
  jit: 'off',
  // Solid-state disks read at random about as fast as in order.
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '',
  // Details and statements may hold what users typed; the log gets the bare message.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

const TEST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Keeps checkpoints out of a run of a few minutes.
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
}

/**
 * Starts the embedded server, making its database on the first start.
 * @throws StartupError in sentences: already running, newer version, no rights, does not start
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const directory = openDataDirectory(options.dataDir)
  const lock = await lockDirectory(directory.path)
  try {
    const { address, passwords, postmaster } = await startLocked(directory, options)
    const url = (role: string, password: string, database: string) =>
      databaseUrl(address, role, password, database)
    const superuserUrl = url(SUPERUSER, passwords.superuser, 'postgres')
    const stop = () => postmaster.stop().finally(() => lock.release())
    try {
      await ensureRoles(superuserUrl, passwords)
    } catch (error) {
      await stop()
      throw error
    }
    return {
      ownerUrl: url(OWNER_ROLE, passwords.owner, DATABASE),
      appUrl: url(APP_ROLE, passwords.app, DATABASE),
      superuserUrl,
      stop,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startLocked(directory: DataDirectory, options: EmbeddedOptions) {
  const durable = options.durability !== 'test'
  const runAs = chooseRunAs(directory.clusterDir)
  if (runAs !== null) clearTheWay(directory, runAs)
  const binaries: Binaries = prepareBinaries(directory.path, runAs)
  const passwords = loadPasswords(directory)
  const superuserPassword = passwords.superuser
  if (await ensureCluster({ binaries, directory, runAs, superuserPassword, durable })) {
    options.log.info(`Made a new database in ${directory.clusterDir}.`)
  }
  const address: Address = await prepareAddress(directory.socketDir, runAs)
  const settings = durable ? SETTINGS : { ...SETTINGS, ...TEST_SETTINGS }
  const { clusterDir } = directory
  const postmaster = await supervisePostmaster({
    binaries,
    clusterDir,
    address,
    runAs,
    settings,
    log: options.log,
  })
  return { address, passwords, postmaster }
}

function clearTheWay(directory: DataDirectory, runAs: RunAs): void {
  letPass(directory.path)
  const blocked = blockedAt(directory.path, runAs)
  if (blocked === null) return
  throw new StartupError(
    `The embedded database runs as the user "${runAs.name}", which may not enter ${blocked}. Set ` +
      'COMMONHOLD_DATA_DIR to a directory outside of it, for example /var/lib/commonhold, or ' +
      `allow others to pass (chmod o+x ${blocked}).`,
  )
}
