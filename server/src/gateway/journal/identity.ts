/**
 * Who writes this journal: the source, made once and for ever, and the last epoch that was given
 * out. Whoever applies the records tells them apart by (source, epoch, sequence), so none of these
 * triples may ever be used twice. That is why an unreadable identity stops the opening instead of
 * being replaced by a new one: all that is still unacknowledged would be billed again.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { JournalError } from './errors.ts'
import { type FileSystem, replaceFile } from './file-system.ts'

const IDENTITY_FILE = 'identity.json'

export type Identity = { readonly sourceId: string; readonly epoch: number }

/**
 * Reads the identity of a directory; one that was never opened gets the wanted source id, or a
 * random one, and epoch 0.
 * @throws JournalError `damaged` when the file is unreadable or names another source.
 */
export async function readIdentity(
  fileSystem: FileSystem,
  directory: string,
  sourceIdWanted: string | undefined,
): Promise<Identity> {
  const text = await readIfPresent(fileSystem, join(directory, IDENTITY_FILE))
  if (text === undefined) return { sourceId: sourceIdWanted ?? randomUUID(), epoch: 0 }
  const identity = parseIdentity(text, directory)
  if (sourceIdWanted !== undefined && sourceIdWanted !== identity.sourceId) {
    throw new JournalError(
      'damaged',
      `The journal in ${directory} belongs to source ${identity.sourceId}, not to ` +
        `${sourceIdWanted}. Give each gateway a directory of its own.`,
    )
  }
  return identity
}

/** Makes a new epoch durable before the first record that carries it. */
export function writeIdentity(
  fileSystem: FileSystem,
  directory: string,
  identity: Identity,
): Promise<void> {
  return replaceFile(fileSystem, directory, IDENTITY_FILE, `${JSON.stringify(identity)}\n`)
}

function parseIdentity(text: string, directory: string): Identity {
  try {
    const { sourceId, epoch } = JSON.parse(text) as Partial<Identity>
    if (typeof sourceId === 'string' && sourceId !== '' && Number.isSafeInteger(epoch)) {
      return { sourceId, epoch: epoch as number }
    }
  } catch {
    // Not JSON is reported below, like JSON of another shape.
  }
  throw new JournalError(
    'damaged',
    `${join(directory, IDENTITY_FILE)} is unreadable. Restore it from the first record of any ` +
      'segment file in the same directory, which names the source; without it, usage that was ' +
      'recorded but not yet billed could be billed twice.',
  )
}

async function readIfPresent(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await fileSystem.readFile(path)).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
