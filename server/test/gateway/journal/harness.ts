/** What the journal's tests share: a directory per test, an opener, and short ways to append. */

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Journal } from '../../../src/gateway/journal/journal.ts'
import { openJournal } from '../../../src/gateway/journal/open.ts'
import type { JournalOptions } from '../../../src/gateway/journal/options.ts'

const directories: string[] = []
const journals: Journal[] = []

afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close().catch(() => undefined)
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true })
})

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'journal-test-'))
  directories.push(directory)
  return directory
}

/** The directory as a crash at this moment would leave it to the next process. */
export async function crashImage(directory: string): Promise<string> {
  const image = await temporaryDirectory()
  await cp(directory, image, { recursive: true })
  return image
}

export const silentLog = { info() {}, warn() {}, error() {} }

/** A log that keeps what is said at each level. */
export function keptLog() {
  const said = { info: [] as string[], warn: [] as string[], error: [] as string[] }
  return {
    said,
    info: (_fields: object, message: string) => void said.info.push(message),
    warn: (_fields: object, message: string) => void said.warn.push(message),
    error: (_fields: object, message: string) => void said.error.push(message),
  }
}

/** Opens with small segments and without a log unless told otherwise; closed after the test. */
export async function open(
  directory: string,
  options: Partial<JournalOptions> = {},
): Promise<Journal> {
  const journal = await openJournal({
    directory,
    log: silentLog,
    segmentBytes: 4096,
    ...options,
  })
  journals.push(journal)
  return journal
}
