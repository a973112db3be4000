import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  decide,
  type HelpfulTeam,
  keyOf,
  type ObjectKey,
  permissionBit,
  permissionSet,
  type ResourceId,
  remediesFor,
  type TeamId,
  uniteGrants,
} from '../src/index.ts'
import { decideNaively, type NaiveQuestion, pathOf, type World } from './support/naive-access.ts'
import { factsOf, question, targetOf, world } from './support/worlds.ts'

/**
 * Every change that anybody could think of, whether it helps or not; but no suspended team is resumed
 * for one who is not in it (core/src/remedy.ts says why).
 */
function everyChange(w: World, one: NaiveQuestion): Change[] {
  const teams = w.teams.filter((team) => team.account === one.account)
  const path = pathOf(w, one.resource) as ResourceId[]
  return [
    { change: 'resume-tenant' },
    { change: 'resume-account' },
    { change: 'resume-principal' },
    { change: 'add-member' },
    { change: 'widen-boundary' },
    { change: 'grant' },
    { change: 'renew-token' },
    { change: 'widen-scopes' },
    { change: 'new-token' },
    ...path.flatMap((resource): Change[] => [
      { change: 'share', resource },
      { change: 'widen-share', resource },
    ]),
    ...teams.map(({ id, members }): Change => {
      const team = id as TeamId
      return members.includes(one.principal)
        ? { change: 'resume-team', team }
        : { change: 'join-team', team }
    }),
  ]
}

/** Carries a change out, on plain rows. What can't be done does nothing. */
function change(w: World, one: NaiveQuestion, { change, ...of }: Change) {
  const { token, permission, principal, account: at } = one
  const account = w.accounts.find(({ id }) => id === at)!
  const tenant = w.tenants.find(({ id }) => id === account.tenant)!
  const team = w.teams.find(({ id }) => 'team' in of && id === of.team)
  const resource = w.resources.find(({ id }) => 'resource' in of && id === of.resource)
  switch (change) {
    case 'resume-tenant':
      tenant.state = 'active'
      break
    case 'resume-account':
      account.state = 'active'
      break
    case 'resume-principal':
      w.principals.find(({ id }) => id === principal)!.state = 'active'
      break
    case 'add-member':
      w.memberships.push({ principal, account: at })
      break
    case 'widen-boundary':
      account.boundary.push(permission)
      break
    case 'grant': {
      const object = one.resource ?? 'account'
      w.grants.push({ account: at, subject: principal, object, role: [permission] })
      break
    }
    case 'join-team':
      team!.members.push(principal)
      break
    case 'resume-team':
      team!.state = 'active'
      break
    case 'share':
      // The database stores no share of what is not root's.
      if (resource!.owner !== tenant.root || at === tenant.root) break
      if (w.shares.some((share) => share.to === at && share.resource === resource!.id)) break
      w.shares.push({ resource: resource!.id, to: at, most: [permission] })
      break
    case 'widen-share':
      w.shares
        .filter((share) => share.to === at && share.resource === resource!.id)
        .forEach((share) => {
          share.most.push(permission)
        })
      break
    case 'renew-token':
      if (token) token.state = 'active'
      break
    case 'widen-scopes':
      token?.scopes?.push(permission)
      break
    case 'new-token':
      if (token) one.token = { account: at, state: 'active', scopes: null }
      break
  }
}

function after(w: World, one: NaiveQuestion, changes: readonly Change[]) {
  const changed = structuredClone({ w, one })
  for (const each of changes) change(changed.w, changed.one, each)
  return decideNaively(changed.w, changed.one)
}

function teamsOf(w: World, one: NaiveQuestion): HelpfulTeam[] {
  return w.teams
    .filter((team) => team.account === one.account)
    .map(({ id, state, members }) => ({
      id: id as TeamId,
      isActive: state === 'active',
      isIn: members.includes(one.principal),
      held: uniteGrants(
        w.grants
          .filter((grant) => grant.account === one.account && grant.subject === id)
          .map((grant) => ({
            object: grant.object as ObjectKey,
            permissions: permissionSet(grant.role),
          })),
      ),
    }))
}

/** Only what root owns can be shared, and a question about the account's own names no share. */
function shareableOf(w: World, one: NaiveQuestion) {
  const tenant = w.tenants.find(
    ({ id }) => id === w.accounts.find((account) => account.id === one.account)!.tenant,
  )!
  const owned = w.resources.filter(({ owner }) => owner === tenant.root && owner !== one.account)
  return new Set(owned.map(({ id }) => id as ResourceId))
}

function remedies(w: World, one: NaiveQuestion) {
  return remediesFor(factsOf(w, one), permissionBit(one.permission), targetOf(w, one), {
    teams: teamsOf(w, one),
    shareable: shareableOf(w, one),
  })
}

describe('remedies', () => {
  it('make the rule allow, and no part of one does', () => {
    let refused = 0
    fc.assert(
      fc.property(world, question, (w, one) => {
        const sets = remedies(w, one)
        if (decideNaively(w, one) === 'allowed') expect(sets).toEqual([])
        else refused += 1
        for (const set of sets) {
          expect([set, after(w, one, set)]).toEqual([set, 'allowed'])
          for (const left of set) {
            const part = set.filter((each) => each !== left)
            expect([part, after(w, one, part)]).not.toEqual([part, 'allowed'])
          }
        }
      }),
      { numRuns: 2_000 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  it('leave no other way out: whatever changes make the rule allow contain one', () => {
    fc.assert(
      fc.property(world, question, fc.infiniteStream(fc.boolean()), (w, one, coins) => {
        fc.pre(decideNaively(w, one) !== 'allowed')
        const sets = remedies(w, one)
        const everything = everyChange(w, one)
        if (sets.length === 0) expect(after(w, one, everything)).not.toBe('allowed')
        const some = everything.filter(() => coins.next().value)
        if (after(w, one, some) !== 'allowed') return
        const keys = new Set(some.map(keyOf))
        expect(sets.some((set) => set.every((each) => keys.has(keyOf(each))))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('come smallest first, and none contains another', () => {
    fc.assert(
      fc.property(world, question, (w, one) => {
        const sets = remedies(w, one).map((set) => new Set(set.map(keyOf)))
        const sizes = sets.map(({ size }) => size)
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
        for (const a of sets) {
          for (const b of sets) expect(a === b || !a.isSubsetOf(b)).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('are none for what is another account’s or another tenant’s', () => {
    fc.assert(
      fc.property(world, question, (w, one) => {
        const facts = factsOf(w, one)
        const target = targetOf(w, one)
        const { id, rootAccountId } = facts.account
        const isNear = target.ownerId === id || target.ownerId === rootAccountId
        fc.pre(!isNear || target.tenantId !== facts.tenant.id)
        expect(decide(facts, permissionBit(one.permission), target)).not.toBe('allowed')
        expect(remedies(w, one)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
