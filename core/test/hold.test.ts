import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Measure, Quantities } from '../src/budget.ts'
import {
  absorbGrant,
  extendHold,
  freeIn,
  giveUpUnused,
  type Hold,
  type LocalLease,
  newLocalLease,
  placeHold,
  releaseHold,
  settleHold,
} from '../src/hold.ts'

const wanted: Quantities = { nanos: 40n, requests: 1n, tokens: 100n, concurrency: 1n }
const cost: Quantities = { nanos: 25n, requests: 1n, tokens: 60n, concurrency: 0n }

function lease(key: string, amount: bigint, measure: Measure = 'nanos'): LocalLease {
  const made = newLocalLease(key, measure, 1)
  absorbGrant(made, 1, amount)
  return made
}

function held(leases: LocalLease[], quantities = wanted): Hold {
  const outcome = placeHold(leases, quantities)
  if (!outcome.ok) throw new Error(`lacks ${JSON.stringify(outcome.lacks.map((l) => l.key))}`)
  return outcome.hold
}

const numbers = ({ amount, held: inFlight, spent }: LocalLease) => [amount, inFlight, spent]

describe('a hold', () => {
  test('takes from each lease what its limit counts', () => {
    const leases = [
      lease('a', 100n),
      lease('b', 100n, 'requests'),
      lease('c', 100n, 'tokens'),
      lease('d', 100n, 'concurrency'),
    ]
    const hold = held(leases)
    expect(leases.map((l) => l.held)).toEqual([40n, 1n, 100n, 1n])
    expect(settleHold(hold, cost)).toBe('settled')
    expect(leases.map(numbers)).toEqual([
      [100n, 0n, 25n],
      [100n, 0n, 1n],
      [100n, 0n, 60n],
      [100n, 0n, 0n],
    ])
  })

  test('is all or none, and says everything that is lacking at once', () => {
    const leases = [lease('a', 40n), lease('b', 39n), lease('c', 40n), lease('d', 0n)]
    expect(placeHold(leases, wanted)).toEqual({
      ok: false,
      lacks: [
        { key: 'b', lacking: 1n },
        { key: 'd', lacking: 40n },
      ],
    })
    expect(leases.map((l) => l.held)).toEqual([0n, 0n, 0n, 0n])
  })

  test('is refused where leases are out of order or one is named twice', () => {
    const [a, b] = [lease('a', 100n), lease('b', 100n)]
    expect(() => placeHold([b, a], wanted)).toThrow('out of order')
    expect(() => placeHold([a, a], wanted)).toThrow('out of order')
    expect([a.held, b.held]).toEqual([0n, 0n])
  })

  test('where no limit applies always succeeds: absent is unlimited (T29)', () => {
    expect(placeHold([], { ...wanted, nanos: 10n ** 30n }).ok).toBe(true)
  })

  test('in an empty lease is refused, unless it takes nothing (T29)', () => {
    expect(placeHold([lease('a', 0n)], { ...wanted, nanos: 1n }).ok).toBe(false)
    expect(placeHold([lease('a', 0n)], { ...wanted, nanos: 0n }).ok).toBe(true)
  })

  test('frees the place of a request as soon as it ends (T23)', () => {
    const running = lease('a', 1n, 'concurrency')
    const hold = held([running])
    expect(placeHold([running], wanted).ok).toBe(false)
    settleHold(hold, cost)
    expect(placeHold([running], wanted).ok).toBe(true)
  })

  test('is closed once: a settlement and a release after it change nothing (T21)', () => {
    const a = lease('a', 100n)
    const hold = held([a])
    settleHold(hold, cost)
    expect(settleHold(hold, cost)).toBe('already_closed')
    expect(releaseHold(hold, 'never_sent')).toBe(false)
    expect(() => extendHold(hold, cost)).toThrow('closed')
    expect(numbers(a)).toEqual([100n, 0n, 25n])
  })

  test('that is released leaves no trace', () => {
    const a = lease('a', 100n)
    expect(releaseHold(held([a]), 'never_sent')).toBe(true)
    expect(numbers(a)).toEqual([100n, 0n, 0n])
  })

  test('grows with a stream in every lease or in none', () => {
    const [a, b] = [lease('a', 100n), lease('b', 60n)]
    const hold = held([a, b])
    expect(extendHold(hold, { ...wanted, nanos: 20n })).toEqual([])
    expect(extendHold(hold, { ...wanted, nanos: 1n })).toEqual([{ key: 'b', lacking: 1n }])
    expect([a.held, b.held, hold.wanted.nanos]).toEqual([60n, 60n, 60n])
    settleHold(hold, { ...cost, nanos: 55n })
    expect([a, b].map(numbers)).toEqual([
      [100n, 0n, 55n],
      [60n, 0n, 55n],
    ])
  })

  test('that a cost exceeds is flagged, and blocks new calls until it is made up for (T15)', () => {
    const a = lease('a', 50n)
    expect(settleHold(held([a]), { ...cost, nanos: 70n })).toBe('settled_above_hold')
    expect(freeIn(a)).toBe(-20n)
    expect(placeHold([a], { ...wanted, nanos: 1n })).toEqual({
      ok: false,
      lacks: [{ key: 'a', lacking: 21n }],
    })
  })

  test('of an unknown outcome is settled at its worst case', () => {
    const leases = [lease('a', 50n), lease('b', 1n, 'concurrency')]
    const hold = held(leases)
    settleHold(hold, hold.wanted)
    expect(leases.map(numbers)).toEqual([
      [50n, 0n, 40n],
      [1n, 0n, 0n],
    ])
  })

  test('of a negative amount, or settled at one, is a bug and throws before a change', () => {
    const a = lease('a', 50n)
    expect(() => placeHold([a], { ...wanted, nanos: -1n })).toThrow(RangeError)
    const hold = held([a])
    expect(() => settleHold(hold, { ...cost, nanos: -1n })).toThrow(RangeError)
    expect([numbers(a), hold.open]).toEqual([[50n, 40n, 0n], true])
  })
})

