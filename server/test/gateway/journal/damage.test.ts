/** Bytes lost or changed on the disk: nothing readable is given up, nothing unreadable believed. */

import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FRAME_HEADER_BYTES, FrameType, writeFrame } from '../../../src/gateway/journal/frame.ts'
import { scanSegment } from '../../../src/gateway/journal/scan.ts'
import { crashImage, keptLog, open, temporaryDirectory } from './harness.ts'
import { ids, outcome } from './records.ts'

/** A segment as a process leaves it: two groups of two records, the last one ends at `end`. */
function segmentOfTwoGroups() {
  const bytes = Buffer.alloc(2048)
  const ends: number[] = []
  let end = 0
  for (let index = 0; index < 4; index++) {
    const header = { type: FrameType.record, epoch: 3, sequence: 7 + index }
    const payload = JSON.stringify(outcome(`call-${index}`))
    end = writeFrame(bytes, end, { ...header, placeInGroup: index % 2 }, payload)
    ends.push(end)
  }
  return { bytes, ends: ends as [number, number, number, number], end }
}

const start = { epoch: 3, sequence: 7 }
const sequences = (bytes: Buffer) => scanSegment(bytes, start).frames.map((one) => one.sequence)

describe('scan', () => {
  it('reads a sound segment without complaint', () => {
    const { bytes } = segmentOfTwoGroups()
    const scan = scanSegment(bytes, start)
    expect(scan.damage).toEqual([])
    expect(scan.frames.map(({ sequence }) => sequence)).toEqual([7, 8, 9, 10])
    expect(scan.sequenceNext).toBe(11)
  })

  it('cuts a tail truncated at any byte, and keeps every whole record before it', () => {
    const { bytes, ends, end } = segmentOfTwoGroups()
    for (let length = 0; length <= end; length++) {
      for (const rest of [Buffer.alloc(0), Buffer.alloc(2048 - length)]) {
        const torn = Buffer.concat([bytes.subarray(0, length), rest])
        const whole = ends.filter((one) => one <= length).length
        const scan = scanSegment(torn, start)
        expect(scan.frames.length, `length ${length}`).toBe(whole)
        expect(scan.damage.every(({ kind }) => kind === 'torn')).toBe(true)
      }
    }
  })

  it('finds any flipped bit and loses that record alone', () => {
    const { bytes, ends, end } = segmentOfTwoGroups()
    for (let bit = 0; bit < end * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const hit = ends.findIndex((one) => one > bit >> 3)
      const expected = [7, 8, 9, 10].filter((_, index) => index !== hit)
      const scan = scanSegment(flipped, start)
      expect(scan.frames.map(({ sequence }) => sequence)).toEqual(expected)
      expect(scan.damage.map(({ kind }) => kind)).toEqual([hit < 2 ? 'corrupt' : 'torn'])
    }
  })

  it('calls a hole torn when pages of the last group reached the disk out of order', () => {
    const { bytes, ends } = segmentOfTwoGroups()
    bytes.fill(0, ends[1], ends[2])
    const scan = scanSegment(bytes, start)
    expect(scan.frames.map(({ sequence }) => sequence)).toEqual([7, 8, 10])
    expect(scan.damage).toMatchObject([{ kind: 'torn', sequenceFrom: 9, sequenceTo: 10 }])
  })

  it('believes no frame of another epoch, another version or a repeated sequence', () => {
    const { bytes, ends, end } = segmentOfTwoGroups()
    const header = { type: FrameType.record, placeInGroup: 0 }
    writeFrame(bytes, end, { ...header, epoch: 2, sequence: 11 }, '{}')
    expect(sequences(bytes)).toEqual([7, 8, 9, 10])
    writeFrame(bytes, end, { ...header, epoch: 3, sequence: 9 }, '{}')
    expect(sequences(bytes)).toEqual([7, 8, 9, 10])
    bytes[ends[2] + FRAME_HEADER_BYTES - 1]! += 1
    expect(sequences(bytes)).toEqual([7, 8, 9])
  })

  it('never takes text inside a payload for a frame', () => {
    const inner = Buffer.alloc(256)
    const innerEnd = writeFrame(
      inner,
      0,
      { type: FrameType.record, epoch: 3, sequence: 8, placeInGroup: 0 },
      '{"kind":"outcome"}',
    )
    const bytes = Buffer.alloc(2048)
    const text = inner.toString('latin1', 0, innerEnd)
    const header = { type: FrameType.record, epoch: 3, sequence: 7, placeInGroup: 0 }
    writeFrame(bytes, 0, header, JSON.stringify(outcome('a', { text })))
    bytes[0]! ^= 1
    expect(sequences(bytes)).toEqual([])
  })
})

