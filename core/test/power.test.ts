import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decide,
  listPermissions,
  permissionBit,
  permissions,
  powerOn,
  reach,
} from '../src/index.ts'
import type { World } from './support/naive-access.ts'
import { factsOf, question, targetOf, world } from './support/worlds.ts'

describe('what somebody can do', () => {
  it('is exactly what decide allows, on everything', () => {
    fc.assert(
      fc.property(world, question, (w, one) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        const allowed = permissions.filter(
          (permission) => decide(facts, permissionBit(permission), target) === 'allowed',
        )
        expect(listPermissions(powerOn(facts, target))).toEqual(allowed)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('lists', () => {
  /** As the store does it. */
  function listed(w: World, one: Parameters<typeof factsOf>[1]): string[] {
    const facts = factsOf(w, one)
    const bit = permissionBit(one.permission)
    const reached = reach(facts, one.permission)
    return w.resources
      .filter(({ kind, id }) => {
        if (kind !== bit.kind) return false
        const { ownerId, path, tenantId } = targetOf(w, { ...one, resource: id })
        if (tenantId !== facts.tenant.id) return false
        const isOwn = ownerId === facts.account.id
        const isShared = path.some((r) => reached.sharedWith.includes(r))
        if (!isOwn && !(isShared && ownerId === facts.account.rootAccountId)) return false
        const { within } = reached
        return within === 'everything' || path.some((r) => within.includes(r))
      })
      .map(({ id }) => id)
  }

  it('show exactly what decide allows', () => {
    fc.assert(
      fc.property(world, question, (w, one) => {
        const facts = factsOf(w, one)
        fc.pre(facts.principal.tenantId === facts.tenant.id)
        const bit = permissionBit(one.permission)
        const allowed = w.resources
          .filter(({ kind }) => kind === bit.kind)
          .map(({ id }) => id)
          .filter((id) => decide(facts, bit, targetOf(w, { ...one, resource: id })) === 'allowed')
        expect(listed(w, one)).toEqual(allowed)
      }),
      { numRuns: 10_000 },
    )
  })
})
