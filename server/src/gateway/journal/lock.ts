/**
 * One process per journal directory. Two would give out the same positions, and the second bill
 * would be dropped as a duplicate of the first.
 *
 * The lock is an exclusive transaction on an empty SQLite file, because that is the one way Node
 * has to a kernel lock on a file: it falls with the process, however that dies, and holds between
 * containers that share a volume, where a file with a process id in it means nothing.
 */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JournalError } from './errors.ts'

const SQLITE_BUSY = 5

export type DirectoryLock = { release(): void }

/**
 * Takes the lock or fails at once.
 * @throws JournalError `locked` when another process, or another journal in this one, holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    throw new JournalError(
      'locked',
      `The journal directory ${directory} is in use by another process. ` +
        'Stop that process, or give this one a directory of its own.',
    )
  }
  return { release: () => database.close() }
}
