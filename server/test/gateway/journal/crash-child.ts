/**
 * A process to be killed: appends calls with many in flight until it dies, and prints each append
 * after it was acknowledged, with a synchronous write, so that a printed line is a promise made.
 * Now and then it acknowledges what was shipped, and prints that before the call and after.
 * Arguments: directory, name of this life.
 */

import { writeSync } from 'node:fs'
import { openJournal } from '../../../src/gateway/journal/open.ts'
import { intent, outcome } from './records.ts'

const [directory, life] = process.argv.slice(2) as [string, string]
const say = (line: string) => writeSync(1, `${line}\n`)
const log = { info() {}, warn() {}, error() {} }
const journal = await openJournal({ directory, log, segmentBytes: 64 * 1024 })
say(`recovered ${journal.recovered.outcomesUnacknowledged.length}`)

async function caller(number: number) {
  for (let count = 0; ; count++) {
    const id = `${life}-${number}-${count}`
    const text = 'x'.repeat((number * 37 + count * 11) % 400)
    await journal.append(intent(id, { text }))
    say(`intent ${id}`)
    if (count % 7 === 6) continue
    await journal.append(outcome(id, { text }))
    say(`outcome ${id}`)
  }
}

async function shipper() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    const batch = journal.unacknowledged(200)
    const last = batch.at(-1)
    if (!last) continue
    for (const { record } of batch) say(`shipped ${record.id}`)
    await journal.acknowledge(last)
  }
}

await Promise.all([...Array.from({ length: 16 }, (_, number) => caller(number)), shipper()])
