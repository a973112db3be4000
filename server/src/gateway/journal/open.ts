/**
 * Opens a journal directory: lock, identity, recovery, a new epoch, and a fresh segment into which
 * everything that is still alive is copied before the old files go. The copy cuts torn tails, keeps
 * the number of files small, and makes all of it durable by this process's own flush: after a flush
 * that failed, the old files may read well from memory and still not be on the disk.
 */

import { JournalError } from './errors.ts'
import { type FileSystem, realFileSystem } from './file-system.ts'
import { GroupCommit } from './group-commit.ts'
import { type Identity, readIdentity, writeIdentity } from './identity.ts'
import { Journal, type JournalParts } from './journal.ts'
import { LiveRecords } from './live.ts'
import { type DirectoryLock, lockDirectory } from './lock.ts'
import { type JournalLimits, type JournalOptions, journalLimits } from './options.ts'
import type { StoredRecord } from './record.ts'
import { type Recovery, recoverDirectory } from './recover.ts'
import { SegmentFiles } from './segment.ts'
import { carriedEntry, Trimmer } from './trim.ts'

/**
 * Opens the journal, creating the directory if it is missing, and takes its lock.
 *
 * @throws JournalError `locked`, `damaged`, `full` (no room for the first segment) or `failed`.
 *   The directory is left as it was, or with a further copy of records that count once.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const limits = journalLimits(options)
  const fileSystem = options.fileSystem ?? realFileSystem
  await fileSystem.mkdir(options.directory, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(options.directory)
  try {
    return await openLocked(options, limits, fileSystem, lock)
  } catch (error) {
    lock.release()
    if (error instanceof JournalError) throw error
    const message = `The journal in ${options.directory} could not be opened. Check the disk.`
    throw new JournalError('failed', message, { cause: error })
  }
}

async function openLocked(
  options: JournalOptions,
  limits: JournalLimits,
  fileSystem: FileSystem,
  lock: DirectoryLock,
): Promise<Journal> {
  const { directory, log, epochMin = 0 } = options
  const earlier = await readIdentity(fileSystem, directory, options.sourceId)
  const recovery = await recoverDirectory(fileSystem, directory, earlier.sourceId, log)
  const epoch = Math.max(earlier.epoch, recovery.epochMax, epochMin) + 1
  const identity = { sourceId: earlier.sourceId, epoch }
  await writeIdentity(fileSystem, directory, identity)

  const files = new SegmentFiles(fileSystem, directory, limits.segmentBytes, limits.roomRetryMs)
  const parts = assemble(options, limits, lock, files, identity, recovery)
  try {
    await files.removeSpares()
    await parts.commit.start()
    await carryAlive(parts, recovery)
  } catch (error) {
    await parts.commit.close()
    await files.close()
    throw error
  }
  await parts.trimmer.trim()
  const { outcomesUnacknowledged, intentsOpen, segments } = recovery
  const counts = { outcomes: outcomesUnacknowledged.length, intents: intentsOpen.length }
  log.info({ ...identity, segments: segments.length, ...counts }, 'Journal opened.')
  return new Journal(parts)
}

function assemble(
  { log }: JournalOptions,
  limits: JournalLimits,
  lock: DirectoryLock,
  files: SegmentFiles,
  { sourceId, epoch }: Identity,
  recovery: Recovery,
): JournalParts {
  const { segmentBytes, groupBytesMax } = limits
  const live = new LiveRecords(recovery.acknowledged)
  const commit = new GroupCommit({
    files,
    epoch,
    segmentBytes,
    groupBytesMax,
    log,
    opening: () => JSON.stringify({ sourceId, segmentBytes, acknowledged: live.acknowledged }),
    rotated: (segment) => trimmer.added(segment),
  })
  const enqueue = commit.enqueue.bind(commit)
  const trimmer = new Trimmer({ files, live, log, enqueue }, recovery.segments)
  const { outcomesUnacknowledged, intentsOpen, damage } = recovery
  const recovered = { outcomesUnacknowledged, intentsOpen, damage }
  return { sourceId, epoch, limits, recovered, lock, files, live, commit, trimmer }
}

/** Copies what is alive into this life's first segments. */
async function carryAlive({ live, commit }: JournalParts, recovery: Recovery): Promise<void> {
  const carry = (stored: StoredRecord) =>
    new Promise<void>((resolve, reject) => {
      const { record, ...position } = stored
      const payload = JSON.stringify(record)
      if (record.kind === 'intent') live.intentQueued(record.id, payload)
      const entry = carriedEntry(
        stored,
        (_position, segment) => {
          if (record.kind === 'intent') live.intentDurable(record.id, position, segment)
          else live.outcomeWaits(position, segment, payload)
          resolve()
        },
        reject,
      )
      commit.enqueue(entry)
    })
  await Promise.all([...recovery.intentsOpen, ...recovery.outcomesUnacknowledged].map(carry))
}
