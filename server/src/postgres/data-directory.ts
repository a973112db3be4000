/**
 * The data directory: everything that Commonhold keeps on disk, and which version wrote it.
 *
 *     commonhold.json       what wrote the directory; read before anything in it is touched
 *     commonhold.lock       who owns it now, when the database is the embedded one
 *     database-passwords.json, master.key   secrets, mode 600
 *     postgres/             the embedded database's files, owned by the user that PostgreSQL runs as
 *     run/                  its socket
 */
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { StartupError } from '../startup-error.ts'
import { EMBEDDED_MAJOR } from './binaries.ts'

/** Raised whenever an older Commonhold could no longer use the directory. */
const LAYOUT = 1

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
).version

/** Absolute paths inside a data directory. */
export interface DataDirectory {
  readonly path: string
  readonly clusterDir: string
  readonly socketDir: string
  readonly passwordsFile: string
  readonly masterKeyFile: string
}

/**
 * Says where the data directory is.
 * @param env the process's environment: COMMONHOLD_DATA_DIR, else /var/lib/commonhold for root, else
 *   the XDG data directory (XDG Base Directory Specification 0.8)
 * @returns an absolute path that need not exist
 */
export function defaultDataDirectory(env: NodeJS.ProcessEnv): string {
  if (env.COMMONHOLD_DATA_DIR) return resolve(env.COMMONHOLD_DATA_DIR)
  if (process.getuid?.() === 0) return '/var/lib/commonhold'
  // The specification says to ignore a relative path.
  const xdg = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : undefined
  return join(xdg ?? join(homedir(), '.local', 'share'), 'commonhold')
}

/**
 * Checks a data directory and makes it if it is new.
 * @param path where it is
 * @throws StartupError when a newer version wrote it (nothing is touched), or it can't be written
 */
export function openDataDirectory(path: string): DataDirectory {
  const directory: DataDirectory = {
    path: resolve(path),
    clusterDir: join(resolve(path), 'postgres'),
    socketDir: join(resolve(path), 'run'),
    passwordsFile: join(resolve(path), 'database-passwords.json'),
    masterKeyFile: join(resolve(path), 'master.key'),
  }
  refuseOtherVersions(directory)
  makeWritable(directory.path)
  const versionFile = join(directory.path, 'commonhold.json')
  const text = `${JSON.stringify({ layout: LAYOUT, commonhold: VERSION })}\n`
  if (readText(versionFile) !== text) writeWhole(versionFile, text, 0o644)
  return directory
}

/** Writes a file so that a crash leaves either the old content or the new. */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, path)
}

function refuseOtherVersions(directory: DataDirectory): void {
  const text = readText(join(directory.path, 'commonhold.json'))
  const written = text === null ? null : parse(text, directory.path)
  if (written !== null && written.layout > LAYOUT) {
    throw new StartupError(
      `The data directory ${directory.path} was written by a newer Commonhold ` +
        `(${written.commonhold}, this is ${VERSION}); nothing was changed. Start that version or a ` +
        'later one, or set COMMONHOLD_DATA_DIR to another directory.',
    )
  }
  const major = readText(join(directory.clusterDir, 'PG_VERSION'))?.trim()
  if (major !== undefined && major !== String(EMBEDDED_MAJOR)) {
    throw new StartupError(
      `The database in ${directory.clusterDir} was made by PostgreSQL ${major}, and this Commonhold ` +
        `has PostgreSQL ${EMBEDDED_MAJOR}; nothing was changed. Start the Commonhold that made it, ` +
        'or set COMMONHOLD_DATA_DIR to another directory.',
    )
  }
}

function parse(text: string, path: string): { layout: number; commonhold: string } {
  try {
    const value = JSON.parse(text) as { layout?: unknown; commonhold?: unknown }
    if (typeof value.layout === 'number') {
      return { layout: value.layout, commonhold: String(value.commonhold) }
    }
  } catch {
    // Answered below, as for any other content that is not ours.
  }
  throw new StartupError(
    `${join(path, 'commonhold.json')} is not readable as Commonhold's version file; nothing was ` +
      'changed. Restore it from a backup, or set COMMONHOLD_DATA_DIR to another directory.',
  )
}

function makeWritable(path: string): void {
  try {
    // Root's PostgreSQL runs as another user, who must be able to pass through (see run-as.ts).
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    const what = statSync(path, { throwIfNoEntry: false })?.isFile() ? 'it is a file' : reason
    throw new StartupError(
      `The data directory ${path} can not be made or written: ${what}. Give this user the right ` +
        'to write it, or set COMMONHOLD_DATA_DIR to a directory that it may write.',
      { cause },
    )
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new StartupError(
      `${path} can not be read (${code}). Start Commonhold as the user that owns it, or set ` +
        'COMMONHOLD_DATA_DIR to another directory.',
      { cause: error },
    )
  }
}
