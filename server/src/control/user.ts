/**
 * Users, seen from an account. They are the tenant's: what an account does to its members ends at the
 * account, and what ends somebody everywhere is for the tenant's admins once anybody else is
 * concerned. Those see, in the root account, every user of the tenant.
 */
import { user as contract, Refusal } from '@commonhold/contract'
import { accountTarget } from '@commonhold/core'
import { deleteOpenInvitationsOf } from '../store/invitation.ts'
import { accountsOf, deleteMembership } from '../store/membership.ts'
import { deleteSessionsOf } from '../store/session.ts'
import { insertTeamMember } from '../store/team.ts'
import {
  deleteTokensOf,
  deleteUser,
  findUser,
  listUsers,
  type UserRow,
  updateUser,
} from '../store/user.ts'
import { bringIn } from './bring-in.ts'
import { type Context, implement } from './context.ts'
import { missingForRole, requireHoldsGrantsOf, requirePowerOf } from './held-power.ts'
import { writerIn } from './invite.ts'
import { assertNotLastAdmin } from './last-admin.ts'
import { listAnswer, pageRequest } from './list.ts'
import { handsOutTooMuch } from './make-context.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { resolveRole } from './role.ts'
import { resolveTeam } from './team.ts'

type Here = Pick<Context, 'tx' | 'account' | 'can'>

/** Whether the caller acts in root and administers all accounts, and so all users. */
function administersTenant({ account, can }: Pick<Context, 'account' | 'can'>): boolean {
  return account.isRoot && can('account:manage')
}

/** @throws not_found also for somebody who is in the tenant but not in this account */
export async function resolveUser(c: Here, reference: string): Promise<UserRow> {
  const row = await findUser(c.tx, c.account.id, reference)
  if (row === null) throw notFound('user')
  if (row.membership === null && !administersTenant(c)) throw notFound('user')
  return row
}

function present({ account }: Pick<Context, 'account'>, row: UserRow) {
  return {
    ...objectOf('user', account.id, row),
    email: row.email,
    state: row.state,
    memberSince: row.membership?.since.toISOString() ?? null,
    source: row.membership?.source ?? null,
  }
}

const targetOf = (row: UserRow) => ({ kind: 'user', id: row.id, name: row.email })

const list = implement(contract.list, async (c) => {
  const { team } = pageRequest(c).filter
  const teamId = team === undefined ? null : (await resolveTeam(c, team)).id
  const page = await listUsers(c.tx, c.account.id, teamId, pageRequest(c))
  return listAnswer(c, page, (row) => present(c, row))
})

const get = implement(contract.get, async (c) => present(c, await resolveUser(c, c.params.user)))

const invite = implement(contract.invite, async (c) => {
  const { email, displayName, teams = [] } = c.body
  const role = c.body.role === undefined ? null : await resolveRole(c, c.body.role)
  const missing = role && missingForRole(c, role, { type: 'account' }, accountTarget(c.account))
  if (missing && missing.length > 0) throw handsOutTooMuch(missing)
  const into = []
  for (const reference of teams) {
    const team = await resolveTeam(c, reference)
    await requireHoldsGrantsOf(c, team.id)
    into.push(team)
  }

  const writer = writerIn(c as Context, c.account.id)
  const person = { email, displayName }
  const { userId, invitation } = await bringIn(c as Context, writer, person, role?.id ?? null)
  const { tenantId, accountId, createdBy } = writer
  for (const team of into) {
    const member = { tenantId, accountId, teamId: team.id, principalId: userId, createdBy }
    await insertTeamMember(c.tx, member)
  }
  const row = await resolveUser(c, userId)
  c.audit({
    target: targetOf(row),
    after: {
      state: row.state,
      role: role?.name ?? null,
      teams: into.map((team) => team.name),
      invitation: invitation?.id ?? null,
    },
  })
  return { ...present(c, row), invitation }
})

