import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountTarget,
  allPermissions,
  builtInRoles,
  carriedBy,
  decide,
  intersection,
  listPermissions,
  missingByGrant,
  missingPermissions,
  permissionBit,
  permissionSet,
} from '../src/index.ts'
import { asked, factsOf, question, targetOf, world } from './support/worlds.ts'

const some = fc.subarray(asked).map(permissionSet)

describe('the write rule', () => {
  it('lets nobody hand out what decide would refuse him, and names exactly that', () => {
    fc.assert(
      fc.property(world, question, some, (w, one, carried) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        const missing = missingPermissions(facts, carried, target)
        const held = (p: (typeof asked)[number]) =>
          decide(facts, permissionBit(p), target) === 'allowed'
        expect(missing).toEqual(listPermissions(carried).filter((p) => !held(p)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('by grants alone, still gives nobody more than the author, wherever boundary and share move', () => {
    fc.assert(
      fc.property(world, question, some, some, some, (w, one, carried, boundary, share) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        fc.pre(missingByGrant(facts, carried, target).length === 0)
        const moved = {
          ...facts,
          account: { ...facts.account, boundary },
          shares: new Map([...facts.shares.keys()].map((id) => [id, share])),
        }
        const isOwn = target.ownerId === facts.account.id
        const grantee = intersection(
          intersection(carried, boundary),
          isOwn ? allPermissions : share,
        )
        expect(missingPermissions(moved, grantee, target)).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('by grants alone, sets aside what boundary and share leave idle, and nothing else', () => {
    const idle = permissionSet(['workspace:use'])
    fc.assert(
      fc.property(world, question, (w, one) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        const verdict = decide(facts, permissionBit('workspace:use'), target)
        const isIdle = verdict === 'outside_boundary' || verdict === 'outside_share'
        if (verdict === 'allowed') expect(missingByGrant(facts, idle, target)).toEqual([])
        else if (!isIdle) expect(missingByGrant(facts, idle, target)).toEqual(['workspace:use'])
        else if (facts.token?.scopes == null)
          expect(missingByGrant(facts, idle, target)).toEqual([])
      }),
      { numRuns: 5_000 },
    )
  })

  it('by grants alone, asks for no less than the strict rule when nothing is cut', () => {
    fc.assert(
      fc.property(world, question, some, (w, one, carried) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        const strict = missingPermissions(facts, carried, target)
        for (const permission of missingByGrant(facts, carried, target)) {
          expect(strict).toContain(permission)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what a role carries', () => {
  it('on the account is all of it', () => {
    expect(carriedBy(builtInRoles.admin, { type: 'account' })).toBe(builtInRoles.admin)
  })

  it('on a resource is what concerns its kind and what lives inside', () => {
    const onOne = carriedBy(builtInRoles.user, { type: 'resource', kind: 'provider-account' })
    expect(listPermissions(onOne)).toEqual([
      'provider-account:read',
      'provider-account:use',
      'model:read',
      'model:use',
    ])
  })

  it('on a kind is what concerns that kind alone', () => {
    const onKind = carriedBy(builtInRoles.user, { type: 'kind', kind: 'provider-account' })
    expect(listPermissions(onKind)).toEqual(['provider-account:read', 'provider-account:use'])
  })
})

it('asks about the account itself with an empty path', () => {
  const w = fc.sample(world, { numRuns: 1, seed: 1 })[0]!
  const { account } = factsOf(w, fc.sample(question, { numRuns: 1, seed: 1 })[0]!)
  expect(accountTarget(account)).toEqual({
    tenantId: account.tenantId,
    ownerId: account.id,
    path: [],
  })
})
