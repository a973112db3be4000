/**
 * Commonhold's `decide`, fed as the gateway's snapshot feeds it: what concerns a principal is
 * gathered from the rows when it is first asked for, and kept until the tenant changes.
 */
import {
  type AccessFacts,
  type AccountId,
  allPermissions,
  decide,
  type Held,
  nothingHeld,
  type PrincipalId,
  permissionBit,
  type TenantId,
  uniteGrants,
} from '@commonhold/core'
import type { Decider } from './decider.ts'
import type { Question } from './world.ts'

const tenantId = 'tnt_bench' as TenantId
const accountId = 'acct_bench' as AccountId

export const commonhold: Decider = {
  name: 'Commonhold decide()',
  load: async (world) => {
    const grantsOf = Map.groupBy(world.grants, ({ subject }) => subject)
    const heldBy = (subjects: readonly string[]) =>
      uniteGrants(subjects.flatMap((id) => grantsOf.get(id) ?? []))
    const known = new Map<string, AccessFacts>()
    return (question) => {
      let facts = known.get(question.user)
      if (!facts) {
        facts = factsOf(
          question.user,
          heldBy([question.user, ...world.teamsOf.get(question.user)!]),
        )
        known.set(question.user, facts)
      }
      return ask(facts, question)
    }
  },
}

function ask(facts: AccessFacts, { permission, resource }: Question): boolean {
  const target = { tenantId, ownerId: accountId, path: resource.path }
  return decide(facts, permissionBit(permission), target) === 'allowed'
}

function factsOf(user: string, held: Held): AccessFacts {
  return {
    tenant: { id: tenantId, state: 'active' },
    account: {
      id: accountId,
      tenantId,
      rootAccountId: accountId,
      state: 'active',
      boundary: allPermissions,
    },
    principal: { id: user as PrincipalId, tenantId, state: 'active', isMember: true },
    held,
    heldByInactiveTeams: nothingHeld,
    shares: new Map(),
    token: { accountId, state: 'active', scopes: null },
  }
}
