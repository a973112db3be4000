/**
 * Grants: the one way in which power comes about, so each is weighed before it is written. Who may
 * write one is asked twice: may he grant here at all (`grant:create` in the account, or `manage` on
 * the very object), and does he hold all that the role carries there (core/src/grant.ts).
 *
 * Subject, object and role are looked up in the acting account alone. What the keys of the database
 * refuse in any case (schema.sql) is said here in words.
 */
import { grant as contract, Refusal } from '@commonhold/contract'
import {
  accountTarget,
  carriedBy,
  isEmpty,
  isId,
  type PrincipalId,
  type ResourceId,
  type ResourceKind,
  type TeamId,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { isUniqueViolation } from '../store/constraint.ts'
import {
  deleteExpiredTwin,
  deleteGrant,
  findGrant,
  type GrantObject,
  type GrantRow,
  type GrantSubject,
  insertGrant,
  listGrants,
} from '../store/grant.ts'
import { type ResourceRow, readResource, targetOf as resourceTarget } from '../store/resource.ts'
import { membersOfTeams } from '../store/team.ts'
import { resolveAnyKind, resolveReadable } from './any-resource.ts'
import { type Context, implement, type ManageOf } from './context.ts'
import { missingForGrant, missingForRole } from './held-power.ts'
import { futureTime } from './invalid-input.ts'
import { assertAdminStays } from './last-admin.ts'
import { listAnswer, pageRequest } from './list.ts'
import { handsOutTooMuch } from './make-context.ts'
import { resolveMember } from './member.ts'
import { notFound } from './resolve.ts'
import { resolveRole } from './role.ts'
import { resolveTeam } from './team.ts'

type CreateContext = Context<typeof contract.create>
type SubjectInput = CreateContext['body']['subject']

async function resolveGrant(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  reference: string,
): Promise<GrantRow> {
  const row = await findGrant(tx, account.id, reference)
  if (row === null) throw notFound('grant')
  return row
}

/** @throws not_found, with the same words, also for a member of the other sort */
async function resolvePrincipal(
  c: Pick<Context, 'tx' | 'account'>,
  type: 'user' | 'virtual-account',
  reference: string,
) {
  const member = await resolveMember(c, reference)
  if (member.kind !== type) throw notFound('member')
  return member
}

async function resolveSubject(
  c: Pick<Context, 'tx' | 'account'>,
  subject: SubjectInput,
): Promise<GrantSubject> {
  switch (subject.type) {
    case 'team':
      return { type: 'team', id: (await resolveTeam(c, subject.team)).id }
    case 'user':
      return { type: 'user', id: (await resolvePrincipal(c, 'user', subject.user)).id }
    case 'virtual-account': {
      const member = await resolvePrincipal(c, 'virtual-account', subject.virtualAccount)
      return { type: 'virtual-account', id: member.id }
    }
  }
}

/** What was shared, for what is not the account's own: the resource itself, else its parent. */
function viaOf(
  { account, facts }: Pick<Context, 'account' | 'facts'>,
  row: ResourceRow,
): ResourceId | null {
  if (row.accountId === account.id) return null
  return facts.shares.has(row.id) ? row.id : row.parentId
}

async function resolveObject(c: CreateContext) {
  const { object } = c.body
  if (object.type !== 'resource') {
    return { object: object as GrantObject, target: accountTarget(c.account) }
  }
  const row = await resolveReadable(c, object.kind, object.resource)
  const via = viaOf(c, row)
  const resolved: GrantObject = { type: 'resource', kind: row.kind, id: row.id, via }
  return { object: resolved, target: resourceTarget(row) }
}

/** `manage` on the object is enough to grant it. */
async function manageOfNew(c: CreateContext): Promise<ManageOf | null> {
  const { object } = c.body
  if (object.type === 'account') return null
  const { target } = await resolveObject(c)
  return { permission: `${object.kind}:manage`, target }
}

/** And to take a grant on it back. */
async function manageOfExisting(c: Context<typeof contract.delete>): Promise<ManageOf | null> {
  const { type, kind, id } = (await findGrant(c.tx, c.account.id, c.params.grant))?.object ?? {}
  if (type === undefined || type === 'account') return null
  const target =
    type === 'kind'
      ? accountTarget(c.account)
      : resourceTarget(await readResource(c.tx, id as ResourceId))
  return { permission: `${kind as ResourceKind}:manage`, target }
}

export function presentGrant({ account }: Pick<Context, 'account'>, row: GrantRow) {
  const { type, kind, id, shared } = row.object
  return {
    id: row.id,
    kind: 'grant' as const,
    account: account.id,
    subject: row.subject,
    object: { type, kind, id, name: objectName(account, row), shared },
    role: { id: row.role.id, name: row.role.name },
    expiresAt: row.expiresAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  }
}

/** "research", "every model", "openai/small" */
export function objectName(account: { name: string }, { object }: GrantRow): string {
  if (object.type === 'account') return account.name
  if (object.name === null) return `every ${object.kind!.replace('-', ' ')}`
  return object.name.filter((part) => part !== null).join('/')
}

const targetOf = (c: Pick<Context, 'account'>, row: GrantRow) => ({
  kind: 'grant',
  id: row.id,
  name: `${row.subject.name}: ${row.role.name} on ${objectName(c.account, row)}`,
})

/** The grant in the audit log. */
const auditFields = (c: Pick<Context, 'account'>, row: GrantRow) => {
  const { subject, object, role, expiresAt } = presentGrant(c, row)
  return { subject, object, role: role.name, expiresAt }
}

const create = implement(
  contract.create,
  async (c) => {
    const subject = await resolveSubject(c, c.body.subject)
    const { object, target } = await resolveObject(c)
    const role = await resolveRole(c, c.body.role)
    const expiresAt = futureTime('/expiresAt', c.body.expiresAt, c.now) ?? null
    if (isEmpty(carriedBy(role.permissions, object))) {
      const kind = object.type === 'account' ? 'account' : object.kind.replace('-', ' ')
      throw new Refusal(
        'refused_by_rule',
        `The role ${role.name} carries nothing that concerns a ${kind}. Choose another role, or the account as the object.`,
      )
    }
    const missing = missingForRole(c, role, object, target)
    if (missing.length > 0) throw handsOutTooMuch(missing)

    // Point of no failure, but for a grant that exists already.
    const grant = {
      tenantId: c.tenantId,
      accountId: c.account.id,
      id: newId('grant'),
      subject,
      object,
      roleId: role.id,
      expiresAt,
      createdBy: c.caller.principal.id,
    }
    await touchesGranted(c as Context, subject.id, object.type === 'resource' ? object.id : null)
    await deleteExpiredTwin(c.tx, grant, c.now)
    await onlyOnce(() => insertGrant(c.tx, grant))
    const row = await resolveGrant(c, grant.id)
    c.audit({ target: targetOf(c, row), after: auditFields(c, row) })
    return presentGrant(c, row)
  },
  manageOfNew,
)

/** Whom a grant reaches: its subject, or everybody in the team. */
async function touchesGranted(
  c: Pick<Context, 'account' | 'touches'>,
  subject: PrincipalId | TeamId,
  resource: ResourceId | null,
): Promise<void> {
  const who = isId(subject, 'team') ? { team: subject } : { principals: [subject] }
  const resources = resource === null ? [] : [resource]
  await c.touches({ accounts: [c.account.id], who, resources })
}

/** @throws name_taken where the same subject has the same role on the same object */
async function onlyOnce(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Refusal(
      'name_taken',
      'This grant exists already. To change its end, delete it and grant it anew.',
    )
  }
}

