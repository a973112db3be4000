import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  decide,
  explain,
  isEligible,
  noPermissions,
  nothingHeld,
  type PrincipalId,
  permissionBit,
  permissionSet,
  type RefusalReason,
  type ResourceId,
  refusalReasons,
  type TenantId,
  uniteGrants,
} from '../src/index.ts'
import { decideNaively } from './support/naive-access.ts'
import { factsOf, question, targetOf, world } from './support/worlds.ts'

const worldsRun = 4_000
const questionsPerWorld = 12

describe('against the rule written for reading', () => {
  it('gives the same verdict, reason and all, in every random world', () => {
    const seen = new Map<string, number>()
    const questions = fc.array(question, {
      minLength: questionsPerWorld,
      maxLength: questionsPerWorld,
    })
    fc.assert(
      fc.property(world, questions, (w, asked) => {
        for (const one of asked) {
          const facts = factsOf(w, one)
          const verdict = decide(facts, permissionBit(one.permission), targetOf(w, one))
          expect(verdict).toBe(decideNaively(w, one))
          seen.set(verdict, (seen.get(verdict) ?? 0) + 1)
        }
      }),
      { numRuns: worldsRun },
    )
    // A comparison that only ever sees refusals, or one reason, would prove little.
    for (const verdict of ['allowed', ...refusalReasons]) {
      if (verdict !== 'error_while_deciding') expect(seen.get(verdict), verdict).toBeGreaterThan(20)
    }
  })

  it('explains as it decides: allowed exactly where all eight conditions hold', () => {
    fc.assert(
      fc.property(world, question, (w, one) => {
        const asked = [factsOf(w, one), permissionBit(one.permission), targetOf(w, one)] as const
        const conditions = explain(...asked)
        expect(conditions).toHaveLength(8)
        expect(conditions.every(({ holds }) => holds)).toBe(decide(...asked) === 'allowed')
      }),
      { numRuns: 2_000 },
    )
  })
})

const tenant = 't' as TenantId
const account = 'a' as AccountId
const root = 'root' as AccountId
const model = 'm' as ResourceId
const parent = 'p' as ResourceId
const use = permissionBit('model:use')
const both = permissionSet(['model:use', 'model:read'])

/** A user who may use a model that root shares to the account, with a token. */
const facts: AccessFacts = {
  tenant: { id: tenant, state: 'active' },
  account: { id: account, tenantId: tenant, rootAccountId: root, state: 'active', boundary: both },
  principal: { id: 'u' as PrincipalId, tenantId: tenant, state: 'active', isMember: true },
  held: uniteGrants([{ object: model, permissions: both }]),
  heldByInactiveTeams: nothingHeld,
  shares: new Map([[parent, both]]),
  token: { accountId: account, state: 'active', scopes: both },
}
const target: AccessTarget = { tenantId: tenant, ownerId: root, path: [model, parent] }
const inactive = { state: 'suspended' as const }

/** One fault after the other, in the order of the rule: each makes one condition fail. */
const faults: [RefusalReason, (f: AccessFacts) => AccessFacts][] = [
  ['other_tenant', (f) => ({ ...f, principal: { ...f.principal, tenantId: 'x' as TenantId } })],
  ['tenant_not_active', (f) => ({ ...f, tenant: { ...f.tenant, ...inactive } })],
  ['account_not_active', (f) => ({ ...f, account: { ...f.account, ...inactive } })],
  ['principal_not_active', (f) => ({ ...f, principal: { ...f.principal, ...inactive } })],
  ['token_not_active', (f) => ({ ...f, token: { ...f.token!, ...inactive } })],
  ['team_not_active', (f) => ({ ...f, held: nothingHeld, heldByInactiveTeams: f.held })],
  ['not_a_member', (f) => ({ ...f, principal: { ...f.principal, isMember: false } })],
  ['not_eligible', (f) => ({ ...f, shares: new Map([['other' as ResourceId, both]]) })],
  ['no_grant', (f) => ({ ...f, held: nothingHeld, heldByInactiveTeams: nothingHeld })],
  ['outside_boundary', (f) => ({ ...f, account: { ...f.account, boundary: noPermissions } })],
  ['outside_share', (f) => ({ ...f, shares: new Map([[parent, noPermissions]]) })],
  ['outside_token_scopes', (f) => ({ ...f, token: { ...f.token!, scopes: noPermissions } })],
]

