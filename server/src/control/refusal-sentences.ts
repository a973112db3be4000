/** Why not, in words that say what would help. */
import { Refusal } from '@commonhold/contract'
import type { Permission, RefusalReason } from '@commonhold/core'

const sentences: Readonly<Record<RefusalReason, string>> = {
  other_tenant: 'It does not exist here',
  tenant_not_active: 'The tenant is suspended',
  account_not_active: 'The account is suspended',
  principal_not_active: 'The user or virtual account is not active',
  token_not_active: 'The token was revoked',
  team_not_active: 'The team that has the permission is suspended',
  not_a_member: 'Only members of this account can',
  not_eligible: 'It does not exist here',
  no_grant: 'No grant gives it; somebody who may grant access here can make one',
  outside_boundary:
    'The account’s permission boundary leaves this out; an admin of the tenant can widen it',
  outside_share:
    'It is shared to the account with less than this; an admin of the tenant can widen the share',
  outside_token_scopes: 'The token’s scopes leave this out',
  error_while_deciding: 'The decision could not be made, so the answer is no',
}

export function sentenceFor(reason: RefusalReason): string {
  return sentences[reason]
}

/** @param what such as "on this model", "in this account" */
export function refusalFor(reason: RefusalReason, permission: Permission, what: string): Refusal {
  if (reason === 'other_tenant' || reason === 'not_eligible') {
    return new Refusal('not_found', 'There is nothing by that name or id.')
  }
  return new Refusal('not_allowed', `${permission} ${what}: ${sentences[reason]}.`, {
    missingPermissions: [permission],
    context: { reason },
  })
}
