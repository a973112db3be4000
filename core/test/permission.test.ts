import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  accountNouns,
  actions,
  allPermissions,
  difference,
  has,
  intersection,
  isEmpty,
  isPermission,
  isSubset,
  kinds,
  listPermissions,
  noPermissions,
  type Permission,
  permissionBit,
  permissionSet,
  permissions,
  resourceKinds,
  restrictedTo,
  union,
} from '../src/index.ts'

const list = fc.subarray([...permissions])
const asText = (names: Iterable<Permission>) => permissions.filter((p) => new Set(names).has(p))

describe('sets of permissions', () => {
  it('hold what was put in, in a stable order, once', () => {
    fc.assert(
      fc.property(list, (a) => {
        expect(listPermissions(permissionSet([...a, ...a].reverse()))).toEqual(asText(a))
      }),
    )
  })

  it('behave as sets of names do', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [x, y] = [permissionSet(a), permissionSet(b)]
        const inB = (p: Permission) => b.includes(p)
        expect(listPermissions(union(x, y))).toEqual(asText([...a, ...b]))
        expect(listPermissions(intersection(x, y))).toEqual(a.filter(inB))
        expect(listPermissions(difference(x, y))).toEqual(a.filter((p) => !inB(p)))
        expect(isSubset(x, y)).toBe(a.every(inB))
        expect(isEmpty(x)).toBe(a.length === 0)
        for (const p of permissions) expect(has(x, permissionBit(p))).toBe(a.includes(p))
      }),
    )
  })

  it('are left as they were by every operation', () => {
    const a = permissionSet(['model:use'])
    const before = [...a]
    union(a, allPermissions)
    difference(a, allPermissions)
    intersection(a, noPermissions)
    restrictedTo(a, ['team'])
    expect([...a]).toEqual(before)
  })

  it('can be cut to some kinds', () => {
    const cut = restrictedTo(allPermissions, ['grant', 'usage'])
    expect(listPermissions(cut)).toEqual([
      'grant:read',
      'grant:create',
      'grant:delete',
      'usage:read',
    ])
  })
})

describe('the list of permissions', () => {
  it('names each once, as kind and action', () => {
    expect(new Set(permissions).size).toBe(permissions.length)
    for (const permission of permissions) {
      const { kind, action } = permissionBit(permission)
      expect(permission).toBe(`${kind}:${action}`)
      expect(kinds).toContain(kind)
      expect(actions).toContain(action)
    }
  })

  it('has a bit of its own for each', () => {
    const places = permissions.map((p) => `${permissionBit(p).index}/${permissionBit(p).mask}`)
    expect(new Set(places).size).toBe(permissions.length)
  })

  it('has every kind of resource and every noun of an account', () => {
    const expected = [...Object.keys(accountNouns), ...resourceKinds.map(({ kind }) => kind)]
    expect([...kinds].sort()).toEqual(expected.sort())
  })
})

test.each(['model:use', 'grant:delete', 'secret-group:manage'])('%s is a permission', (text) => {
  expect(isPermission(text)).toBe(true)
})

test.each(['', 'model', 'model:', ':use', 'Model:use', 'model:USE', 'grant:update', 'model:use '])(
  '%j is none',
  (text) => {
    expect(isPermission(text)).toBe(false)
  },
)
