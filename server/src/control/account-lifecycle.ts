/** What happens to an account as a whole: suspended, resumed, joined, billed. Deleted: account-removal.ts. */
import { account as contract, Refusal } from '@commonhold/contract'
import { accountTarget, formatUsd, type UserId } from '@commonhold/core'
import { type AccountRow, updateAccount } from '../store/account.ts'
import { billOf } from '../store/account-bill.ts'
import { activeAdmins } from '../store/admin.ts'
import { findBuiltInRole } from '../store/built-in-role.ts'
import { accountsOf } from '../store/membership.ts'
import { assertNotRoot, auditBoth, presentAccount, resolveAccount } from './account.ts'
import { type Context, implement } from './context.ts'
import { addMember, writerIn } from './invite.ts'
import { tellAdmins } from './tell-admins.ts'

/** @throws wrong_state */
function assertState(row: AccountRow, state: AccountRow['state']): void {
  if (row.state !== state) {
    throw new Refusal('wrong_state', `The account ${row.name} is ${row.state} already.`)
  }
}

const suspend = implement(contract.suspend, async (c) => {
  const before = await resolveAccount(c, c.params.account)
  assertNotRoot(before, 'the operator suspends a tenant')
  assertState(before, 'active')
  await c.touches({ accounts: [before.id], who: 'everybody' })
  await updateAccount(c.tx, before.id, { state: 'suspended' })
  c.loses({
    what: 'account',
    id: before.id,
    sentence: `Nobody, and no token, can act in ${before.name} until it is resumed.`,
  })
  auditBoth(c, before, { before: { state: before.state }, after: { state: 'suspended' } })
  return presentAccount(c, before.id)
})

const resume = implement(contract.resume, async (c) => {
  const before = await resolveAccount(c, c.params.account)
  assertNotRoot(before, 'the operator resumes a tenant')
  assertState(before, 'suspended')
  await c.touches({ accounts: [before.id], who: 'everybody' })
  await updateAccount(c.tx, before.id, { state: 'active' })
  auditBoth(c, before, { before: { state: before.state }, after: { state: 'active' } })
  return presentAccount(c, before.id)
})

/** Joining shows everything that the account owns, so its admins are told. */
const join = implement(contract.join, async (c) => {
  const row = await resolveAccount(c, c.params.account)
  assertNotRoot(row, 'its admins are there already')
  if (row.state !== 'active') {
    throw new Refusal('wrong_state', `${row.name} is suspended. Resume it before you join it.`)
  }
  const { principal } = c.caller
  if (principal.kind !== 'user') {
    throw new Refusal('refused_by_rule', 'A virtual account has one home. Only people can join.')
  }
  if ((await accountsOf(c.tx, principal.id)).includes(row.id)) {
    throw new Refusal('wrong_state', `You are a member of ${row.name} already.`)
  }
  c.requireHolds(row.boundary, accountTarget(c.account))
  const told = await activeAdmins(c.tx, row.id, c.now)

  const roleId = (await findBuiltInRole(c.tx, 'admin')).id
  await addMember(writerIn(c as Context, row.id), principal.id as UserId, roleId)
  await tellAdmins(c, row, told, {
    subject: `${principal.name} has joined ${row.displayName}`,
    body:
      `${principal.name}, who administers ${c.caller.tenant.displayName}, has joined the account ` +
      `${row.displayName} as an admin, and can read and use what it owns.`,
  })
  auditBoth(c, row, { after: { joined: principal.name, role: 'admin' } })
  return presentAccount(c, row.id)
})

/** The running month, UTC: what an invoice will be made of. */
const bill = implement(contract.bill, async (c) => {
  const row = await resolveAccount(c, c.params.account)
  const year = c.now.getUTCFullYear()
  const month = c.now.getUTCMonth()
  const from = new Date(Date.UTC(year, month, 1))
  const to = new Date(Date.UTC(year, month + 1, 1))
  const { totalNanos, requests } = await billOf(c.tx, row.id, from, to)
  return {
    account: row.id,
    from: from.toISOString(),
    to: to.toISOString(),
    totalUsd: formatUsd(totalNanos),
    totalNanos: totalNanos.toString(),
    requests,
  }
})

export const accountLifecycleImplementations = [suspend, resume, join, bill]