const update = implement(contract.update, async (c) => {
  const before = await resolveUser(c, c.params.user)
  c.checkRevision(before.revision)
  const { displayName = before.displayName } = c.body
  await requirePowerOf(c, before.id)

  await updateUser(c.tx, before.id, { displayName })
  const row = await resolveUser(c, before.id)
  c.audit({
    target: targetOf(row),
    before: { displayName: before.displayName },
    after: { displayName },
  })
  return present(c, row)
})

/** @throws refused_by_rule when the user is others' too, and the caller is not the tenant's admin */
async function requireConcernsHereAlone(c: Context, row: UserRow): Promise<void> {
  if (administersTenant(c)) return
  const accounts = await accountsOf(c.tx, row.id)
  if (accounts.every((id) => id === c.account.id)) return
  throw new Refusal(
    'refused_by_rule',
    `${row.email} is a member of other accounts too. Remove the user from this account, or ask an admin of the tenant.`,
  )
}

const deactivate = implement(contract.deactivate, async (c) => {
  const before = await resolveUser(c, c.params.user)
  if (before.state === 'deactivated') {
    throw new Refusal('wrong_state', `${before.email} is deactivated already.`)
  }
  if (before.id === c.caller.principal.id) {
    throw new Refusal('refused_by_rule', 'You can’t deactivate yourself. Ask another admin.')
  }
  await requireConcernsHereAlone(c as Context, before)
  await requirePowerOf(c, before.id)
  for (const accountId of await accountsOf(c.tx, before.id)) {
    await assertNotLastAdmin(c, accountId, before)
  }

  const ended = {
    sessions: await deleteSessionsOf(c.tx, before.id),
    tokens: await deleteTokensOf(c.tx, before.id),
    invitations: await deleteOpenInvitationsOf(c.tx, before.id),
  }
  await updateUser(c.tx, before.id, { state: 'deactivated' })
  const row = await resolveUser(c, before.id)
  c.loses({
    what: 'user',
    id: row.id,
    sentence: `${row.email} is signed out everywhere: ${ended.sessions} sessions, ${ended.tokens} tokens and ${ended.invitations} invitations end.`,
  })
  c.audit({
    target: targetOf(row),
    before: { state: before.state },
    after: { state: row.state, ended },
  })
  return present(c, row)
})

const reactivate = implement(contract.reactivate, async (c) => {
  const before = await resolveUser(c, c.params.user)
  if (before.state !== 'deactivated') {
    throw new Refusal('wrong_state', `${before.email} is not deactivated.`)
  }
  await requireConcernsHereAlone(c as Context, before)
  await requirePowerOf(c, before.id)

  // Who never chose a password can't sign in: invite again for a new link.
  const state = before.hasPassword ? 'active' : 'invited'
  await updateUser(c.tx, before.id, { state })
  const row = await resolveUser(c, before.id)
  c.audit({ target: targetOf(row), before: { state: before.state }, after: { state } })
  return present(c, row)
})

/** @throws refused_by_rule for leaving the only place where one can act */
async function assertNotLockedOut(c: Context, row: UserRow): Promise<void> {
  if (row.id !== c.caller.principal.id) return
  const accounts = await accountsOf(c.tx, row.id)
  if (!c.account.isRoot && accounts.length > 1) return
  throw new Refusal(
    'refused_by_rule',
    'You would lock yourself out. Ask another admin to remove you.',
  )
}

const remove = implement(contract.remove, async (c) => {
  const row = await resolveUser(c, c.params.user)
  if (row.membership === null) throw notFound('user')
  await assertNotLockedOut(c as Context, row)
  await requirePowerOf(c, row.id)
  await assertNotLastAdmin(c, c.account.id, row)

  await deleteMembership(c.tx, c.account.id, row.id)
  const isGone = row.state === 'invited' && (await accountsOf(c.tx, row.id)).length === 0
  if (isGone) await deleteUser(c.tx, row.id)
  c.loses({
    what: 'user',
    id: row.id,
    sentence: `${row.email} loses every grant, team and token held in this account.`,
  })
  c.audit({ target: targetOf(row), before: { member: true, state: row.state } })
})

export const userImplementations = [list, get, invite, update, deactivate, reactivate, remove]
