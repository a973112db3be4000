import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '../src/ids.ts'
import { type RouteBy, type RouteTarget, routeOrder } from '../src/routing.ts'

const mdl = (name: string) => `mdl_${name}` as Id<'mdl'>
const target = (name: string, weight = 1, priority = 0): RouteTarget => ({
  modelId: mdl(name),
  weight,
  priority,
})
const names = (order: RouteTarget[]) => order.map(({ modelId }) => modelId.slice(4)).join('')
const allHealthy = () => true
const allBut =
  (...failing: string[]) =>
  (id: Id<'mdl'>) =>
    !failing.includes(id.slice(4))
const chance = (random: number): RouteBy => ({ kind: 'chance', random })

describe('the order of targets', () => {
  test.each([
    [0, 'ab'],
    [0.7499, 'ab'],
    [0.75, 'ba'],
    [0.9999, 'ba'],
  ])('by weights 3 and 1 with random %s is %s', (random, order) => {
    expect(names(routeOrder([target('a', 3), target('b', 1)], allHealthy, chance(random)))).toBe(
      order,
    )
  })

  test('goes by priority first, whatever the weights', () => {
    const targets = [target('c', 100, 2), target('a', 1, 0), target('b', 100, 1)]
    for (const random of [0, 0.5, 0.999]) {
      expect(names(routeOrder(targets, allHealthy, chance(random)))).toBe('abc')
    }
  })

  test('puts what fails just now last, and still tries it', () => {
    const targets = [target('a', 1, 0), target('b', 1, 1), target('c', 1, 2)]
    expect(names(routeOrder(targets, allBut('a'), chance(0.5)))).toBe('bca')
    expect(names(routeOrder(targets, allBut('a', 'b', 'c'), chance(0.5)))).toBe('abc')
  })

  test('leaves out a weight of zero, even where nothing else is left', () => {
    expect(names(routeOrder([target('a', 0), target('b')], allHealthy, chance(0)))).toBe('b')
    expect(routeOrder([target('a', 0)], allHealthy, chance(0))).toEqual([])
    expect(routeOrder([], allHealthy, chance(0))).toEqual([])
  })

  const anyTarget = fc.record({
    weight: fc.nat(1_000),
    priority: fc.nat(2),
  })
  const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  test('has every usable target once, and is the same for the same number', () => {
    fc.assert(
      fc.property(fc.array(anyTarget, { maxLength: 16 }), anyRandom, (drawn, random) => {
        const targets = drawn.map((t, i) => target(String(i), t.weight, t.priority))
        const order = routeOrder(targets, allHealthy, chance(random))
        expect(new Set(order)).toEqual(new Set(targets.filter((t) => t.weight > 0)))
        expect(order).toHaveLength(new Set(order).size)
        expect(routeOrder(targets, allHealthy, chance(random))).toEqual(order)
        const priorities = order.map((t) => t.priority)
        expect(priorities).toEqual([...priorities].sort((a, b) => a - b))
      }),
    )
  })

  test('gives each target its part of the load, first and as the next after a failure', () => {
    const targets = [target('a', 5), target('b', 3), target('c', 2)]
    const draws = 10_000
    const counts = new Map<string, number>()
    for (let i = 0; i < draws; i++) {
      const order = names(routeOrder(targets, allHealthy, chance((i + 0.5) / draws)))
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    const part = (order: string) => (counts.get(order) ?? 0) / draws
    expect(part('abc')).toBeCloseTo(0.5 * (3 / 5), 2)
    expect(part('acb')).toBeCloseTo(0.5 * (2 / 5), 2)
    expect(part('bac')).toBeCloseTo(0.3 * (5 / 7), 2)
    expect(part('cab')).toBeCloseTo(0.2 * (5 / 8), 2)
  })
})
