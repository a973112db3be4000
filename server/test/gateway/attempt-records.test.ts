/** What an attempt writes to the journal as text is what it says as a record, whatever names are in it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AttemptFacts,
  AttemptRecords,
  type AttemptResult,
} from '../../src/gateway/ledger/attempt.ts'

const value = fc.jsonValue({ stringUnit: 'binary' })
const facts = fc.record({
  epoch: fc.nat(),
  principalName: fc.string({ unit: 'binary' }),
  shareId: value,
  limits: fc.array(fc.dictionary(fc.string({ unit: 'binary' }), value), { maxLength: 3 }),
})

test('the text of an intent and of an outcome is their JSON', () => {
  fc.assert(
    fc.property(fc.uuid(), facts, value, (id, any, result) => {
      const records = new AttemptRecords(id, any as unknown as AttemptFacts)
      const outcome = records.outcome(result as unknown as AttemptResult)
      for (const { record, text } of [records.intent(), records.intent(), outcome]) {
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(record)))
      }
    }),
  )
})
