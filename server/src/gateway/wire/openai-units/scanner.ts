/** Streams of pictures, speech and transcripts: each ends with an event that has the usage. */
import type { UnitCount } from '@commonhold/core'
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Scanner } from '../event-stream.ts'
import { objectIn } from '../server-sent-events.ts'
import type { ReportedUsage } from '../usage.ts'
import { usageIn } from './usage.ts'

const marks = ['.completed', '.done', '"error"'].map((text) => Buffer.from(text))
const lastType =
  /^(?:image_(?:generation|edit)\.completed|speech\.audio\.done|transcript\.text\.done)$/
const pictureType = /^image_/

export class UnitScanner implements Scanner {
  readonly begunWith = null
  isDone = false
  usage: ReportedUsage | null = null

  matters(block: Buffer): boolean {
    return marks.some((mark) => block.includes(mark))
  }

  read(data: string): 'pass' | JsonObject {
    const value = objectIn(data)
    if (value === null) return 'pass'
    const { type, error } = value
    if (isObject(error)) return error
    if (type === 'error') return value
    if (!lastType.test(String(type))) return 'pass'
    this.isDone = true
    // Each picture of several ends with an event of its own.
    const picture = pictureType.test(String(type)) ? { data: [{}] } : {}
    this.usage = sumOf(this.usage, usageIn({ ...value, ...picture }))
    return 'pass'
  }

  writtenIn(): string {
    return ''
  }
}

function sumOf(a: ReportedUsage | null, b: ReportedUsage | null): ReportedUsage | null {
  if (a === null || b === null) return a ?? b
  if (a.kind === 'unreadable' || b.kind === 'unreadable') return { kind: 'unreadable' }
  const units = added(a.units ?? [], b.units ?? [])
  if (a.kind === 'units' || b.kind === 'units') return { kind: 'units', units }
  const usage = {
    freshInputTokens: a.usage.freshInputTokens + b.usage.freshInputTokens,
    cachedInputTokens: a.usage.cachedInputTokens + b.usage.cachedInputTokens,
    cacheWriteTokens: a.usage.cacheWriteTokens + b.usage.cacheWriteTokens,
    outputTokens: a.usage.outputTokens + b.usage.outputTokens,
  }
  return { kind: 'reported', usage, units }
}

function added(a: readonly UnitCount[], b: readonly UnitCount[]): UnitCount[] {
  return a.map((one) => {
    const other = b.find(({ kind }) => kind === one.kind)
    return { ...one, units: one.units + (other?.units ?? 0) }
  })
}
