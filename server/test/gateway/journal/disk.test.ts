/** Disks that are full, lie, or lose power, with a file system that fails on request. */

import { describe, expect, it } from 'vitest'
import type { Journal } from '../../../src/gateway/journal/journal.ts'
import { FaultyFileSystem, type Survivors } from './faulty-file-system.ts'
import { open, silentLog, temporaryDirectory } from './harness.ts'
import { ids, intent, outcome } from './records.ts'

async function openFaulty(options: { backlogCharsMax?: number } = {}) {
  const directory = await temporaryDirectory()
  const fileSystem = new FaultyFileSystem()
  const journal = await open(directory, { fileSystem, roomRetryMs: 5, ...options })
  return { directory, fileSystem, journal }
}

/** Writes settled calls until the journal finds no room for its next segment. */
async function fill(journal: Journal) {
  for (let call = 0; journal.state === 'open'; call++) {
    await journal.append(intent(`call-${call}`))
    await journal.append(outcome(`call-${call}`))
  }
}

describe('a full disk', () => {
  it('refuses new intents and still takes the outcomes of running calls', async () => {
    const { fileSystem, journal, directory } = await openFaulty()
    await journal.append(intent('running'))
    fileSystem.spareIsFull = true
    await fill(journal)
    expect(journal.state).toBe('full')
    await expect(journal.append(intent('new'))).rejects.toMatchObject({ code: 'full' })
    await journal.append(outcome('running'))
    await journal.close()
    const after = await open(directory)
    expect(after.recovered.intentsOpen).toEqual([])
    expect(ids(after.recovered.outcomesUnacknowledged)).toContain('running')
  })

  it('opens again by itself when there is room', async () => {
    const { fileSystem, journal } = await openFaulty()
    fileSystem.spareIsFull = true
    await fill(journal)
    fileSystem.spareIsFull = false
    await expect.poll(() => journal.state).toBe('open')
    await journal.append(intent('new'))
  })

  it('refuses outcomes too when the reserve is used up, and never loses their intents', async () => {
    const { fileSystem, journal } = await openFaulty()
    await journal.append(intent('running'))
    fileSystem.spareIsFull = true
    const refusal = fillWithOutcomes(journal)
    await expect(refusal).rejects.toMatchObject({ code: 'full' })
    expect(journal.state).toBe('full')
    const late = journal.append(outcome('running', { text: 'x'.repeat(900) }))
    await expect(late).rejects.toMatchObject({ code: 'full' })
    fileSystem.spareIsFull = false
    await expect.poll(() => journal.state).toBe('open')
    await journal.append(outcome('running'))
  })

  it('fails for good when a write into a segment meets it', async () => {
    const { fileSystem, journal } = await openFaulty()
    fileSystem.writeErrorNext = 'ENOSPC'
    const refused = journal.append(intent('a'))
    await expect(refused).rejects.toMatchObject({ code: 'failed', cause: { code: 'ENOSPC' } })
    expect(journal.state).toBe('failed')
  })

  it('says so when there is no room to open, and frees the directory', async () => {
    const directory = await temporaryDirectory()
    const fileSystem = new FaultyFileSystem()
    fileSystem.spareIsFull = true
    await expect(open(directory, { fileSystem })).rejects.toMatchObject({ code: 'full' })
    await open(directory)
  })
})

async function fillWithOutcomes(journal: Journal) {
  for (;;) await journal.append(outcome('free', { text: 'x'.repeat(500) }))
}

