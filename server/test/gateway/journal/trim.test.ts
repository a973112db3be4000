/** Acknowledging: what it forgets, what it must keep, and that disk space comes back. */

import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Journal } from '../../../src/gateway/journal/journal.ts'
import type { StoredRecord } from '../../../src/gateway/journal/record.ts'
import { crashImage, open, temporaryDirectory } from './harness.ts'
import { ids, intent, outcome } from './records.ts'

const segments = async (directory: string) =>
  (await readdir(directory)).filter((name) => name.startsWith('segment-')).length

async function settle(journal: Journal, from: number, count: number) {
  let last = journal.acknowledged
  for (let number = from; number < from + count; number++) {
    await journal.append(intent(`call-${number}`))
    last = await journal.append(outcome(`call-${number}`))
  }
  return last
}

describe('acknowledge', () => {
  it('drops outcomes up to the position and no further, in this life and the next', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    await journal.append(outcome('a'))
    const second = await journal.append(outcome('b'))
    await journal.append(outcome('c'))
    await journal.acknowledge(second)
    expect(ids(journal.unacknowledged(10))).toEqual(['c'])
    const after = await open(await crashImage(directory))
    expect(ids(after.recovered.outcomesUnacknowledged)).toEqual(['c'])
    expect(after.acknowledged).toEqual(second)
  })

  it('hands out batches in order and leaves them until they are acknowledged', async () => {
    const journal = await open(await temporaryDirectory())
    for (const id of ['a', 'b', 'c']) await journal.append(outcome(id))
    const batch = journal.unacknowledged(2)
    expect(ids(batch)).toEqual(['a', 'b'])
    expect(journal.unacknowledged(2)).toEqual(batch)
    await journal.acknowledge(batch.at(-1)!)
    expect(ids(journal.unacknowledged(2))).toEqual(['c'])
  })

  it('ignores going backwards and refuses what was never written', async () => {
    const journal = await open(await temporaryDirectory())
    const first = await journal.append(outcome('a'))
    const second = await journal.append(outcome('b'))
    await journal.acknowledge(second)
    await journal.acknowledge(first)
    expect(journal.acknowledged).toEqual(second)
    const beyond = journal.acknowledge({ epoch: 1, sequence: second.sequence + 100 })
    await expect(beyond).rejects.toMatchObject({ code: 'record_invalid' })
  })

  it('deletes whole segments, and keeps them all while their outcomes wait', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    const last = await settle(journal, 0, 200)
    expect(await segments(directory)).toBeGreaterThan(4)
    await journal.acknowledge(last)
    expect(await segments(directory)).toBe(1)
  })

  it('keeps a call that never ends, without keeping the segments behind it', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    const held = await journal.append(intent('endless'))
    for (let round = 0; round < 5; round++) {
      await journal.acknowledge(await settle(journal, round * 200, 200))
      expect(await segments(directory)).toBeLessThanOrEqual(4)
    }
    const after = await open(await crashImage(directory))
    expect(after.recovered.intentsOpen).toEqual([{ ...held, record: intent('endless') }])
    expect(after.recovered.outcomesUnacknowledged).toEqual([])
  })
})

describe('a call that ends while its intent is about to be copied', () => {
  it('stays ended, after everything about it was acknowledged and deleted', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    await journal.append(intent('long'))
    const acknowledged = journal.acknowledge(await settle(journal, 0, 200))
    // Too large for one group, so the acknowledgement is durable while the outcome still waits.
    const text = 'x'.repeat(900)
    const bulk = Array.from({ length: 12 }, (_, n) => journal.append(outcome(`b-${n}`, { text })))
    const ended = journal.append(outcome('long'))
    await Promise.all([acknowledged, ...bulk])
    await journal.acknowledge(await ended)
    await journal.acknowledge(await settle(journal, 200, 100))
    expect(await segments(directory)).toBe(1)
    const after = await open(await crashImage(directory))
    expect(after.recovered.intentsOpen).toEqual([])
  })
})

type Step =
  | { do: 'intent' | 'outcome'; call: number }
  | { do: 'acknowledge'; part: number }
  | { do: 'reopen'; crash: boolean }

const call = fc.nat({ max: 60 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('intent' as const), call }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('outcome' as const), call }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('acknowledge' as const), part: fc.double(unit()) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reopen' as const), crash: fc.boolean() }),
  },
)

function unit() {
  return { min: 0, max: 1, noNaN: true }
}

describe('any history', () => {
  it('leaves exactly the open intents and the unacknowledged outcomes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 250 }), async (steps) => {
        const world = new World(await temporaryDirectory())
        await world.start()
        for (const one of steps) await world.take(one)
        await world.take({ do: 'reopen', crash: true })
        await world.stop()
      }),
      { numRuns: 40 },
    )
  })
})

/** A real journal beside the obvious model of one: two lists. */
class World {
  #directory: string
  #journal: Journal | undefined
  readonly #intents = new Map<string, StoredRecord>()
  #outcomes: StoredRecord[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  async start() {
    this.#journal = await open(this.#directory)
  }

  async stop() {
    await this.#journal!.close()
  }

  async take(one: Step) {
    const journal = this.#journal!
    if (one.do === 'reopen') return await this.#reopen(one.crash)
    if (one.do === 'acknowledge') {
      const last = this.#outcomes[Math.floor((this.#outcomes.length - 1) * one.part)]
      if (!last) return
      await journal.acknowledge(last)
      this.#outcomes = this.#outcomes.slice(this.#outcomes.indexOf(last) + 1)
      return
    }
    const id = `call-${one.call}`
    if (one.do === 'intent') {
      if (this.#intents.has(id)) return
      const record = intent(id, { text: 'x'.repeat(one.call * 9) })
      this.#intents.set(id, { ...(await journal.append(record)), record })
    } else {
      const record = outcome(id, { text: 'y'.repeat(one.call * 9) })
      this.#outcomes.push({ ...(await journal.append(record)), record })
      this.#intents.delete(id)
    }
  }

  async #reopen(crash: boolean) {
    if (crash) {
      const image = await crashImage(this.#directory)
      await this.#journal!.close()
      this.#directory = image
    } else {
      await this.#journal!.close()
    }
    await this.start()
    const { recovered } = this.#journal!
    expect(recovered.damage).toEqual([])
    expect(recovered.outcomesUnacknowledged).toEqual(this.#outcomes)
    const byPosition = (left: StoredRecord, right: StoredRecord) =>
      left.epoch - right.epoch || left.sequence - right.sequence
    expect(recovered.intentsOpen).toEqual([...this.#intents.values()].sort(byPosition))
  }
}