describe('a lease', () => {
  test('takes answers in any order and any number of times for the same', () => {
    const a = lease('a', 0n)
    for (const granted of [30n, 50n, 50n, 30n]) absorbGrant(a, 1, granted)
    expect(a.amount).toBe(50n)
  })

  test('takes no answer to another epoch', () => {
    const a = lease('a', 10n)
    expect(absorbGrant(a, 2, 50n)).toBe(false)
    expect(a.amount).toBe(10n)
  })

  test('does not get back by an old answer what it gave up', () => {
    const a = lease('a', 50n)
    expect(giveUpUnused(a, 20n)).toBe(30n)
    absorbGrant(a, 1, 50n)
    expect(a.amount).toBe(20n)
    absorbGrant(a, 1, 60n)
    expect(a.amount).toBe(30n)
  })

  test('gives up only what is neither held nor spent nor kept ready', () => {
    const a = lease('a', 100n)
    settleHold(held([a]), cost)
    held([a])
    expect(giveUpUnused(a, 10n)).toBe(25n)
    expect(freeIn(a)).toBe(10n)
    expect(giveUpUnused(a, 10n)).toBe(25n)
  })
})

test('held + spent never exceed the amount of any lease, whatever honest calls do', () => {
  const call = fc.record({
    nanos: fc.bigInt(0n, 60n),
    tokens: fc.bigInt(0n, 60n),
    part: fc.bigInt(0n, 100n),
    end: fc.constantFrom('settle', 'release', 'stay'),
    leases: fc.subarray([0, 1, 2, 3]),
  })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
      const all = [
        lease('a', 200n),
        lease('b', 90n, 'tokens'),
        lease('c', 5n, 'requests'),
        lease('d', 2n, 'concurrency'),
      ]
      for (const { nanos, tokens, part, end, leases } of calls) {
        const quantities = { nanos, tokens, requests: 1n, concurrency: 1n }
        const before = all.map(numbers)
        const outcome = placeHold(
          leases.map((i) => all[i]!),
          quantities,
        )
        if (!outcome.ok) expect(all.map(numbers)).toEqual(before)
        else if (end === 'release') releaseHold(outcome.hold, 'never_sent')
        else if (end === 'settle') {
          const used = { nanos: (nanos * part) / 100n, tokens: (tokens * part) / 100n }
          settleHold(outcome.hold, { ...quantities, ...used })
        }
        for (const l of all) expect(freeIn(l)).toBeGreaterThanOrEqual(0n)
      }
    }),
  )
})
