/** What an attempt writes to the journal as text is what it says as a record, whatever names are in it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AttemptFacts,
  AttemptRecords,
  type AttemptResult,
} from '../../src/gateway/ledger/attempt.ts'

const facts = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))

test('the text of an intent and of an outcome is their JSON', () => {
  fc.assert(
    fc.property(fc.uuid(), facts, facts, (id, anyFacts, anyResult) => {
      const records = new AttemptRecords(id, anyFacts as unknown as AttemptFacts)
      const outcome = records.outcome(anyResult as unknown as AttemptResult)
      for (const { record, text } of [records.intent(), outcome]) {
        expect(text).toBe(JSON.stringify(record))
      }
    }),
  )
})