const list = implement(contract.list, async (c) => {
  const request = pageRequest(c)
  const { user, virtualAccount, team, resource, role } = request.filter
  const principals = [
    ...(user ? [await resolvePrincipal(c, 'user', user)] : []),
    ...(virtualAccount ? [await resolvePrincipal(c, 'virtual-account', virtualAccount)] : []),
  ]
  const filter = {
    principals: principals.map((principal) => principal.id),
    ...(team ? { team: (await resolveTeam(c, team)).id } : {}),
    ...(resource ? { resource: (await resolveAnyKind(c, resource)).id } : {}),
    ...(role ? { role: (await resolveRole(c, role)).id } : {}),
  }
  const page = await listGrants(c.tx, c.account.id, filter, request)
  return listAnswer(c, page, (row) => presentGrant(c, row))
})

const get = implement(contract.get, async (c) =>
  presentGrant(c, await resolveGrant(c, c.params.grant)),
)

/**
 * Takes grants of the acting account back, each checked and audited on its own: the first that is
 * refused undoes them all (case A19).
 * @throws not_found, hands_out_more_than_held or refused_by_rule
 */
export async function revokeGrants(c: Revoking, references: readonly string[]): Promise<void> {
  const rows: GrantRow[] = []
  for (const reference of references) rows.push(await resolveGrant(c, reference))
  for (const row of rows) {
    const missing = await missingForGrant(c, row)
    if (missing.length > 0) throw handsOutTooMuch(missing)
  }
  await touchesRevoked(c, rows)
  for (const row of rows) {
    await assertAdminStays(c, { grant: row.id })
    await deleteGrant(c.tx, row.id)
    c.audit({ target: targetOf(c, row), before: auditFields(c, row) })
  }
}

type Revoking = Pick<Context, 'tx' | 'account' | 'facts' | 'now' | 'touches' | 'audit'>

async function touchesRevoked(c: Revoking, rows: readonly GrantRow[]): Promise<void> {
  const [only, ...others] = rows
  if (only === undefined) return
  if (others.length === 0) return touchesGranted(c, only.subject.id, only.object.id)
  const subjects = rows.map((row) => row.subject.id)
  const teams = subjects.filter((id) => isId(id, 'team'))
  const people = subjects.filter((id) => !isId(id, 'team')) as PrincipalId[]
  const principals = [...people, ...(await membersOfTeams(c.tx, c.account.id, teams))]
  const resources = rows.flatMap((row) => row.object.id ?? [])
  await c.touches({ accounts: [c.account.id], who: { principals }, resources })
}

const remove = implement(
  contract.delete,
  (c) => revokeGrants(c, [c.params.grant]),
  manageOfExisting,
)

export const grantImplementations = [create, list, get, remove]
