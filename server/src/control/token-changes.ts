/** The changes of a token that could turn a refusal: a later end, wider scopes, or a new one. */
import { accountTarget, type Change, listPermissions, permissionSet, union } from '@commonhold/core'
import type { TokenRow } from '../store/token.ts'
import type { Described, Plan } from './access-changes.ts'
import { bySelf, type Demand, type Makers } from './access-makers.ts'
import { powerOfPrincipal } from './access-power.ts'

/** How long a token goes on, in days, that is given a later end by a remedy. */
export const renewalDays = 30
const dayMs = 24 * 60 * 60 * 1_000
const nameLettersMax = 64
const nameSuffix = '-new'

type TokenChange = Extract<Change, { change: 'renew-token' | 'widen-scopes' | 'new-token' }>

export async function describeTokenChange(plan: Plan, { change }: TokenChange): Promise<Described> {
  const { principal } = plan.answered
  const token = plan.answered.token!
  const scopes = token.scopes && listPermissions(widened(plan, token))
  const end = new Date(plan.c.now.getTime() + renewalDays * dayMs).toISOString()
  const { permission } = plan.answered.permission
  const isNew = change === 'new-token'
  const demand = await demandOf(plan, isNew ? 'create' : 'update')
  switch (change) {
    case 'renew-token':
      return {
        sentence: `Give the token ${token.name} a later end.`,
        operation: operationOn(plan, 'update', { expiresAt: end }),
        demand,
        weight: 1,
      }
    case 'widen-scopes':
      return {
        sentence: `Add ${permission} to the scopes of the token ${token.name}.`,
        operation: operationOn(plan, 'update', { scopes: scopes! }),
        demand,
        weight: 1,
      }
    case 'new-token': {
      const name = token.name.slice(0, nameLettersMax - nameSuffix.length) + nameSuffix
      const body = { name, ...(scopes ? { scopes } : {}) }
      return {
        sentence: `Make a new token for ${principal.name} that has ${permission}.`,
        operation: operationOn(plan, 'create', body),
        demand,
        weight: 2,
      }
    }
  }
}

function widened({ answered }: Plan, token: TokenRow) {
  return union(token.scopes!, permissionSet([answered.permission.permission]))
}

function operationOn(
  { c: { account }, answered }: Plan,
  verb: 'create' | 'update',
  body: Record<string, string | string[]>,
): Described['operation'] {
  const { principal } = answered
  const isPersonal = principal.kind === 'user'
  const params = {
    account: account.name,
    ...(isPersonal ? {} : { 'virtual-account': principal.id }),
    ...(verb === 'create' ? {} : { token: answered.token!.id }),
  }
  return { id: `${isPersonal ? 'personal-access-token' : 'token'}.${verb}`, params, body }
}

/** A person's tokens are the person's own. A credential begets only weaker ones, so not by a token. */
async function demandOf(
  { c, answered: { principal, isSelf } }: Plan,
  action: 'create' | 'update',
): Promise<Demand | Makers> {
  if (principal.kind === 'user') return bySelf(principal, isSelf && c.caller.token === null)
  const target = accountTarget(c.account)
  return {
    place: 'here',
    gates: [{ permission: `token:${action}`, target }],
    carries: await powerOfPrincipal(c, principal.id),
  }
}
