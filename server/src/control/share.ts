/**
 * Shares: the tenant allots what root owns to an account, with the most that may ever be done with it
 * there. Only root shares; the account that receives sees its shares and changes nothing about them.
 *
 * To read is part of every share: a thing that is shared and can't be seen would be granted, priced
 * and un-shared without anybody noticing. So `<kind>:read` is added to whatever is asked for.
 *
 * Sharing hands something out, so the write rule holds: the author has in root all that the share
 * allows, and un-sharing or narrowing takes nothing away that he does not hold himself. Each change
 * is in root's audit log and in that of the account.
 */
import { share as contract, Refusal } from '@commonhold/contract'
import {
  type BuiltInRoleName,
  difference,
  foreignToKind,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionSet,
  type ResourceId,
  type ResourceKind,
  resourceKind,
  shareUpTo,
  union,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { type AccountRow, findAccount } from '../store/account.ts'
import { isUniqueViolation } from '../store/constraint.ts'
import { accountsOf } from '../store/membership.ts'
import { readResource, targetOf as resourceTarget } from '../store/resource.ts'
import {
  deleteShare,
  findShare,
  insertShare,
  listShares,
  ownWithinShare,
  type ShareRow,
  type ShareViewer,
  updateShare,
} from '../store/share.ts'
import { resolveAnyKind, resolveReadable } from './any-resource.ts'
import { type Context, implement, type ManageOf } from './context.ts'
import { invalidInput } from './invalid-input.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'
import { unshareLosses } from './share-losses.ts'

type Here = Pick<Context, 'tx' | 'account'>

const viewerOf = ({ account }: Here): ShareViewer => (account.isRoot ? null : account.id)

async function resolveShare(c: Here, reference: string): Promise<ShareRow> {
  const row = await findShare(c.tx, viewerOf(c), reference)
  if (row === null) throw notFound('share')
  return row
}

/** @throws refused_by_rule */
function assertInRoot({ account }: Here): void {
  if (account.isRoot) return
  throw new Refusal(
    'refused_by_rule',
    'Only the root account shares. An admin of the tenant makes and changes shares there.',
  )
}

/** @throws not_found also for an account that the caller has no business to know of */
async function resolveReceiver(
  c: Pick<Context, 'tx' | 'can' | 'caller'>,
  reference: string,
): Promise<AccountRow> {
  const to = await findAccount(c.tx, reference)
  // Asked of an account that is not there as well: else the time would tell that another one is.
  const isKnown = c.can('account:read') || (await isMemberOf(c, to))
  if (to === null || !isKnown) throw notFound('account')
  if (!to.isRoot) return to
  throw new Refusal('refused_by_rule', 'The root account owns it already. Name another account.')
}

async function isMemberOf(
  { tx, caller }: Pick<Context, 'tx' | 'caller'>,
  account: AccountRow | null,
) {
  const accounts = await accountsOf(tx, caller.principal.id)
  return account !== null && accounts.includes(account.id)
}

interface MostInput {
  readonly upTo?: BuiltInRoleName | undefined
  readonly permissions?: readonly Permission[] | undefined
}

/** @returns the most that the account may do, or null where the input leaves that open */
function readMost({ upTo, permissions }: MostInput, kind: ResourceKind): PermissionSet | null {
  if (upTo !== undefined && permissions !== undefined) {
    throw invalidInput('/permissions', 'one_of', 'and upTo say the same thing: give one of them')
  }
  const read = permissionSet([`${kind}:read`])
  if (upTo !== undefined) return union(shareUpTo(upTo, kind), read)
  if (permissions === undefined) return null
  const foreign = foreignToKind(permissions, kind)
  if (foreign.length > 0) {
    const message = `has ${foreign.join(', ')}, which means nothing on a ${kind.replace('-', ' ')}`
    throw invalidInput('/permissions', 'fits_kind', message)
  }
  return union(permissionSet(permissions), read)
}

async function targetOfShare({ tx }: Here, row: ShareRow) {
  return resourceTarget(await readResource(tx, row.resource.id))
}

async function manageOfNew(c: Context<typeof contract.create>): Promise<ManageOf> {
  const { kind, resource } = c.body
  const row = await resolveReadable(c, kind, resource)
  return { permission: `${kind}:manage`, target: resourceTarget(row) }
}

async function manageOfExisting(c: Context): Promise<ManageOf | null> {
  const { share: reference } = c.params as { share: string }
  const row = await findShare(c.tx, viewerOf(c), reference)
  if (row === null) return null
  return { permission: `${row.resource.kind}:manage`, target: await targetOfShare(c, row) }
}

function present(row: ShareRow) {
  const { id, resource, to, markupPpm, createdBy, revision } = row
  return {
    id,
    kind: 'share' as const,
    account: row.rootAccountId,
    resource,
    to,
    permissions: listPermissions(row.permissions),
    markupPpm,
    createdAt: row.createdAt.toISOString(),
    createdBy,
    updatedAt: row.updatedAt.toISOString(),
    revision,
  }
}

const fieldsOf = ({ resource, to, permissions, markupPpm }: ShareRow) => ({
  resource: resource.name,
  to: to.name,
  permissions: listPermissions(permissions),
  markupPpm,
})

/** In root's log, and in that of the account that has it. */
function auditBoth(
  c: Pick<Context, 'account' | 'audit'>,
  row: ShareRow,
  fields: { before?: ReturnType<typeof fieldsOf>; after?: ReturnType<typeof fieldsOf> },
): void {
  const target = { kind: 'share', id: row.id, name: `${row.resource.name} to ${row.to.name}` }
  for (const account of [c.account.id, row.to.id]) c.audit({ target, ...fields, account })
}

const create = implement(
  contract.create,
  async (c) => {
    const { kind, markupPpm = 0 } = c.body
    const resource = await resolveReadable(c, kind, c.body.resource)
    assertInRoot(c)
    const to = await resolveReceiver(c, c.body.to)
    if (!resourceKind(kind).shareable) {
      throw new Refusal('refused_by_rule', `A ${kind.replace('-', ' ')} can’t be shared.`)
    }
    const most = readMost(c.body, kind)
    if (most === null) throw invalidInput('/upTo', 'required', 'or permissions is needed')
    c.requireHolds(most, resourceTarget(resource))

    // Point of no failure, but for a share that exists already.
    const share = {
      tenantId: c.tenantId,
      rootAccountId: c.account.id,
      id: newId('share'),
      resourceId: resource.id,
      toAccountId: to.id,
      permissions: listPermissions(most),
      markupPpm,
      createdBy: c.caller.principal.id,
    }
    await touchesShared(c as Context, [{ to, resource }])
    await onlyOnce(() => insertShare(c.tx, share))
    const row = await resolveShare(c, share.id)
    auditBoth(c, row, { after: fieldsOf(row) })
    return present(row)
  },
  manageOfNew,
)

const touchesShared = (
  c: Context,
  shares: readonly { to: { id: AccountRow['id'] }; resource: { id: ResourceId } }[],
) =>
  c.touches({
    accounts: shares.map(({ to }) => to.id),
    who: 'everybody',
    resources: shares.map(({ resource }) => resource.id),
  })

/** @throws name_taken where it is shared to the account already */
async function onlyOnce(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Refusal('name_taken', 'It is shared with this account already. Change that share.')
  }
}

