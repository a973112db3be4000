import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixedWindowOf, isTimeZone, type PeriodKind, periodKinds, periodOf } from '../src/window.ts'

const hourMs = 3_600_000
const at = (iso: string) => Date.parse(iso)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

describe('a period', () => {
  test.each<[string, string, PeriodKind, string, string, string]>([
    ['2026-11-23T12:00:00Z', 'UTC', 'day', 'day:2026-11-23@UTC', '2026-11-23', '2026-11-24'],
    ['2026-11-23T12:00:00Z', 'UTC', 'week', 'week:2026-W48@UTC', '2026-11-23', '2026-11-30'],
    ['2026-11-29T23:59:59Z', 'UTC', 'week', 'week:2026-W48@UTC', '2026-11-23', '2026-11-30'],
    ['2027-01-03T12:00:00Z', 'UTC', 'week', 'week:2026-W53@UTC', '2026-12-28', '2027-01-04'],
    ['2024-12-30T00:00:00Z', 'UTC', 'week', 'week:2025-W01@UTC', '2024-12-30', '2025-01-06'],
    ['2028-02-29T12:00:00Z', 'UTC', 'month', 'month:2028-02@UTC', '2028-02-01', '2028-03-01'],
    ['2026-12-31T23:59:59Z', 'UTC', 'month', 'month:2026-12@UTC', '2026-12-01', '2027-01-01'],
    ['2026-11-23T12:00:00Z', 'UTC', 'year', 'year:2026@UTC', '2026-01-01', '2027-01-01'],
  ])('%s in %s by %s is %s', (now, zone, kind, id, starts, ends) => {
    expect(periodOf(at(now), zone, kind)).toEqual({
      id,
      startsAtMs: at(starts),
      endsAtMs: at(ends),
    })
  })

  test.each([
    ['Pacific/Kiritimati', 'day:2026-11-24', '2026-11-23T10:00:00.000Z'],
    ['Asia/Kolkata', 'day:2026-11-23', '2026-11-22T18:30:00.000Z'],
    ['Asia/Kathmandu', 'day:2026-11-23', '2026-11-22T18:15:00.000Z'],
    ['Europe/Berlin', 'day:2026-11-23', '2026-11-22T23:00:00.000Z'],
    ['America/New_York', 'day:2026-11-23', '2026-11-23T05:00:00.000Z'],
    ['Pacific/Pago_Pago', 'day:2026-11-23', '2026-11-23T11:00:00.000Z'],
  ])('of a day in %s begins at its own midnight and lasts 24 hours (T35)', (zone, id, starts) => {
    const period = periodOf(at('2026-11-23T12:00:00Z'), zone, 'day')
    expect(period.id).toBe(`${id}@${zone}`)
    expect(iso(period.startsAtMs)).toBe(starts)
    expect(period.endsAtMs! - period.startsAtMs).toBe(24 * hourMs)
  })

  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['America/New_York', '2026-03-08T12:00:00Z', 23],
    ['America/New_York', '2026-11-01T12:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-10-04T12:00:00Z', 23.5],
    ['Africa/Cairo', '2026-04-24T12:00:00Z', 23],
    ['America/Havana', '2026-11-01T17:00:00Z', 25],
    ['Asia/Tokyo', '2026-03-29T12:00:00Z', 24],
  ])('of the day in %s at %s lasts %s hours (T35)', (zone, now, hours) => {
    const period = periodOf(at(now), zone, 'day')
    expect((period.endsAtMs! - period.startsAtMs) / hourMs).toBe(hours)
  })

  test('begins at one o’clock where midnight is skipped', () => {
    const period = periodOf(at('2026-04-24T12:00:00Z'), 'Africa/Cairo', 'day')
    expect(iso(period.startsAtMs)).toBe('2026-04-23T22:00:00.000Z')
    expect(period.id).toBe('day:2026-04-24@Africa/Cairo')
  })

  test('leaves out a day that a place leaves out', () => {
    const last = periodOf(at('2011-12-30T09:59:59Z'), 'Pacific/Apia', 'day')
    const next = periodOf(last.endsAtMs!, 'Pacific/Apia', 'day')
    expect([last.id, next.id]).toEqual([
      'day:2011-12-29@Pacific/Apia',
      'day:2011-12-31@Pacific/Apia',
    ])
  })

  test.each(['America/St_Johns', 'America/Goose_Bay'])(
    'in %s does not come twice where the clock is put back across midnight',
    (zone) => {
      // Until 2011 clocks went from 00:01 back to 23:01 there: the date showed twice.
      const night = at('2010-11-07T01:00:00Z')
      const ids = Array.from({ length: 300 }, (_, minute) => {
        // Another year in between, so that the answer is not the remembered one.
        periodOf(at('2020-01-01'), zone, 'day')
        const now = night + minute * 60_000
        const period = periodOf(now, zone, 'day')
        expect(period.startsAtMs <= now && now < period.endsAtMs!).toBe(true)
        return period.id
      })
      expect([...new Set(ids)]).toEqual([`day:2010-11-06@${zone}`, `day:2010-11-07@${zone}`])
      expect(ids).toEqual([...ids].sort())
    },
  )

  test('of a lifetime never ends and is the same everywhere', () => {
    const period = { id: 'lifetime', startsAtMs: 0, endsAtMs: null }
    expect(periodOf(at('2026-11-23'), 'Asia/Tokyo', 'lifetime')).toEqual(period)
  })

  test('of two kinds never shares an id, so a new kind counts from zero (T37)', () => {
    const ids = periodKinds.map((kind) => periodOf(at('2026-01-01T12:00Z'), 'UTC', kind).id)
    expect(new Set(ids).size).toBe(periodKinds.length)
  })

  test('that follows another has another id, so it counts from zero (T39)', () => {
    for (const kind of ['day', 'week', 'month', 'year'] as const) {
      const period = periodOf(at('2026-11-23T12:00Z'), 'Europe/Berlin', kind)
      const next = periodOf(period.endsAtMs!, 'Europe/Berlin', kind)
      expect(next.startsAtMs).toBe(period.endsAtMs)
      expect(next.id).not.toBe(period.id)
    }
  })

  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'Etc/GMT+12',
  ]
  test('contains its instant, meets its neighbours, and is one however it is asked for', () => {
    const instant = fc.integer({ min: at('1972-01-01'), max: at('2099-12-31') })
    const kind = fc.constantFrom<PeriodKind>('day', 'week', 'month', 'year')
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), kind, (now, zone, k) => {
        const period = periodOf(now, zone, k)
        expect(period.startsAtMs <= now && now < period.endsAtMs!).toBe(true)
        expect(periodOf(period.endsAtMs!, zone, k).startsAtMs).toBe(period.endsAtMs)
        expect(periodOf(period.startsAtMs - 1, zone, k).endsAtMs).toBe(period.startsAtMs)
        expect(periodOf(period.startsAtMs, zone, k)).toEqual(period)
        expect(periodOf(period.endsAtMs! - 1, zone, k)).toEqual(period)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a fixed window', () => {
  test('is aligned to the epoch and names its length and its start', () => {
    expect(fixedWindowOf(at('2026-11-23T12:00:59.999Z'), 60)).toEqual({
      id: `window:60s@${at('2026-11-23T12:00:00Z') / 1000}`,
      startsAtMs: at('2026-11-23T12:00:00Z'),
      endsAtMs: at('2026-11-23T12:01:00Z'),
    })
  })

  test('of another length never shares an id', () => {
    expect(fixedWindowOf(0, 60).id).not.toBe(fixedWindowOf(0, 3_600).id)
  })

  test('contains its instant, and the next one begins where it ends', () => {
    const instant = fc.integer({ min: 0, max: at('2099-12-31') })
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 86_400 }), (now, seconds) => {
        const window = fixedWindowOf(now, seconds)
        expect(window.startsAtMs <= now && now < window.endsAtMs!).toBe(true)
        expect(fixedWindowOf(window.endsAtMs!, seconds).startsAtMs).toBe(window.endsAtMs)
      }),
    )
  })
})

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Etc/GMT+5', 'America/Argentina/Ushuaia'])(
    '%s is one',
    (name) => expect(isTimeZone(name)).toBe(true),
  )
  test.each(['', '+02:00', 'Mars/Base', 'Europe/Berlin ', 'CEST-2', 'x'.repeat(1_000), '../etc'])(
    '%j is none',
    (name) => expect(isTimeZone(name)).toBe(false),
  )
  test('that does not exist makes no period', () => {
    expect(() => periodOf(0, 'Mars/Base', 'day')).toThrow(RangeError)
  })
})
