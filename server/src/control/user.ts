/**
 * Users, seen from an account. They are the tenant's: what an account does to its members ends at the
 * account, and what ends somebody everywhere is for the tenant's admins once anybody else is
 * concerned. Those see, in the root account, every user of the tenant.
 */
import { user as contract, Refusal } from '@commonhold/contract'
import { accountTarget } from '@commonhold/core'
import { findAccount } from '../store/account.ts'
import { deleteOpenInvitationsOf } from '../store/invitation.ts'
import { accountsOf } from '../store/membership.ts'
import { deleteSessionsOf } from '../store/session.ts'
import { insertTeamMember } from '../store/team.ts'
import {
  deleteTokensOf,
  findUser,
  listUsers,
  standingOf,
  type UserRow,
  updateUser,
} from '../store/user.ts'
import { bringIn } from './bring-in.ts'
import { type Context, implement } from './context.ts'
import { missingForRole, requireHoldsGrantsOf, requirePowerOf } from './held-power.ts'
import { writerIn } from './invite.ts'
import { assertNotLastAdmin } from './last-admin.ts'
import { endMembership } from './leave.ts'
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

/**
 * Ending somebody everywhere takes away, and letting him back hands out, all that he has in every
 * account. Here that is weighed by grants. Elsewhere the tenant's admin has no grants to compare, so
 * he needs in root what the boundary there lets anybody have: as much as for joining it.
 * @throws refused_by_rule when the user is others' too, and the caller is not the tenant's admin
 * @throws hands_out_more_than_held
 */
async function requireAnswersFor(c: Context, row: UserRow): Promise<void> {
  await requirePowerOf(c, row.id)
  const others = (await accountsOf(c.tx, row.id)).filter((id) => id !== c.account.id)
  if (others.length === 0) return
  if (!administersTenant(c)) {
    throw new Refusal(
      'refused_by_rule',
      `${row.email} is a member of other accounts too. Remove the user from this account, or ask an admin of the tenant.`,
    )
  }
  for (const id of others) {
    const account = await findAccount(c.tx, id)
    if (account !== null) c.requireHolds(account.boundary, accountTarget(c.account))
  }
}

async function touchesEverywhere(c: Context, { id }: UserRow): Promise<void> {
  await c.touches({ accounts: await accountsOf(c.tx, id), who: { principals: [id] } })
}

const deactivate = implement(contract.deactivate, async (c) => {
  const before = await resolveUser(c, c.params.user)
  if (before.state === 'deactivated') {
    throw new Refusal('wrong_state', `${before.email} is deactivated already.`)
  }
  if (before.id === c.caller.principal.id) {
    throw new Refusal('refused_by_rule', 'You can’t deactivate yourself. Ask another admin.')
  }
  await requireAnswersFor(c as Context, before)
  for (const accountId of await accountsOf(c.tx, before.id)) {
    await assertNotLastAdmin(c, accountId, before)
  }

  await touchesEverywhere(c as Context, before)

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
  await requireAnswersFor(c as Context, before)

  await touchesEverywhere(c as Context, before)

  // Who never chose a password can't sign in: invite again for a new link.
  const state = before.hasPassword ? 'active' : 'invited'
  await updateUser(c.tx, before.id, { state })
  const row = await resolveUser(c, before.id)
  const back = { ...(await standingOf(c.tx, row.id, c.now)), needsInvitation: state === 'invited' }
  c.audit({ target: targetOf(row), before: { state: before.state }, after: { state, back } })
  return { ...present(c, row), back }
})

const remove = implement(contract.remove, async (c) => {
  const row = await resolveUser(c, c.params.user)
  if (row.membership === null) throw notFound('user')
  await endMembership(c as Context, row)
})

export const userImplementations = [list, get, invite, update, deactivate, reactivate, remove]
