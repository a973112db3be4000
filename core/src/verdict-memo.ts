/**
 * Verdicts that were given, to give them again. A verdict hangs on facts, target and permission alone,
 * and none of them ever changes; so it is kept under their serials, and there is nothing to invalidate:
 * what takes their place has a serial of its own, under which nothing is kept yet. To whoever asks
 * again, a tenant of a million grants costs what one of a thousand does: three lines of memory are
 * read instead of some fifteen.
 */
import {
  type AccessFacts,
  type AccessTarget,
  decide,
  refusalReasons,
  type Verdict,
} from './access.ts'
import type { PermissionBit } from './permission.ts'

const verdicts: readonly Verdict[] = ['allowed', ...refusalReasons]
const codes = new Map(verdicts.map((verdict, code) => [verdict, code]))

/** Facts, question, code, and one to spare: two slots are one line of memory. */
const slotLength = 4
/** As many as a set's index and mask can say. */
const permissionsMax = 8_192

let lastSerial = 0

/** @returns a number that this process never gives again, for facts or a target that never change */
export function newSerial(): number {
  lastSerial += 1
  return lastSerial
}

export class VerdictMemo {
  readonly #slots: Float64Array
  readonly #shift: number

  /** @param slotsLog2 how many verdicts are kept at most, as a power of two; 32 bytes each */
  constructor(slotsLog2: number) {
    this.#slots = new Float64Array(slotLength * 2 ** slotsLog2)
    this.#shift = 32 - slotsLog2
  }

  /** As `decide`, whatever has been asked before. Without serials, nothing is kept. */
  decide(facts: AccessFacts, permission: PermissionBit, target: AccessTarget): Verdict {
    const asker = facts.serial
    if (asker === undefined || target.serial === undefined) {
      return decide(facts, permission, target)
    }
    const question = target.serial * permissionsMax + permission.index * 256 + permission.mask
    const slots = this.#slots
    const hash = Math.imul(asker, 0x9e3779b1) ^ Math.imul(question, 0x85ebca6b)
    const first = (hash >>> this.#shift) * slotLength
    const second = first ^ slotLength
    if (slots[first] === asker && slots[first + 1] === question) return verdicts[slots[first + 2]!]!
    if (slots[second] === asker && slots[second + 1] === question) {
      return verdicts[slots[second + 2]!]!
    }
    const verdict = decide(facts, permission, target)
    // What is asked most is asked again soon: the older of the two goes.
    slots.copyWithin(second, first, first + slotLength)
    slots[first] = asker
    slots[first + 1] = question
    slots[first + 2] = codes.get(verdict)!
    return verdict
  }
}
