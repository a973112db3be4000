/** Times in the reader's own zone, with UTC on hover. */
import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const RELATIVE_MAX_MS = 7 * DAY_MS
const TICK_MS = 30_000

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const seconds = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const
const clockToday = new Intl.DateTimeFormat(undefined, seconds)
const clockBefore = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  ...seconds,
})
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

export function relativeText(at: Date, now: number): string {
  const deltaMs = at.getTime() - now
  const size = Math.abs(deltaMs)
  if (size >= RELATIVE_MAX_MS) return day.format(at)
  if (size < MINUTE_MS) return deltaMs <= 0 ? 'just now' : 'in a moment'
  if (size < HOUR_MS) return relative.format(Math.round(deltaMs / MINUTE_MS), 'minute')
  if (size < DAY_MS) return relative.format(Math.round(deltaMs / HOUR_MS), 'hour')
  return relative.format(Math.round(deltaMs / DAY_MS), 'day')
}

/** For logs: the time, and the day where it is not today. */
function clockText(date: Date): string {
  const isToday = date.toDateString() === new Date().toDateString()
  return (isToday ? clockToday : clockBefore).format(date)
}

interface TimeProps {
  at: string | null
  /** `relative` for "2 hr. ago", `clock` for logs, `day` for dates. */
  as?: 'relative' | 'clock' | 'day'
  absent?: string
}

export function Time({ at, as = 'relative', absent = '–' }: TimeProps) {
  const now = useNow(as === 'relative')
  if (at === null) return <>{absent}</>
  const date = new Date(at)
  const text =
    as === 'relative'
      ? relativeText(date, now)
      : as === 'clock'
        ? clockText(date)
        : day.format(date)
  return (
    <Tooltip label={<TimeDetail date={date} />}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {text}
      </time>
    </Tooltip>
  )
}

function TimeDetail({ date }: { date: Date }) {
  return (
    <span className="figures">
      {full.format(date)}
      <br />
      {date.toISOString().replace('T', ' ').slice(0, 19)} UTC
    </span>
  )
}

function useNow(ticks: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!ticks) return
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [ticks])
  return now
}
