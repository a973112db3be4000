/**
 * Roles. A role is power written down: who writes a permission into one gives it to everybody who
 * has the role, and who strikes one out takes it away, so he must hold it himself (1-domain.md). The
 * tenant's roles are root's, and are edited there; elsewhere they can be read and granted.
 *
 * Names are checked as they are stored, lower case by their pattern, so that no spelling of `admin`
 * slips past the reservation (case A45).
 */
import { role as contract, Refusal } from '@commonhold/contract'
import { isBuiltInRoleName, listPermissions, permissionSet } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import {
  countOpenInvitations,
  deleteRole,
  findRole,
  insertRole,
  listRoles,
  type RoleHolders,
  type RoleRow,
  type RoleScope,
  roleHolderNames,
  roleHolders,
  updateRole,
} from '../store/role.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { changeOf, requireMayRewrite } from './role-delegation.ts'
import { uniqueName } from './unique-name.ts'

/** How many holders of a changed role the audit log and a dry run name; the rest are counted. */
export const namedHoldersMax = 20

function scopeOf({ account, facts }: Pick<Context, 'account' | 'facts'>): RoleScope {
  return { accountId: account.id, rootAccountId: facts.account.rootAccountId }
}

/** @throws not_found also for a role of another account */
export async function resolveRole(
  c: Pick<Context, 'tx' | 'account' | 'facts'>,
  reference: string,
): Promise<RoleRow> {
  const row = await findRole(c.tx, scopeOf(c), reference)
  if (row === null) throw notFound('role')
  return row
}

function present(row: RoleRow) {
  return {
    ...objectOf('role', row.accountId, row),
    description: row.description,
    builtIn: row.builtIn,
    permissions: listPermissions(row.permissions),
  }
}

const targetOf = (row: RoleRow) => ({ kind: 'role', id: row.id, name: row.name })

/** @throws name_taken for the name of a built-in role, in whatever account */
function assertNotReserved(name: string): void {
  if (!isBuiltInRoleName(name)) return
  throw new Refusal('name_taken', `"${name}" is a built-in role. Choose another name.`, {
    errors: [{ pointer: '/name', rule: 'unique', message: 'is the name of a built-in role' }],
  })
}

/** @throws refused_by_rule for a built-in role, or the tenant's role from another account */
function assertOwn({ account }: Context, row: RoleRow): void {
  if (row.builtIn) {
    throw new Refusal(
      'refused_by_rule',
      `${row.name} is built in and stays as it is. Create a role of your own instead.`,
    )
  }
  if (row.accountId !== account.id) {
    throw new Refusal(
      'refused_by_rule',
      `${row.name} is the tenant’s: it is changed in the root account. Create a role of your own here.`,
    )
  }
}

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, description = '', permissions } = c.body
  assertNotReserved(name)
  await requireMayRewrite(c as Context, null, { added: permissions, takenAway: [] })
  const id = newId('role')
  const role = { id, name, displayName, description, permissions }

  // Point of no failure, but for a taken name.
  const { tenantId, account, caller } = c
  const by = { tenantId, accountId: account.id, createdBy: caller.principal.id }
  await uniqueName(name, () => insertRole(c.tx, { ...by, ...role }))
  const row = await resolveRole(c, id)
  c.audit({ target: targetOf(row), after: { name, displayName, description, permissions } })
  return present(row)
})

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listRoles(c.tx, scopeOf(c), pageRequest(c)), present),
)

const get = implement(contract.get, async (c) => present(await resolveRole(c, c.params.role)))

const update = implement(contract.update, async (c) => {
  const before = await resolveRole(c, c.params.role)
  assertOwn(c, before)
  c.checkRevision(before.revision)
  const { name = before.name, permissions } = c.body
  if (name !== before.name) assertNotReserved(name)
  const set = permissions === undefined ? before.permissions : permissionSet(permissions)
  const change = changeOf(before.permissions, set)
  const { added, takenAway } = change
  await requireMayRewrite(c as Context, before, change)
  const affected = added.length + takenAway.length > 0 ? await roleHolders(c.tx, before.id) : []
  const heldBy = await describeHolders(c, before, affected)
  const accounts = affected.map(({ accountId }) => accountId)
  if (accounts.length > 0) await c.touches({ accounts, who: { role: before.id } })

  await uniqueName(name, () => updateRole(c.tx, before.id, c.body))
  const row = await resolveRole(c, before.id)
  const { displayName, description } = before
  const fields = { name: row.name, displayName: row.displayName, description: row.description }
  c.audit({
    target: targetOf(row),
    before: { name: before.name, displayName, description },
    after: { ...fields, added, takenAway, heldBy },
  })
  // An account in which the tenant's role is granted reads in its own log that it has changed.
  for (const { accountId: account, grants } of affected.filter(isElsewhere(c))) {
    c.audit({ account, target: targetOf(row), after: { added, takenAway, grants } })
  }
  return present(row)
})

const isElsewhere =
  ({ account }: Pick<Context, 'account'>) =>
  (holders: RoleHolders) =>
    holders.accountId !== account.id

/**
 * Whom a change of the role touches: "ana@example.com, ops; 3 grants in research". Of other accounts
 * only how many: who is in them is theirs to know.
 */
async function describeHolders(
  c: Pick<Context, 'tx' | 'account'>,
  role: RoleRow,
  holders: readonly RoleHolders[],
): Promise<string> {
  const here = holders.some((one) => !isElsewhere(c)(one))
    ? await roleHolderNames(c.tx, role.id, c.account.id, namedHoldersMax + 1)
    : []
  const names = here.length > namedHoldersMax ? [...here.slice(0, -1), 'and others'] : here
  const elsewhere = holders
    .filter(isElsewhere(c))
    .map(({ accountName, grants }) => `${grants} ${plural(grants)} in ${accountName}`)
  return [names.join(', '), ...elsewhere].filter((part) => part !== '').join('; ')
}

const plural = (grants: number) => (grants === 1 ? 'grant' : 'grants')

const remove = implement(contract.delete, async (c) => {
  const row = await resolveRole(c, c.params.role)
  assertOwn(c, row)
  c.checkRevision(row.revision)
  const holders = await roleHolders(c.tx, row.id)
  if (holders.length > 0) {
    throw new Refusal(
      'in_use',
      `${await describeHolders(c, row, holders)} still have the role ${row.name}. Take the grants back first.`,
    )
  }
  const invitations = await countOpenInvitations(c.tx, row.id, c.now)
  if (invitations > 0) {
    throw new Refusal(
      'in_use',
      `${invitations} open invitations give the role ${row.name}. Withdraw them first.`,
    )
  }

  await deleteRole(c.tx, row.id)
  const { name, description } = row
  const permissions = listPermissions(row.permissions)
  c.audit({ target: targetOf(row), before: { name, description, permissions } })
})

export const roleImplementations = [create, list, get, update, remove]
