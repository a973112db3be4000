/**
 * The random passwords of the embedded database's three roles, kept in one file of mode 600.
 *
 * The file is written before the database is made, so that a crash in between can't leave a database
 * that nobody can enter.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { StartupError } from '../startup-error.ts'
import { type DataDirectory, writeWhole } from './data-directory.ts'

const PASSWORD_BYTES = 24

/** One password for each role. */
export interface Passwords {
  readonly superuser: string
  readonly owner: string
  readonly app: string
}

/**
 * Reads the passwords, or makes them for a database that is yet to be made.
 * @throws StartupError when the database exists and its passwords are lost
 */
export function loadPasswords(directory: DataDirectory): Passwords {
  if (existsSync(directory.passwordsFile)) return read(directory.passwordsFile)
  if (existsSync(directory.clusterDir)) {
    throw new StartupError(
      `The database in ${directory.clusterDir} exists, but its passwords are gone: ` +
        `${directory.passwordsFile} is missing. Restore that file from a backup.`,
    )
  }
  const random = () => randomBytes(PASSWORD_BYTES).toString('base64url')
  const passwords: Passwords = { superuser: random(), owner: random(), app: random() }
  writeWhole(directory.passwordsFile, `${JSON.stringify(passwords)}\n`, 0o600)
  return passwords
}

function read(path: string): Passwords {
  try {
    const { superuser, owner, app } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Passwords>
    if (superuser && owner && app) return { superuser, owner, app }
  } catch {
    // The cause could quote the file's content, which is secret: it is not passed on.
  }
  throw new StartupError(
    `${path} can not be read or does not hold the database's passwords. Restore it from a backup, ` +
      'and start Commonhold as the user that owns it.',
  )
}
