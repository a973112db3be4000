import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccessFacts,
  type AccountId,
  allPermissions,
  Codebook,
  decide,
  type Held,
  HeldTable,
  nothingHeld,
  type PermissionSet,
  type PrincipalId,
  permissionBit,
  permissionSet,
  permissions,
  type ResourceId,
  type TenantId,
  union,
} from '../src/index.ts'

const ids = Array.from({ length: 40 }, (_, n) => `mdl_${n}` as ResourceId)
const someSet = fc.subarray([...permissions], { maxLength: 6 }).map(permissionSet)
const someHeld = fc
  .array(fc.tuple(fc.constantFrom(...ids), someSet), { maxLength: 30 })
  .map((pairs): ReadonlyMap<ResourceId, PermissionSet> => new Map(pairs))
const somePath = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 })

const sorted = (held: Iterable<readonly [ResourceId, PermissionSet]>) =>
  [...held].toSorted(([a], [b]) => (a < b ? -1 : 1))

const tenantId = 'tnt_a' as TenantId
const account = 'acct_a' as AccountId

function factsWith(held: Held, heldByInactiveTeams: Held): AccessFacts {
  return {
    tenant: { id: tenantId, state: 'active' },
    account: {
      id: account,
      tenantId,
      rootAccountId: account,
      state: 'active',
      boundary: allPermissions,
    },
    principal: { id: 'user_a' as PrincipalId, tenantId, state: 'active', isMember: true },
    held,
    heldByInactiveTeams,
    shares: new Map(),
    token: null,
  }
}

describe('a table of what is held', () => {
  it('says by id what the map says that it was made of', () => {
    fc.assert(
      fc.property(someHeld, fc.array(fc.constantFrom(...ids)), (held, others) => {
        const codebook = new Codebook()
        for (const id of others) codebook.numberOf(id)
        const table = HeldTable.of(codebook, held)
        for (const id of ids) expect(table.get(id)).toEqual(held.get(id))
        expect(table.has(ids[0]!)).toBe(held.has(ids[0]!))
        expect(table.size).toBe(held.size)
        expect(sorted(table)).toEqual(sorted(held))
        expect([...table.keys()]).toEqual([...table].map(([id]) => id))
        const told: [ResourceId, PermissionSet][] = []
        table.forEach((set, id) => {
          told.push([id, set])
        })
        expect(told).toEqual([...table])
      }),
    )
  })

  it('of several holders says what they hold together', () => {
    fc.assert(
      fc.property(fc.array(someHeld, { maxLength: 4 }), (parts) => {
        const codebook = new Codebook()
        const table = HeldTable.unite(
          codebook,
          parts.map((held) => HeldTable.of(codebook, held)),
        )
        for (const id of ids) {
          const sets = parts.flatMap((held) => held.get(id) ?? [])
          expect(table.get(id)).toEqual(sets.length > 0 ? union(...sets) : undefined)
        }
      }),
    )
  })

  it('lets decide the same, asked by number or by id, and of numbers of another book', () => {
    fc.assert(
      fc.property(someHeld, someHeld, someSet, somePath, (on, idle, everywhere, path) => {
        const codebook = new Codebook()
        const tables = factsWith(
          { everywhere, on: HeldTable.of(codebook, on) },
          { ...nothingHeld, on: HeldTable.of(codebook, idle) },
        )
        const maps = factsWith({ everywhere, on }, { ...nothingHeld, on: idle })
        const target = { tenantId, ownerId: account, path }
        const placed = { ...target, place: codebook.placeOf(path) }
        const other = new Codebook()
        other.numberOf('mdl_else' as ResourceId)
        const misplaced = { ...target, place: other.placeOf(path) }
        for (const permission of permissions.map(permissionBit)) {
          const verdict = decide(maps, permission, target)
          for (const asked of [target, placed, misplaced]) {
            expect(decide(tables, permission, asked)).toBe(verdict)
          }
          expect(decide(maps, permission, placed)).toBe(verdict)
        }
      }),
    )
  })
})

describe('a codebook', () => {
  it('gives equal sets one code and one instance, and no number twice', () => {
    fc.assert(
      fc.property(fc.array(someSet), (sets) => {
        const codebook = new Codebook()
        for (const set of sets) {
          expect(codebook.canonical(set)).toEqual(set)
          expect(codebook.canonical(permissionSet([]))).toBe(codebook.canonical(permissionSet([])))
        }
        const numbers = ids.map((id) => codebook.numberOf(id))
        expect(new Set(numbers).size).toBe(ids.length)
        expect(ids.map((id) => codebook.numberOf(id))).toEqual(numbers)
        expect(numbers.map((number) => codebook.resourceAt(number))).toEqual(ids)
      }),
    )
  })
})
