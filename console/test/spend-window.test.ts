/** What the overview draws. */
import { expect, test } from 'vitest'
import { pictureOf, windowOf } from '../src/pages/parts/spend-window.ts'
import { cumulative, labelsToWrite, stacked, ticksTo } from '../src/ui/chart/scale.ts'

type Budget = Parameters<typeof windowOf>[0][number]
type Summary = Parameters<typeof pictureOf>[1]

const now = new Date(2026, 10, 10, 12)

function budget(part: Partial<Budget>): Budget {
  const current = {
    startsAt: new Date(2026, 10, 1).toISOString(),
    resetsAt: new Date(2026, 11, 1).toISOString(),
  }
  return {
    level: 'account',
    period: 'month',
    amountNanos: '100000000000',
    current,
    ...part,
  } as Budget
}

function group(day: string, model: string, dollars: number): Summary['groups'][number] {
  return {
    key: day,
    name: day,
    thenKey: model,
    thenName: model,
    requests: 1,
    inputTokens: 0,
    outputTokens: 0,
    units: {},
    costUsd: String(dollars),
    costNanos: String(dollars * 1_000_000_000),
  }
}

function summary(...groups: Summary['groups']): Summary {
  return { groups } as Summary
}

test('the window is the period of the account’s own budget', () => {
  const own = budget({ period: 'week' })
  const found = windowOf([budget({ level: 'team' }), own], now)
  expect(found.budget).toBe(own)
  expect(found.to).toBe(own.current.resetsAt)
})

test('without such a budget it is the calendar month, with no line', () => {
  const found = windowOf([budget({ level: 'team' }), budget({ period: 'lifetime' })], now)
  expect(found.budget).toBeNull()
  expect(new Date(found.from).getDate()).toBe(1)
})

test('spend adds up day by day, the dearest model first, and stops at today', () => {
  const { days, series } = pictureOf(
    windowOf([budget({})], now),
    summary(
      group('2026-11-02', 'small', 1),
      group('2026-11-03', 'large', 5),
      group('2026-11-10', 'large', 5),
    ),
    now,
  )
  expect(days).toHaveLength(30)
  expect(series.map(({ name }) => name)).toEqual(['large', 'small'])
  expect(series[0]!.values).toEqual([0, 0, 5, 5, 5, 5, 5, 5, 5, 10])
  expect(series[1]!.values.at(-1)).toBe(1)
})

test('the forecast begins at what is spent and goes on at the same pace', () => {
  const { lines } = pictureOf(
    windowOf([budget({})], now),
    summary(group('2026-11-05', 'm', 9.5)),
    now,
  )
  const forecast = lines.find(({ name }) => name === 'Forecast')!.values as (number | null)[]
  expect(lines[0]).toMatchObject({ name: 'Budget', values: 100 })
  expect(forecast[8]).toBeNull()
  expect(forecast[9]).toBe(9.5)
  expect(forecast.at(-1)).toBeCloseTo(30, 1)
})

test('what has no colour of its own is put together, and nothing is lost by it', () => {
  const groups = Array.from({ length: 12 }, (_, at) => group('2026-11-01', `m${at}`, at + 1))
  const { series } = pictureOf(windowOf([], now), summary(...groups), now)
  expect(series).toHaveLength(8)
  expect(series.at(-1)!.name).toBe('Others')
  expect(series.reduce((sum, { values }) => sum + values.at(-1)!, 0)).toBeCloseTo(78)
})

test('ticks are round and reach over the highest value', () => {
  expect(ticksTo(0.045)).toEqual([0, 0.02, 0.04, 0.06])
  expect(ticksTo(7)).toEqual([0, 2, 4, 6, 8])
  expect(ticksTo(0)).toEqual([0, 1])
})

test('series stand on top of each other', () => {
  expect(
    stacked([
      [1, 2],
      [3, 4],
    ])[1]!.bands,
  ).toEqual([
    [1, 4],
    [2, 6],
  ])
  expect(cumulative([1, 2, 3])).toEqual([1, 3, 6])
})

test('labels are left out evenly when there is no room', () => {
  expect([...labelsToWrite(10, 4)]).toEqual([0, 3, 6, 9])
  expect(labelsToWrite(5, 100).size).toBe(5)
})
