/**
 * Periods of budgets and windows of usage limits. A period is a pure function of the instant, the
 * time zone and the kind, and its id is part of the key of every counter. So nothing is ever reset:
 * a new period has a new key, and a key that nobody has counted under is zero (cases T37, T39).
 *
 * Calendar periods follow the wall clock of an IANA time zone. A day there may last 23 or 25 hours,
 * may begin at 01:00, and may not exist at all; what holds always is that the periods of a kind
 * neither overlap nor leave a gap.
 */

export const periodKinds = ['day', 'week', 'month', 'year', 'lifetime'] as const
export type PeriodKind = (typeof periodKinds)[number]

export interface Period {
  /** Names the period among all others of every kind: `month:2026-11@Europe/Berlin`. */
  readonly id: string
  /** Epoch milliseconds of the first instant in it; a lifetime starts at 0. */
  readonly startsAtMs: number
  /** Epoch milliseconds of the first instant after it; null where it never ends. */
  readonly endsAtMs: number | null
}

const dayMs = 86_400_000
const secondMs = 1_000
/** The world has about 600 zone names; above this, the cache is filled by something else. */
const zonesCachedMax = 1_024
/** `+02:00` is a valid offset for Intl, but not a place: it has no daylight saving to follow. */
const zoneNamePattern = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/

const lifetime: Period = { id: 'lifetime', startsAtMs: 0, endsAtMs: null }

/** Reads the calendar of one zone, and remembers the period that it last answered for each kind. */
interface ZoneCalendar {
  readonly dateFormat: Intl.DateTimeFormat
  readonly latest: Map<PeriodKind, Period>
}

const calendars = new Map<string, ZoneCalendar>()

/** Whether the text is the name of a time zone in the IANA database, like `Europe/Berlin`. */
export function isTimeZone(text: string): boolean {
  if (!zoneNamePattern.test(text)) return false
  try {
    calendarOf(text)
    return true
  } catch {
    return false
  }
}

/**
 * @param nowMs the instant, in epoch milliseconds
 * @param timeZone an IANA name; see `isTimeZone`
 * @returns the period that the instant is in; weeks begin on Monday and are numbered by ISO 8601
 * @throws RangeError where the zone or the instant does not exist
 */
export function periodOf(nowMs: number, timeZone: string, kind: PeriodKind): Period {
  if (kind === 'lifetime') return lifetime
  const calendar = calendarOf(timeZone)
  // Almost every request falls in the same period as the one before it.
  const latest = calendar.latest.get(kind)
  if (latest && latest.startsAtMs <= nowMs && nowMs < latest.endsAtMs!) return latest

  const period = computePeriod(nowMs, timeZone, calendar, kind)
  calendar.latest.set(kind, period)
  return period
}

/**
 * A fixed window of a usage limit, aligned to the epoch, so that every process agrees on it.
 *
 * @param nowMs the instant, in epoch milliseconds
 * @param windowSeconds how long a window lasts; a whole number, at least 1
 */
export function fixedWindowOf(nowMs: number, windowSeconds: number): Period {
  const windowMs = windowSeconds * secondMs
  const startsAtMs = Math.floor(nowMs / windowMs) * windowMs
  return {
    id: `window:${windowSeconds}s@${startsAtMs / secondMs}`,
    startsAtMs,
    endsAtMs: startsAtMs + windowMs,
  }
}

type CalendarKind = Exclude<PeriodKind, 'lifetime'>

function computePeriod(
  nowMs: number,
  timeZone: string,
  calendar: ZoneCalendar,
  kind: CalendarKind,
): Period {
  let firstDay = firstDayOf(localDayOf(calendar, nowMs), kind)
  let startsAtMs = startOfDay(calendar, firstDay)
  // A clock that is put back across midnight shows the old date once more. The boundary is the
  // instant that decides then, not the date, or the same period would come twice.
  if (nowMs < startsAtMs) {
    firstDay = firstDayOf(firstDay - dayMs, kind)
    startsAtMs = startOfDay(calendar, firstDay)
  }
  let nextFirstDay = nextFirstDayOf(firstDay, kind)
  let endsAtMs = startOfDay(calendar, nextFirstDay)
  if (nowMs >= endsAtMs) {
    firstDay = nextFirstDay
    startsAtMs = endsAtMs
    nextFirstDay = nextFirstDayOf(firstDay, kind)
    endsAtMs = startOfDay(calendar, nextFirstDay)
  }
  return { id: `${kind}:${dateLabel(firstDay, kind)}@${timeZone}`, startsAtMs, endsAtMs }
}

/*
 * A local date is written as the instant at which it begins in UTC. That makes arithmetic on dates
 * plain addition, because a day in UTC always lasts 24 hours.
 */

/** The date that a calendar on the wall in this zone shows at the instant. */
function localDayOf(calendar: ZoneCalendar, atMs: number): number {
  const [month, day, year] = calendar.dateFormat.format(atMs).split('/')
  return Date.UTC(Number(year), Number(month) - 1, Number(day))
}

/**
 * The first instant whose local date is this day or later: midnight, or what follows the gap where
 * midnight is skipped. No zone is a day away from UTC, and clocks change on whole seconds, so a
 * search by halves between a day before and a day after finds it in 18 steps.
 */
function startOfDay(calendar: ZoneCalendar, day: number): number {
  let before = (day - dayMs) / secondMs
  let reached = (day + dayMs) / secondMs
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2)
    if (localDayOf(calendar, middle * secondMs) >= day) reached = middle
    else before = middle
  }
  return reached * secondMs
}

function firstDayOf(day: number, kind: CalendarKind): number {
  const date = new Date(day)
  if (kind === 'day') return day
  if (kind === 'week') return day - ((date.getUTCDay() + 6) % 7) * dayMs
  return Date.UTC(date.getUTCFullYear(), kind === 'month' ? date.getUTCMonth() : 0, 1)
}

function nextFirstDayOf(firstDay: number, kind: CalendarKind): number {
  const date = new Date(firstDay)
  if (kind === 'day') return firstDay + dayMs
  if (kind === 'week') return firstDay + 7 * dayMs
  if (kind === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
  return Date.UTC(date.getUTCFullYear() + 1, 0, 1)
}

function dateLabel(firstDay: number, kind: CalendarKind): string {
  if (kind === 'week') return weekLabel(firstDay)
  const lengthOf = { day: 10, month: 7, year: 4 }
  return new Date(firstDay).toISOString().slice(0, lengthOf[kind])
}

/** ISO 8601: a week belongs to the year that its Thursday is in. */
function weekLabel(monday: number): string {
  const thursday = monday + 3 * dayMs
  const year = new Date(thursday).getUTCFullYear()
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}

function calendarOf(timeZone: string): ZoneCalendar {
  const known = calendars.get(timeZone)
  if (known) return known
  const calendar: ZoneCalendar = {
    dateFormat: new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }),
    latest: new Map(),
  }
  if (calendars.size >= zonesCachedMax) calendars.clear()
  calendars.set(timeZone, calendar)
  return calendar
}
