/** Amounts, names and permissions as people read them. */
import { describe, expect, test } from 'vitest'
import {
  count,
  counted,
  dollarsText,
  exactUsdFromNanos,
  moneyFromNanos,
  nameFrom,
  percent,
  plainUsd,
  priceText,
  usedText,
} from '../src/ui/format.ts'
import { actionsOf, groupByKind } from '../src/ui/permissions.ts'

describe('money', () => {
  test.each([
    ['0', '$0.00'],
    ['1', '$0.000000001'],
    ['56250', '$0.000056'],
    ['15544950', '$0.0155'],
    ['50000000', '$0.05'],
    ['12500000000', '$12.50'],
    ['-12500000000', '−$12.50'],
    ['1234567890123456789', '$1,234,567,890.12'],
  ])('%s nano-dollars read %s', (nanos, text) => {
    expect(moneyFromNanos(nanos)).toBe(text)
  })

  test('the exact amount keeps every nano-dollar, beyond what a double holds', () => {
    expect(exactUsdFromNanos('9007199254740993')).toBe('9007199.254740993 USD')
  })

  test('a price loses only its trailing zeros', () => {
    expect(priceText('0.150000000')).toBe('$0.15')
    expect(priceText('100')).toBe('$100.00')
    expect(plainUsd('100')).toBe('100')
    expect(plainUsd('100.50')).toBe('100.5')
  })

  test('an axis is short and never hides a small amount as zero', () => {
    expect(dollarsText(0)).toBe('$0')
    expect(dollarsText(0.000056)).toBe('$0.000056')
    expect(dollarsText(0.02)).toBe('$0.02')
    expect(dollarsText(12_345)).toBe('$12.3K')
  })

  test('a budget of nothing is all used as soon as anything is', () => {
    expect(percent(0n, 0n)).toBe(0)
    expect(percent(1n, 0n)).toBe(100)
    expect(percent(1n, 4n)).toBe(25)
  })
})

describe('names', () => {
  test.each([
    ['Research division', 'research-division'],
    ['Chloé’s team', 'chloe-s-team'],
    ['42 answers', 'answers'],
    ['  ', ''],
  ])('%j becomes %j', (displayName, name) => {
    expect(nameFrom(displayName)).toBe(name)
  })

  test('a name that is made is never longer than the API takes', () => {
    expect(nameFrom('a'.repeat(200))).toHaveLength(64)
  })

  test('one is counted in the singular', () => {
    expect(counted(1, 'member')).toBe('1 member')
    expect(counted(1_200, 'address', 'addresses')).toBe('1,200 addresses')
  })
})

test('permissions are put in groups by kind, their actions in one order', () => {
  const all = ['model:use', 'model:read', 'team:create']
  expect(groupByKind(all)).toEqual([
    { kind: 'model', permissions: ['model:use', 'model:read'] },
    { kind: 'team', permissions: ['team:create'] },
  ])
  expect(actionsOf(all)).toEqual(['read', 'use', 'create'])
})

test('what was used is told in tokens, and in what is not sold by the token', () => {
  const used = { inputTokens: 1_200, outputTokens: 30 }
  expect(usedText({ ...used, units: {} })).toBe(`${count(1_200)} / 30`)
  const none = { inputTokens: 0, outputTokens: 0 }
  expect(usedText({ ...none, units: { images: 2 } })).toBe('2 images')
  expect(usedText({ ...none, units: { audioSeconds: 90 } })).toBe('1.5 minutes')
  expect(usedText({ inputTokens: 5, outputTokens: 0, units: { searchUnits: 1 } })).toBe(
    '5 / 0 · 1 search unit',
  )
})
