/**
 * Makes the embedded database's files, once.
 *
 * initdb works in a directory beside the final one, which is renamed when it is done: an interrupted
 * first start leaves nothing that looks like a database.
 */
import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StartupError } from '../startup-error.ts'
import type { Binaries } from './binaries.ts'
import type { DataDirectory } from './data-directory.ts'
import type { RunAs } from './run-as.ts'

/** The superuser that initdb makes; it is used for setting up only. */
export const SUPERUSER = 'postgres'

/** How the database is made. */
export interface ClusterOptions {
  readonly binaries: Binaries
  readonly directory: DataDirectory
  readonly runAs: RunAs | null
  readonly superuserPassword: string
  /** False skips the final fsync of a database that only tests use. */
  readonly durable: boolean
}

/**
 * Makes the database directory if there is none.
 * @returns whether it was made now
 * @throws StartupError with initdb's own words when it fails
 */
export async function ensureCluster(options: ClusterOptions): Promise<boolean> {
  const { directory, runAs } = options
  if (existsSync(directory.clusterDir)) return false
  const draft = `${directory.clusterDir}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(directory.path, 'initdb-password')
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600, flag: 'wx' })
  if (runAs !== null) {
    chownSync(draft, runAs.uid, runAs.gid)
    chownSync(passwordFile, runAs.uid, runAs.gid)
  }
  try {
    await runInitdb(options, draft, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, directory.clusterDir)
  return true
}

async function runInitdb(options: ClusterOptions, pgdata: string, passwordFile: string) {
  const flags = [
    `--pgdata=${pgdata}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]
  try {
    await promisify(execFile)(options.binaries.initdb, flags, {
      cwd: '/',
      env: postgresEnvironment(),
      ...asUser(options.runAs),
    })
  } catch (cause) {
    const words = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message
    throw new StartupError(
      `The embedded database could not be made in ${pgdata}. PostgreSQL's initdb says: ${words}`,
    )
  }
}

/** The whole environment of PostgreSQL's processes: PG* variables of the caller must not leak in. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** The spawn options that make a child run as the chosen user. */
export function asUser(runAs: RunAs | null): { uid?: number; gid?: number } {
  return runAs === null ? {} : { uid: runAs.uid, gid: runAs.gid }
}