describe('each reason', () => {
  it('is allowed while nothing is wrong', () => {
    expect(decide(facts, use, target)).toBe('allowed')
  })

  it.each(faults)('%s is the answer when it alone is wrong', (reason, spoil) => {
    expect(decide(spoil(facts), use, target)).toBe(reason)
  })

  it('is the first that failed, when two are wrong', () => {
    for (const [i, [reason, spoil]] of faults.entries()) {
      for (const [later, spoilMore] of faults.slice(i + 1)) {
        // Where there is no grant at all, no team carries one whose state could matter.
        if (reason === 'team_not_active' && later === 'no_grant') continue
        expect(decide(spoil(spoilMore(facts)), use, target)).toBe(reason)
      }
    }
  })

  it('is error_while_deciding when the facts are broken, and nothing is thrown', () => {
    const broken = { ...facts, held: null } as unknown as AccessFacts
    expect(decide(broken, use, target)).toBe('error_while_deciding')
  })

  it('is other_tenant whichever of the three is of another one', () => {
    const tenantId = 'x' as TenantId
    const foreign = { ...facts, account: { ...facts.account, tenantId } }
    expect(decide(foreign, use, target)).toBe('other_tenant')
    expect(decide(facts, use, { ...target, tenantId })).toBe('other_tenant')
  })

  it('covers the whole list of reasons', () => {
    const covered = faults.map(([reason]) => reason)
    expect([...covered, 'error_while_deciding']).toEqual([...refusalReasons])
  })
})

describe('what the words of the rule mean', () => {
  it('lets another grant carry what an inactive team would have', () => {
    expect(decide({ ...facts, heldByInactiveTeams: facts.held }, use, target)).toBe('allowed')
  })

  it('binds a token to its account', () => {
    const token = { ...facts.token!, accountId: 'other' as AccountId }
    expect(decide({ ...facts, token }, use, target)).toBe('not_a_member')
  })

  it('adds up two shares of one thing: either is enough', () => {
    const shares = new Map([
      [parent, noPermissions],
      [model, both],
    ])
    expect(decide({ ...facts, shares }, use, target)).toBe('allowed')
  })

  it('never finds another account’s resource eligible, whatever was granted (A9, A55)', () => {
    const foreign = { ...target, ownerId: 'b' as AccountId }
    const shares = new Map([[model, both]])
    expect(isEligible({ ...facts, shares }, foreign)).toBe(false)
    expect(decide({ ...facts, shares }, use, foreign)).toBe('not_eligible')
  })

  it('lets a grant on a kind reach that kind, and not what lives inside', () => {
    const kindOf = (kind: 'model' | 'provider-account') => ({
      ...facts,
      held: uniteGrants([{ object: `kind:${kind}` as const, permissions: both }]),
    })
    expect(decide(kindOf('model'), use, target)).toBe('allowed')
    expect(decide(kindOf('provider-account'), use, target)).toBe('no_grant')
  })

  it('acts on the next question when boundary, share or scopes are narrowed (A51, A57)', () => {
    const readOnly = permissionSet(['model:read'])
    const narrowed = [
      { ...facts, account: { ...facts.account, boundary: readOnly } },
      { ...facts, shares: new Map([[parent, readOnly]]) },
      { ...facts, token: { ...facts.token!, scopes: readOnly } },
    ]
    for (const one of narrowed) {
      expect(decide(one, use, target)).not.toBe('allowed')
      expect(decide(one, permissionBit('model:read'), target)).toBe('allowed')
    }
  })
})
