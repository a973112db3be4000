import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '../src/ids.ts'
import { byKey } from '../src/rendezvous.ts'
import { routeOrder } from '../src/routing.ts'

const target = (name: string, weight = 1) => ({
  modelId: `mdl_${name}` as Id<'mdl'>,
  weight,
  priority: 0,
})
const names = (order: readonly { modelId: string }[]) =>
  order.map(({ modelId }) => modelId.slice(4))

const anyTargets = fc
  .uniqueArray(
    fc.record({ name: fc.string({ minLength: 1 }), weight: fc.integer({ min: 1, max: 1_000 }) }),
    {
      selector: ({ name }) => name,
      minLength: 2,
      maxLength: 12,
    },
  )
  .map((list) => list.map(({ name, weight }) => target(name, weight)))

describe('the target of a key', () => {
  test('is one and the same, in whatever order the targets are listed', () => {
    fc.assert(
      fc.property(anyTargets, fc.string(), (targets, key) => {
        expect(names(byKey(targets, key))).toEqual(names(byKey(targets.toReversed(), key)))
        expect(new Set(byKey(targets, key))).toEqual(new Set(targets))
      }),
    )
  })

  test('moves when its target is taken away, and then to the next: no other key moves', () => {
    fc.assert(
      fc.property(
        anyTargets,
        fc.array(fc.string(), { maxLength: 30 }),
        fc.nat(),
        (targets, keys, at) => {
          const gone = targets[at % targets.length]!
          const left = targets.filter((one) => one !== gone)
          for (const key of keys) {
            const before = byKey(targets, key)
            const expected = before.filter((one) => one !== gone)
            expect(byKey(left, key)).toEqual(expected)
          }
        },
      ),
    )
  })

  test('moves for a health that fails, and comes back', () => {
    const targets = ['a', 'b', 'c'].map((name) => target(name))
    const [first, second] = byKey(targets, 'session-1')
    const by = { kind: 'key', key: 'session-1' } as const
    const order = routeOrder(targets, (id) => id !== first!.modelId, by)
    expect(order[0]).toBe(second)
    expect(order.at(-1)).toBe(first)
    expect(routeOrder(targets, () => true, by)[0]).toBe(first)
  })

  test('is each target as often as its weight has it', () => {
    const targets = [target('mdl1', 5), target('mdl2', 3), target('mdl3', 2)]
    const counts = new Map<string, number>()
    const keys = 20_000
    for (let i = 0; i < keys; i++) {
      const [first] = names(byKey(targets, `user-${i}`))
      counts.set(first!, (counts.get(first!) ?? 0) + 1)
    }
    expect(counts.get('mdl1')! / keys).toBeCloseTo(0.5, 1)
    expect(counts.get('mdl2')! / keys).toBeCloseTo(0.3, 1)
    expect(counts.get('mdl3')! / keys).toBeCloseTo(0.2, 1)
  })

  test('stays for most keys when a weight changes: they move to or from that target alone', () => {
    fc.assert(
      fc.property(
        anyTargets,
        fc.string(),
        fc.integer({ min: 1, max: 1_000 }),
        (targets, key, weight) => {
          const [changed, ...rest] = targets
          const before = byKey(targets, key)[0]!.modelId
          const after = byKey([{ ...changed!, weight }, ...rest], key)[0]!.modelId
          expect(before === after || [before, after].includes(changed!.modelId)).toBe(true)
        },
      ),
    )
  })
})
