/**
 * What is still alive in the journal, in memory: intents without an outcome, outcomes that were not
 * acknowledged, and how many of each keep a segment from being deleted. No I/O here.
 *
 * An intent is removed only when its outcome is *durable*; between the two it is `outcomeQueued`
 * and its segment stays, since a crash in that moment must still find it.
 */

import { JournalError } from './errors.ts'
import { comparePositions, type JournalRecord, type Position, type StoredRecord } from './record.ts'
import type { Segment } from './segment.ts'

export type OpenIntent = {
  readonly id: string
  /** Both undefined until the intent is durable. */
  position: Position | undefined
  segment: Segment | undefined
  readonly payload: string
  outcomeQueued: boolean
}

type Outcome = Position & {
  readonly payload: string
  /** As it was written, where it is kept; else it is read from the payload. */
  readonly record: JournalRecord | null
  readonly segment: Segment
}

/** The acknowledged head of the backlog is dropped from memory in steps of this many records. */
const DROPPED_OUTCOMES_MIN = 4096
/** So many records are kept beside their JSON: enough where shipping goes well, little where it does not. */
const RECORDS_KEPT_MAX = 4096

export class LiveRecords {
  readonly #intents = new Map<string, OpenIntent>()
  #outcomes: Outcome[] = []
  #head = 0
  #backlogChars = 0
  #acknowledged: Position

  constructor(acknowledged: Position) {
    this.#acknowledged = acknowledged
  }

  get acknowledged(): Position {
    return this.#acknowledged
  }

  /** Size of the outcomes held in memory, in characters of JSON. */
  get backlogChars(): number {
    return this.#backlogChars
  }

  /** The newest position that may be acknowledged. */
  get outcomeLast(): Position {
    return this.#outcomes.at(-1) ?? this.#acknowledged
  }

  intentQueued(id: string, payload: string): void {
    if (this.#intents.has(id)) {
      throw new JournalError('record_invalid', `An intent with the id ${id} is already open.`)
    }
    const unplaced = { position: undefined, segment: undefined, outcomeQueued: false }
    this.#intents.set(id, { id, payload, ...unplaced })
  }

  intentRejected(id: string): void {
    this.#intents.delete(id)
  }

  intentDurable(id: string, position: Position, segment: Segment): void {
    const intent = this.#intents.get(id)
    if (!intent) return
    intent.position = position
    this.intentMoved(intent, segment)
  }

  /** An intent was written, or copied, to a segment: it keeps that one alive from now on. */
  intentMoved(intent: OpenIntent, segment: Segment): void {
    if (intent.segment) intent.segment.intentsOpen--
    intent.segment = segment
    segment.intentsOpen++
  }

  outcomeQueued(id: string): void {
    const intent = this.#intents.get(id)
    if (intent) intent.outcomeQueued = true
  }

  outcomeRejected(id: string): void {
    const intent = this.#intents.get(id)
    if (intent) intent.outcomeQueued = false
  }

  /** An outcome waits. One copied from an earlier life closes nothing: it did so where it was. */
  outcomeWaits(
    { epoch, sequence }: Position,
    segment: Segment,
    payload: string,
    written: JournalRecord | null = null,
  ): void {
    const record = this.#outcomes.length - this.#head < RECORDS_KEPT_MAX ? written : null
    this.#outcomes.push({ epoch, sequence, payload, record, segment })
    this.#backlogChars += payload.length
    segment.outcomesUnacknowledged++
  }

  outcomeDurable(
    record: JournalRecord,
    position: Position,
    segment: Segment,
    payload: string,
  ): void {
    this.outcomeWaits(position, segment, payload, record)
    const intent = this.#intents.get(record.id)
    if (intent?.segment) intent.segment.intentsOpen--
    this.#intents.delete(record.id)
  }

  /** Forgets every outcome up to and including this position. */
  acknowledge(position: Position): void {
    if (comparePositions(position, this.#acknowledged) <= 0) return
    this.#acknowledged = position
    for (;;) {
      const outcome = this.#outcomes[this.#head]
      if (!outcome || comparePositions(outcome, position) > 0) break
      outcome.segment.outcomesUnacknowledged--
      this.#backlogChars -= outcome.payload.length
      this.#head++
    }
    if (this.#head < DROPPED_OUTCOMES_MIN && this.#head < this.#outcomes.length) return
    this.#outcomes = this.#outcomes.slice(this.#head)
    this.#head = 0
  }

  /** The oldest outcomes that wait, in order. */
  unacknowledged(limit: number): StoredRecord[] {
    return this.#outcomes
      .slice(this.#head, this.#head + limit)
      .map(({ epoch, sequence, payload, record }) => ({
        epoch,
        sequence,
        record: record ?? (JSON.parse(payload) as JournalRecord),
      }))
  }

  /** The open intents that keep a segment alive. */
  intentsIn(segment: Segment): OpenIntent[] {
    return [...this.#intents.values()].filter((intent) => intent.segment === segment)
  }
}