describe('a flush that fails', () => {
  it('rejects its group and all that follows, and is not tried again', async () => {
    const { fileSystem, journal } = await openFaulty()
    await journal.append(intent('a'))
    fileSystem.flushErrorNext = 'EIO'
    const group = await Promise.allSettled([
      journal.append(outcome('a')),
      journal.append(intent('b')),
    ])
    expect(group.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(journal.state).toBe('failed')
    const flushes = fileSystem.flushes
    await expect(journal.append(outcome('a'))).rejects.toMatchObject({ code: 'failed' })
    const position = journal.acknowledged
    await journal.acknowledge(position)
    await journal.close()
    expect(fileSystem.flushes).toBe(flushes)
  })

  it('leaves what was durable before to the next life', async () => {
    const { fileSystem, journal, directory } = await openFaulty()
    await journal.append(intent('a'))
    fileSystem.flushErrorNext = 'EIO'
    await expect(journal.append(outcome('a'))).rejects.toMatchObject({ code: 'failed' })
    await journal.close()
    expect(ids((await open(directory)).recovered.intentsOpen)).toEqual(['a'])
  })
})

describe('a database that is away', () => {
  it('stops new calls when too many outcomes wait, until they are acknowledged', async () => {
    const { journal } = await openFaulty({ backlogCharsMax: 150 })
    await journal.append(intent('running'))
    for (const id of ['a', 'b', 'c', 'd']) await journal.append(outcome(id))
    expect(journal.state).toBe('full')
    await expect(journal.append(intent('new'))).rejects.toMatchObject({ code: 'full' })
    const last = await journal.append(outcome('running'))
    await journal.acknowledge(last)
    expect(journal.state).toBe('open')
  })
})

describe('short writes', () => {
  it('are continued until every byte is written', async () => {
    const { fileSystem, journal, directory } = await openFaulty()
    fileSystem.writeBytesMax = 7
    await journal.append(outcome('a', { text: 'x'.repeat(300) }))
    await journal.close()
    const { recovered } = await open(directory)
    expect(recovered.damage).toEqual([])
    expect(ids(recovered.outcomesUnacknowledged)).toEqual(['a'])
  })
})

/** What a life was told: durable intents and outcomes, and what it had acknowledged. */
type Told = { intents: Set<string>; outcomes: Set<string>; acknowledged: Set<string> }

/** A short life with rotations, groups, acknowledgements and a call that stays open. */
async function live(journal: Journal, life: string, told: Told) {
  const call = async (id: string) => {
    await journal.append(intent(id, { text: 'x'.repeat(200) }))
    told.intents.add(id)
    await journal.append(outcome(id, { text: 'y'.repeat(200) }))
    told.outcomes.add(id)
  }
  await journal.append(intent(`${life}-open`))
  told.intents.add(`${life}-open`)
  for (let round = 0; round < 4; round++) {
    await Promise.all([0, 1, 2].map((number) => call(`${life}-${round}-${number}`)))
    const batch = journal.unacknowledged(4)
    for (const id of ids(batch)) told.acknowledged.add(id)
    await journal.acknowledge(batch.at(-1)!)
  }
}

describe('power loss', () => {
  const survivors: Survivors[] = ['none', 'all', 'halves', 'last']

  it.each(survivors)(
    'at every operation, with %s of the unflushed writes',
    async (kind) => {
      let isFinished = false
      for (let operations = 1; !isFinished; operations++) {
        const directory = await temporaryDirectory()
        const told: Told = { intents: new Set(), outcomes: new Set(), acknowledged: new Set() }
        await (await open(directory)).close()
        isFinished = await liveUntil(operations, kind, directory, told)
        // A second life dies as early as this one did, so that recovery is cut at each step too.
        await liveUntil(operations, kind, directory, told)
        const journal = await open(directory)
        judge(journal, told, `${kind} after ${operations} operations`)
        await journal.close()
      }
    },
    120_000,
  )
})

/** @returns whether the life ended by itself, before the power failed. */
async function liveUntil(operations: number, kind: Survivors, directory: string, told: Told) {
  const fileSystem = new FaultyFileSystem()
  fileSystem.operationsLeft = operations
  fileSystem.survivors = kind
  let journal: Journal | undefined
  try {
    journal = await open(directory, { fileSystem, log: silentLog })
    await live(journal, `life-${journal.epoch}`, told)
    return true
  } catch {
    return false
  } finally {
    await journal?.close().catch(() => undefined)
  }
}

function judge(journal: Journal, told: Told, when: string) {
  const { recovered } = journal
  const waiting = ids(recovered.outcomesUnacknowledged)
  const openIds = ids(recovered.intentsOpen)
  const settled = new Set([...waiting, ...told.acknowledged])
  expect(new Set(waiting).size, when).toBe(waiting.length)
  expect(
    [...told.outcomes].filter((id) => !settled.has(id)),
    when,
  ).toEqual([])
  const known = new Set([...settled, ...openIds])
  expect(
    [...told.intents].filter((id) => !known.has(id)),
    when,
  ).toEqual([])
  expect(
    openIds.filter((id) => settled.has(id)),
    when,
  ).toEqual([])
  expect(
    recovered.damage.filter((one) => one.kind === 'corrupt'),
    when,
  ).toEqual([])
}
