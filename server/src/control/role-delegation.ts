/**
 * The write rule for roles: who writes a permission into one hands it to everybody who has the role,
 * on each object that it is granted on, and who strikes one out takes it away there.
 *
 * In the acting account it is enough to hold it on the account, which is on everything in it. A role of
 * the tenant may be granted in other accounts as well. What its admins may do there is the business of
 * whoever administers the accounts (`account:manage`), as their boundaries are; anybody else has to
 * hold what changes in each of these accounts, on each object, by grants that he has there himself.
 */
import {
  type AccessFacts,
  type AccountId,
  accountTarget,
  carriedBy,
  difference,
  listPermissions,
  missingByGrant,
  type Permission,
  type PermissionSet,
  permissionSet,
  union,
} from '@commonhold/core'
import { findAccount } from '../store/account.ts'
import { loadFacts } from '../store/facts.ts'
import { readResource, targetOf } from '../store/resource.ts'
import { type RoleObject, type RoleRow, roleObjects } from '../store/role.ts'
import type { Context } from './context.ts'
import { handsOutTooMuch } from './make-context.ts'

export interface RoleChange {
  readonly added: readonly Permission[]
  readonly takenAway: readonly Permission[]
}

export function changeOf(before: PermissionSet, after: PermissionSet): RoleChange {
  return {
    added: listPermissions(difference(after, before)),
    takenAway: listPermissions(difference(before, after)),
  }
}

/**
 * What a change adds has to be held now; what it strikes out, by grant (held-power.ts says why).
 * @param role null for one that is made
 * @throws hands_out_more_than_held
 */
export async function requireMayRewrite(
  c: Context,
  role: RoleRow | null,
  { added, takenAway }: RoleChange,
): Promise<void> {
  const here = accountTarget(c.account)
  c.requireHolds(permissionSet(added), here)
  const missing = missingByGrant(c.facts, permissionSet(takenAway), here)
  if (missing.length > 0) throw handsOutTooMuch(missing)
  if (role === null || c.can('account:manage')) return
  const changed = union(permissionSet(added), permissionSet(takenAway))
  const elsewhere = (await roleObjects(c.tx, role.id, c.now)).filter(
    ({ accountId }) => accountId !== c.account.id,
  )
  for (const [accountId, objects] of Map.groupBy(elsewhere, (object) => object.accountId)) {
    const there = await missingIn(c, accountId, objects, changed)
    if (there.length > 0) throw handsOutTooMuch(there)
  }
}

async function missingIn(
  c: Context,
  accountId: AccountId,
  objects: readonly RoleObject[],
  changed: PermissionSet,
): Promise<Permission[]> {
  const { tx, caller, now } = c
  const account = await findAccount(tx, accountId)
  if (account === null) return []
  const facts = await loadFacts(tx, caller.tenant, account, caller.principal, caller.token, now)
  const missing = new Set<Permission>()
  for (const object of objects) {
    for (const permission of await missingOn(c, facts, object, changed)) missing.add(permission)
  }
  return [...missing]
}

async function missingOn(
  { tx }: Context,
  facts: AccessFacts,
  { type, kind, resourceId }: RoleObject,
  changed: PermissionSet,
): Promise<Permission[]> {
  if (type === 'account') return missingByGrant(facts, changed, accountTarget(facts.account))
  const target =
    type === 'resource'
      ? targetOf(await readResource(tx, resourceId!))
      : accountTarget(facts.account)
  return missingByGrant(facts, carriedBy(changed, { type, kind: kind! }), target)
}