const list = implement(contract.list, async (c) => {
  const request = pageRequest(c)
  const { to, resource, kind } = request.filter
  const filter = {
    ...(to ? { to: await receiverInFilter(c, to) } : {}),
    ...(resource ? { resource: (await resolveAnyKind(c, resource)).id } : {}),
    ...(kind ? { kind } : {}),
  }
  return listAnswer(c, await listShares(c.tx, viewerOf(c), filter, request), present)
})

/** Elsewhere than in root, every share is to the acting account: there is no other to know of. */
async function receiverInFilter(c: Context, reference: string) {
  if (c.account.isRoot) return (await resolveReceiver(c, reference)).id
  if (reference !== c.account.id && reference !== c.account.name) throw notFound('account')
  return c.account.id
}

const get = implement(contract.get, async (c) => present(await resolveShare(c, c.params.share)))

const update = implement(
  contract.update,
  async (c) => {
    const before = await resolveShare(c, c.params.share)
    assertInRoot(c)
    c.checkRevision(before.revision)
    const permissions = readMost(c.body, before.resource.kind) ?? before.permissions
    const lost = difference(before.permissions, permissions)
    const changed = union(difference(permissions, before.permissions), lost)
    c.requireHolds(changed, await targetOfShare(c, before))
    await touchesShared(c as Context, [before])

    const { markupPpm = before.markupPpm } = c.body
    await updateShare(c.tx, before.id, { permissions: listPermissions(permissions), markupPpm })
    const row = await resolveShare(c, before.id)
    auditBoth(c, row, { before: fieldsOf(before), after: fieldsOf(row) })
    return present(row)
  },
  manageOfExisting,
)

/**
 * Takes shares back, each checked, told and audited on its own: the first that is refused undoes them
 * all (case A19).
 * @throws not_found, in_use, revision_mismatch, hands_out_more_than_held or refused_by_rule
 */
export async function unshareAll(c: Context, references: readonly string[]): Promise<void> {
  const rows: ShareRow[] = []
  for (const reference of references) rows.push(await resolveShare(c, reference))
  assertInRoot(c)
  for (const row of rows) {
    c.checkRevision(row.revision)
    c.requireHolds(row.permissions, await targetOfShare(c, row))
    await assertNothingOwnWithin(c, row)
  }
  await touchesShared(c, rows)
  for (const row of rows) {
    for (const loss of await unshareLosses(c, row)) c.loses(loss)
    await deleteShare(c.tx, row.id)
    auditBoth(c, row, { before: fieldsOf(row) })
  }
}

const remove = implement(
  contract.delete,
  (c) => unshareAll(c as Context, [c.params.share]),
  manageOfExisting,
)

/**
 * What the account has made of its own in a shared cluster would stay there, and stay usable: its
 * owner is not cut by any share. Neither leaving it so nor deleting it unasked is what un-sharing says.
 * @throws in_use
 */
async function assertNothingOwnWithin({ tx }: Here, row: ShareRow): Promise<void> {
  const own = await ownWithinShare(tx, row)
  if (own.length === 0) return
  throw new Refusal(
    'in_use',
    `The account ${row.to.name} has made ${own.join(', ')} in it. That has to go first; to cut its access at once, take the permissions out of its boundary, or suspend it.`,
  )
}

export const shareImplementations = [create, list, get, update, remove]