async function segmentPaths(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('segment-'))
  return names.sort().map((name) => join(directory, name))
}

/** The image of a running journal with enough outcomes for several segments. */
async function filledImage(count: number) {
  const directory = await temporaryDirectory()
  const journal = await open(directory)
  const written: string[] = []
  for (let index = 0; index < count; index++) {
    written.push(`call-${index}`)
    await journal.append(outcome(`call-${index}`))
  }
  return { image: await crashImage(directory), written }
}

describe('recovery of damaged files', () => {
  it('reports damage in the middle loudly, keeps the rest, and sets the file aside', async () => {
    const { image, written } = await filledImage(120)
    const paths = await segmentPaths(image)
    expect(paths.length).toBeGreaterThan(2)
    const bytes = await readFile(paths[0]!)
    const at = bytes.indexOf('"call-5"')
    bytes[at + 1]! ^= 4
    await writeFile(paths[0]!, bytes)

    const log = keptLog()
    const { recovered } = await open(image, { log })
    const expected = written.filter((id) => id !== 'call-5')
    expect(ids(recovered.outcomesUnacknowledged)).toEqual(expected)
    expect(recovered.damage).toMatchObject([{ kind: 'corrupt', path: paths[0] }])
    expect(log.said.error).toHaveLength(1)
    expect(await readdir(image)).toContain(`${paths[0]!.split('/').at(-1)}.damaged`)
  })

  it('loses only what is behind the cut when an older segment was truncated', async () => {
    const { image, written } = await filledImage(120)
    const [first] = await segmentPaths(image)
    await truncate(first!, 600)
    const log = keptLog()
    const { recovered } = await open(image, { log })
    const found = ids(recovered.outcomesUnacknowledged)
    expect(recovered.damage.map(({ kind }) => kind)).toEqual(['corrupt'])
    expect(log.said.error).toHaveLength(1)
    const lost = written.filter((id) => !found.includes(id))
    expect(found.at(0)).toBe('call-0')
    expect(found.at(-1)).toBe('call-119')
    expect(lost.length).toBeLessThan(60)
  })

  it('says when the end of the newest file is missing, even at a record boundary', async () => {
    const { image } = await filledImage(3)
    const [path] = await segmentPaths(image)
    const bytes = await readFile(path!)
    const end = bytes.indexOf(0, bytes.lastIndexOf('}'))
    await truncate(path!, end)
    const log = keptLog()
    const { recovered } = await open(image, { log })
    expect(ids(recovered.outcomesUnacknowledged)).toEqual(['call-0', 'call-1', 'call-2'])
    expect(recovered.damage.map(({ kind }) => kind)).toEqual(['torn'])
    expect(log.said.warn).toHaveLength(1)
  })

  it('cuts a torn tail once: the next opening finds nothing to report', async () => {
    const { image } = await filledImage(3)
    const [path] = await segmentPaths(image)
    const bytes = await readFile(path!)
    bytes[bytes.indexOf('"call-2"') + 2]! ^= 1
    await writeFile(path!, bytes)
    const first = await open(image)
    expect(first.recovered.damage.map(({ kind }) => kind)).toEqual(['torn'])
    await first.close()
    const second = await open(image)
    expect(second.recovered.damage).toEqual([])
    expect(ids(second.recovered.outcomesUnacknowledged)).toEqual(['call-0', 'call-1'])
  })
})
