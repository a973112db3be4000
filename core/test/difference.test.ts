/**
 * What a change is said to take and give, against the naive evaluator: two worlds of the same ids are
 * the most general change there is. Everything told must be so, and everything that is so be told.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  allPermissions,
  type ComparedPlace,
  difference,
  isEmpty,
  isNamed,
  isSubset,
  type Loss,
  listPermissions,
  lossIn,
  lostAsTold,
  noPermissions,
  type PermissionSet,
  permissionSet,
  type ResourceId,
  standsFor,
  tellLosses,
  union,
} from '../src/index.ts'
import { decideNaively, type NaiveQuestion, type World } from './support/naive-access.ts'
import { asked, factsOf, question, targetOf, world } from './support/worlds.ts'

const runs = 4_000
const isSame = (a: PermissionSet, b: PermissionSet) => isSubset(a, b) && isSubset(b, a)
const resourceIds = ['cluster1', 'cluster2', 'workspace1', 'workspace2', 'foreign']

/** Of the resources in the world that comes after, some are gone, and what was in them. */
const changed = fc
  .record({
    before: world,
    // Half the time everything is drawn anew, else only some of it: then most stays as it was.
    drawn: world,
    parts: fc.option(
      fc.subarray(['accounts', 'principals', 'memberships', 'teams', 'shares', 'grants'] as const),
      { freq: 2 },
    ),
    gone: fc.oneof(
      { arbitrary: fc.constant<string[]>([]), weight: 3 },
      { arbitrary: fc.subarray(resourceIds), weight: 1 },
    ),
    question,
    token: question.map((one) => one.token),
    sameToken: fc.boolean(),
  })
  .map(({ before, drawn, parts, gone, question: one, token, sameToken }) => {
    const taken = parts === null ? drawn : Object.fromEntries(parts.map((p) => [p, drawn[p]]))
    const after: World = { ...before, ...taken }
    after.resources = after.resources.filter(
      ({ id, parent }) => !gone.includes(id) && (parent === null || !gone.includes(parent)),
    )
    return { before, after, one, next: sameToken ? one : { ...one, token } }
  })

interface Change {
  readonly before: World
  readonly after: World
  /** Who asks, before and after. */
  readonly one: NaiveQuestion
  readonly next: NaiveQuestion
}

function targetIn(w: World, one: NaiveQuestion, resource: string | null): AccessTarget | null {
  if (resource !== null && !w.resources.some(({ id }) => id === resource)) return null
  return targetOf(w, { ...one, resource })
}

function places({ before, after, one, next }: Change): ComparedPlace[] {
  return [null, ...resourceIds].map((id) => ({
    id: (id ?? 'account') as ComparedPlace['id'],
    before: targetIn(before, one, id),
    after: targetIn(after, next, id),
  }))
}

function allowed(w: World, one: NaiveQuestion, id: ComparedPlace['id']) {
  const resource = id === 'account' ? null : id
  if (targetIn(w, one, resource) === null) return noPermissions
  return permissionSet(
    asked.filter((permission) => decideNaively(w, { ...one, resource, permission }) === 'allowed'),
  )
}

/** What each place's loss is, in just those places that stand for others or for themselves. */
function compared(
  change: Change,
  from: AccessFacts,
  to: AccessFacts,
): Map<ComparedPlace['id'], Loss> {
  const all = places(change)
  const named = (id: ResourceId) => isNamed([from, to], id)
  const needed = new Set(all.map((p) => standsFor(p, named, change.one.account as AccountId)))
  return new Map(
    all.filter(({ id }) => needed.has(id)).map((p) => [p.id, lossIn(p, from, to, allPermissions)]),
  )
}

/** @returns the places of which something untrue is told, or something true is not */
function wronglyTold(change: Change): ComparedPlace['id'][] {
  const from = factsOf(change.before, change.one)
  const to = factsOf(change.after, change.next)
  const losses = compared(change, from, to)
  const told = tellLosses([...losses.values()])
  const named = (id: ResourceId) => isNamed([from, to], id)
  const wrong = places(change).filter((place) => {
    const had = allowed(change.before, change.one, place.id)
    const lost = difference(had, allowed(change.after, change.next, place.id))
    const stands = standsFor(place, named, change.one.account as AccountId)
    if (stands === null) return !isEmpty(lost)
    const loss = losses.get(stands)!
    return !isSame(loss.lost, lost) || !isSame(lostAsTold(told, loss), lost)
  })
  return wrong.map(({ id }) => id)
}

const reversed = ({ before, after, one, next }: Change): Change => ({
  before: after,
  after: before,
  one: next,
  next: one,
})

describe('what a change takes and gives', () => {
  it('is exactly what the rule allowed on one side and not on the other', () => {
    fc.assert(
      fc.property(changed, (change) => {
        expect({ lost: wronglyTold(change), gained: wronglyTold(reversed(change)) }).toEqual({
          lost: [],
          gained: [],
        })
      }),
      { numRuns: runs },
    )
  })

  it('is told without a word too many: nothing empty, no exception that is none', () => {
    fc.assert(
      fc.property(changed, (change) => {
        const from = factsOf(change.before, change.one)
        const losses = compared(change, from, factsOf(change.after, change.next))
        for (const { on, permissions, except } of tellLosses([...losses.values()])) {
          expect(isEmpty(permissions)).toBe(false)
          for (const one of except) {
            const { had, lost } = losses.get(one.on)!
            const wanted = listPermissions(one.permissions)
            expect(listPermissions(permissions)).toEqual(expect.arrayContaining(wanted))
            expect(listPermissions(had)).toEqual(expect.arrayContaining(wanted))
            expect(listPermissions(lost).some((p) => wanted.includes(p))).toBe(false)
          }
          expect(isEmpty(union(losses.get(on)!.lost, noPermissions))).toBe(false)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('meets every shape often enough to mean something', () => {
    const seen = { account: 0, resource: 0, except: 0, within: 0, none: 0 }
    fc.assert(
      fc.property(changed, (change) => {
        const from = factsOf(change.before, change.one)
        const to = factsOf(change.after, change.next)
        const told = tellLosses([...compared(change, from, to).values()])
        if (told.length === 0) seen.none++
        if (told.some(({ on }) => on === 'account')) seen.account++
        if (told.some(({ on }) => on !== 'account')) seen.resource++
        if (told.some(({ on }) => on.startsWith('workspace'))) seen.within++
        if (told.some(({ except }) => except.length > 0)) seen.except++
      }),
      { numRuns: 2_000, seed: 7 },
    )
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(10)
  })
})
