/** The journal in fair weather: what is written is there, in order, across lives and epochs. */

import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../../src/gateway/journal/record.ts'
import { crashImage, open, temporaryDirectory } from './harness.ts'
import { ids, intent, outcome } from './records.ts'

describe('append', () => {
  it('gives rising positions in the order of the calls', async () => {
    const journal = await open(await temporaryDirectory())
    const positions = await Promise.all(['a', 'b', 'c'].map((id) => journal.append(intent(id))))
    expect(positions.map(({ epoch }) => epoch)).toEqual([1, 1, 1])
    const [first] = positions
    expect(positions.map(({ sequence }) => sequence - first!.sequence)).toEqual([0, 1, 2])
  })

  it('brings a record back unchanged, whatever text is in it', async () => {
    const directory = await temporaryDirectory()
    const record = outcome('ü😀\u0000\ud800', { nested: { list: [1, null, true, 'a\nb'] } })
    const position = await (await open(directory)).append(record)
    const after = await open(await crashImage(directory))
    expect(after.recovered.outcomesUnacknowledged).toEqual([{ ...position, record }])
  })

  it('writes what nobody waits for by itself, or with what somebody waits for, in order', async () => {
    const journal = await open(await temporaryDirectory())
    await journal.append(outcome('alone'), { isPatient: true })
    const patient = journal.append(outcome('a'), { isPatient: true })
    const urgent = journal.append(intent('b'))
    const late = journal.append(outcome('c'), { isPatient: true })
    await Promise.all([patient, urgent, late])
    expect(ids(journal.unacknowledged(10))).toEqual(['alone', 'a', 'c'])
    const lastOne = journal.append(outcome('d'), { isPatient: true })
    await journal.close()
    await lastOne
  })

  it('takes the text of a record from whoever has it', async () => {
    const directory = await temporaryDirectory()
    const record = outcome('a', { text: 'ü😀"' })
    const position = await (await open(directory)).append(record, { text: JSON.stringify(record) })
    const after = await open(await crashImage(directory))
    expect(after.recovered.outcomesUnacknowledged).toEqual([{ ...position, record }])
  })

  it('refuses an intent whose id is open, and takes it again once it is settled', async () => {
    const journal = await open(await temporaryDirectory())
    await journal.append(intent('a'))
    await expect(journal.append(intent('a'))).rejects.toMatchObject({ code: 'record_invalid' })
    await journal.append(outcome('a'))
    await journal.append(intent('a'))
  })

  it.each([
    ['is too large', outcome('a', { text: 'x'.repeat(1100) })],
    ['has no id', { kind: 'outcome', id: '' } as const],
    ['has an unknown kind', { kind: 'note', id: 'a' } as unknown as JournalRecord],
    ['holds a BigInt', outcome('a', { costNanos: 1n })],
  ])('refuses a record that %s, and stays open', async (_case, record) => {
    const journal = await open(await temporaryDirectory())
    await expect(journal.append(record)).rejects.toMatchObject({ code: 'record_invalid' })
    expect(journal.state).toBe('open')
  })

  it('refuses after close, which finished what was queued', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    const queued = journal.append(outcome('a'))
    await journal.close()
    await queued
    await expect(journal.append(outcome('b'))).rejects.toMatchObject({ code: 'closed' })
    expect(ids((await open(directory)).recovered.outcomesUnacknowledged)).toEqual(['a'])
  })
})

describe('recovery', () => {
  it('tells open intents from settled ones', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    for (const id of ['a', 'b', 'c']) await journal.append(intent(id))
    await journal.append(outcome('b'))
    const { recovered } = await open(await crashImage(directory))
    expect(ids(recovered.intentsOpen)).toEqual(['a', 'c'])
    expect(ids(recovered.outcomesUnacknowledged)).toEqual(['b'])
    expect(recovered.damage).toEqual([])
  })

  it('keeps the first position of a record through any number of lives', async () => {
    const directory = await temporaryDirectory()
    const first = await open(directory)
    const position = await first.append(outcome('a'))
    await first.append(intent('b'))
    await first.close()
    for (let life = 0; life < 3; life++) {
      const journal = await open(directory)
      expect(journal.unacknowledged(10)).toEqual([{ ...position, record: outcome('a') }])
      expect(ids(journal.recovered.intentsOpen)).toEqual(['b'])
      await journal.close()
    }
  })

  it('settles an intent of an earlier life by an outcome of this one', async () => {
    const directory = await temporaryDirectory()
    const first = await open(directory)
    await first.append(intent('a'))
    await first.close()
    const second = await open(directory)
    await second.append(outcome('a'))
    await second.close()
    const { recovered } = await open(directory)
    expect(recovered.intentsOpen).toEqual([])
    expect(ids(recovered.outcomesUnacknowledged)).toEqual(['a'])
  })
})

describe('epoch and source', () => {
  it('begins a higher epoch with each opening, and keeps the source', async () => {
    const directory = await temporaryDirectory()
    const lives: { epoch: number; sourceId: string }[] = []
    for (let life = 0; life < 3; life++) {
      const { epoch, sourceId, close } = await openAndClose(directory)
      await close
      lives.push({ epoch, sourceId })
    }
    expect(lives.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(new Set(lives.map(({ sourceId }) => sourceId)).size).toBe(1)
  })

  it('begins above the epoch that the applying side has seen', async () => {
    const journal = await open(await temporaryDirectory(), { epochMin: 41 })
    expect((await journal.append(outcome('a'))).epoch).toBe(42)
  })

  it('never uses an epoch again, even if the identity file is an old copy', async () => {
    const directory = await temporaryDirectory()
    await (await open(directory)).close()
    const old = await readFile(join(directory, 'identity.json'))
    for (let life = 0; life < 3; life++) await (await open(directory)).close()
    await writeFile(join(directory, 'identity.json'), old)
    expect((await open(directory)).epoch).toBe(5)
  })

  it('refuses a directory of another source', async () => {
    const directory = await temporaryDirectory()
    await (await open(directory, { sourceId: 'gateway-1' })).close()
    const other = open(directory, { sourceId: 'gateway-2' })
    await expect(other).rejects.toMatchObject({ code: 'damaged' })
  })

  it('refuses an unreadable identity instead of making a new one', async () => {
    const directory = await temporaryDirectory()
    await (await open(directory)).close()
    await writeFile(join(directory, 'identity.json'), '{"sourceId":')
    await expect(open(directory)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('refuses segments whose identity is lost, unless it is told the source', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory, { sourceId: 'gateway-1' })
    await journal.append(outcome('a'))
    const image = await crashImage(directory)
    execFileSync('rm', [join(image, 'identity.json')])
    await expect(open(image)).rejects.toMatchObject({ code: 'damaged' })
    const restored = await open(image, { sourceId: 'gateway-1' })
    expect(restored.epoch).toBe(2)
    expect(ids(restored.recovered.outcomesUnacknowledged)).toEqual(['a'])
  })
})

describe('lock', () => {
  it('lets one journal into a directory at a time', async () => {
    const directory = await temporaryDirectory()
    const journal = await open(directory)
    await expect(open(directory)).rejects.toMatchObject({ code: 'locked' })
    await journal.close()
    await open(directory)
  })

  it('leaves no spare file behind when closed', async () => {
    const directory = await temporaryDirectory()
    await (await open(directory)).close()
    const names = (await readdir(directory)).filter((name) => name.startsWith('spare'))
    expect(names).toEqual([])
  })
})

async function openAndClose(directory: string) {
  const journal = await open(directory)
  const { epoch, sourceId } = journal
  return { epoch, sourceId, close: journal.close() }
}
