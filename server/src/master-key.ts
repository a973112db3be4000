/**
 * The master key, under which every stored secret is encrypted.
 *
 * It comes from the environment, or from a file of mode 600 that the first start makes. A key is
 * never made where data encrypted under a lost one may exist: that would look like a working start
 * and end in unreadable secrets.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type DataDirectory, writeWhole } from './postgres/data-directory.ts'
import { StartupError } from './startup-error.ts'

const KEY_BYTES = 32

/** The key, and where it came from: the start says so once. */
export interface MasterKey {
  readonly key: Buffer
  readonly source: 'environment' | 'file' | 'generated'
}

/**
 * Loads the master key, or makes it on the first start. Call it before the embedded database starts.
 * @param given the key from the environment, or null
 * @param directory an opened data directory
 * @throws StartupError when the kept key is lost, damaged, or readable by others
 */
export function loadMasterKey(given: Buffer | null, directory: DataDirectory): MasterKey {
  if (given !== null) return { key: given, source: 'environment' }
  const path = directory.masterKeyFile
  if (existsSync(path)) return { key: readKey(path), source: 'file' }
  if (existsSync(directory.clusterDir)) {
    throw new StartupError(
      `The master key ${path} is missing, but a database that was encrypted with it exists. ` +
        'Restore the file from a backup, or set COMMONHOLD_MASTER_KEY to the key used before.',
    )
  }
  // Linking a finished file lets one of two first starts win and the other read the winner's key.
  const draft = `${path}.${process.pid}`
  writeWhole(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, 0o600)
  try {
    linkSync(draft, path)
    return { key: readKey(path), source: 'generated' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { key: readKey(path), source: 'file' }
  } finally {
    rmSync(draft, { force: true })
  }
}

function readKey(path: string): Buffer {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartupError(
      `The master key ${path} can not be read (${code}). Start Commonhold as the user that owns it.`,
    )
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new StartupError(
      `The master key ${path} can be read by other users. Run \`chmod 600 ${path}\`, and consider ` +
        'whether somebody has read it.',
    )
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) {
    throw new StartupError(
      `The master key ${path} is damaged: it must be ${KEY_BYTES} bytes in base64. Restore it from ` +
        'a backup.',
    )
  }
  return key
}
