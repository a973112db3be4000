/** The shortest records that a test can append. */

import type { JournalRecord, StoredRecord } from '../../../src/gateway/journal/record.ts'

export const intent = (id: string, more: object = {}): JournalRecord => ({
  kind: 'intent',
  id,
  holdNanos: '1250000',
  ...more,
})

export const outcome = (id: string, more: object = {}): JournalRecord => ({
  kind: 'outcome',
  id,
  costNanos: '341000',
  ...more,
})

export const ids = (stored: readonly StoredRecord[]) => stored.map(({ record }) => record.id)
