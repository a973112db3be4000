/** The caller: who it is, where it is a member, what it may do there. */
import { me as contract, Refusal } from '@commonhold/contract'
import { listPermissions, permissions, type UserId } from '@commonhold/core'
import { hashPassword, isPassword } from '../crypto/password.ts'
import { type AccountRow, findAccount, hasAccountsBesidesRoot } from '../store/account.ts'
import type { Caller } from '../store/caller.ts'
import { accountsOf } from '../store/membership.ts'
import { deleteSessionsOf } from '../store/session.ts'
import { teamsOf } from '../store/team.ts'
import { findPasswordHash, updateUser } from '../store/user.ts'
import { addressLimit, attemptsPerUserMax, countAttempt } from './attempt-limits.ts'
import { rotateSession } from './begin-session.ts'
import { type Context, implement } from './context.ts'
import { assertGoodPassword } from './password-rules.ts'
import { requireSession } from './session.ts'

function presentPrincipal({ id, kind, name, displayName, email }: Caller['principal']) {
  return { id, kind, name, displayName, email }
}

/** The accounts that the caller can act in: with a token, just the token's. */
async function ownAccounts({ tx, caller }: Context): Promise<AccountRow[]> {
  const ids = caller.token ? [caller.token.accountId] : await accountsOf(tx, caller.principal.id)
  const rows = await Promise.all(ids.map((id) => findAccount(tx, id)))
  return rows
    .filter((row) => row !== null)
    .sort((a, b) => Number(b.isRoot) - Number(a.isRoot) || (a.name < b.name ? -1 : 1))
}

const get = implement(contract.get, async (c) => {
  const { id, name, displayName } = c.caller.tenant
  const accounts = await ownAccounts(c)
  const seesAll = c.account.isRoot && c.can('account:read')
  const hasAccounts =
    accounts.some((account) => !account.isRoot) || (seesAll && (await hasAccountsBesidesRoot(c.tx)))
  return {
    principal: presentPrincipal(c.caller.principal),
    tenant: { id, name, displayName },
    accounts: accounts.map((account) => ({
      id: account.id,
      name: account.name,
      displayName: account.displayName,
      isRoot: account.isRoot,
      state: account.state,
    })),
    hasAccounts,
  }
})

const account = implement(contract.account, async (c) => ({
  permissions: permissions.filter((permission) => c.can(permission)),
  boundary: listPermissions(c.account.boundary),
  teams: await teamsOf(c.tx, c.account.id, c.caller.principal.id),
}))

const update = implement(contract.update, async (c) => {
  const { principal, token } = c.caller
  if (principal.kind !== 'user' || (token !== null && token.scopes !== null)) {
    throw new Refusal('not_allowed', 'Only a person can change it: sign in to do it.')
  }
  const { displayName } = c.body
  await updateUser(c.tx, principal.id as UserId, { displayName })
  c.audit({
    target: { kind: 'user', id: principal.id, name: principal.name },
    before: { displayName: principal.displayName },
    after: { displayName },
  })
  return presentPrincipal({ ...principal, displayName })
})

/** Every other session ends, and this one goes on under a new secret: an old copy is worth nothing. */
const changePassword = implement(contract.changePassword, async (c) => {
  const { session, user } = requireSession(c)
  const { currentPassword, newPassword } = c.body
  const limits = [
    { key: `user/${c.tenantId}/${user.email.toLowerCase()}`, max: attemptsPerUserMax },
    addressLimit('change-password', c.call.address, attemptsPerUserMax),
  ]
  const succeeded = countAttempt(c.services, limits, c.now)
  assertGoodPassword(newPassword, user.email, '/newPassword')
  if (!(await isPassword(currentPassword, await findPasswordHash(c.tx, user.id)))) {
    throw new Refusal('sign_in_failed', 'The current password is wrong.', {
      errors: [{ pointer: '/currentPassword', rule: 'match', message: 'is wrong' }],
    })
  }
  succeeded()

  await updateUser(c.tx, user.id, { passwordHash: await hashPassword(newPassword) })
  const ended = await deleteSessionsOf(c.tx, user.id, session.id)
  c.setCookie(await rotateSession(c.tx, c.services, c.caller.tenant, session))
  c.audit({
    target: { kind: 'user', id: user.id, name: user.email },
    after: { passwordChanged: true, otherSessionsEnded: ended },
  })
})

export const meImplementations = [get, account, update, changePassword]
