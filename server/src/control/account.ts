/**
 * Accounts, as objects: made, bounded, allotted money and read by the tenant's admins, who see none of
 * what an account owns (1-domain.md). What is done to an account is told in root's audit log and in
 * the account's own, where its admins read it.
 */
import { account as contract, Refusal } from '@commonhold/contract'
import {
  accountTarget,
  difference,
  formatUsd,
  listPermissions,
  type Permission,
  union,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import {
  type AccountRow,
  findAccount,
  insertAccount,
  listAccounts,
  updateAccount,
} from '../store/account.ts'
import { type Allotted, allottedBudgets, writeAllottedBudget } from '../store/allotted-budget.ts'
import { findBuiltInRole } from '../store/built-in-role.ts'
import { accountsOf } from '../store/membership.ts'
import {
  allottedOf,
  assertFreeAccountName,
  boundaryOf,
  mergePatch,
  sameBoundary,
} from './account-input.ts'
import { bringIn } from './bring-in.ts'
import { type AuditNote, type Context, implement } from './context.ts'
import { writerIn } from './invite.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { uniqueName } from './unique-name.ts'

/** @throws not_found */
export async function resolveAccount({ tx }: Pick<Context, 'tx'>, reference: string) {
  const row = await findAccount(tx, reference)
  if (row === null) throw notFound('account')
  return row
}

/** @throws refused_by_rule */
export function assertNotRoot(account: AccountRow, what: string): void {
  if (!account.isRoot) return
  throw new Refusal('refused_by_rule', `The root account is the tenant itself: ${what}.`)
}

/** Whether the caller sees every account: whoever may read accounts in root. */
function seesAll({ account, can }: Pick<Context, 'account' | 'can'>): boolean {
  return account.isRoot && can('account:read')
}

/** The accounts that the caller is in; with a token, the one that it is bound to. */
async function ownIds({ tx, caller }: Pick<Context, 'tx' | 'caller'>) {
  return caller.token ? [caller.token.accountId] : accountsOf(tx, caller.principal.id)
}

const shownBudget = (allotted: Allotted | undefined | null) =>
  allotted
    ? {
        amountUsd: formatUsd(allotted.amountNanos),
        period: allotted.period,
        timeZone: allotted.timeZone,
      }
    : null

function present(row: AccountRow, allotted: Allotted | undefined) {
  return {
    ...objectOf('account', row.id, row),
    id: row.id,
    isRoot: row.isRoot,
    state: row.state,
    boundary: listPermissions(row.boundary),
    budget: shownBudget(allotted),
    settings: row.settings as Record<string, never>,
  }
}

export async function presentAccount({ tx }: Pick<Context, 'tx'>, id: AccountRow['id']) {
  const row = await resolveAccount({ tx }, id)
  return present(row, (await allottedBudgets(tx, [id])).get(id))
}

export const targetOf = (row: { id: string; name: string }) => ({
  kind: 'account',
  id: row.id,
  name: row.name,
})

/** In root's log, where it was done, and in the account's own. */
export function auditBoth(
  c: Pick<Context, 'audit' | 'account'>,
  row: AccountRow,
  note: Omit<AuditNote, 'target'>,
) {
  const target = targetOf(row)
  c.audit({ target, ...note })
  if (row.id !== c.account.id) c.audit({ target, ...note, account: row.id })
}

const list = implement(contract.list, async (c) => {
  const only = seesAll(c) ? null : await ownIds(c)
  const page = await listAccounts(c.tx, only, pageRequest(c))
  const ids = page.rows.map((row) => row.id)
  const budgets = await allottedBudgets(c.tx, ids)
  return listAnswer(c, page, (row) => present(row, budgets.get(row.id)))
})

const get = implement(contract.get, async (c) => {
  const row = await resolveAccount(c, c.params.account)
  if (!seesAll(c) && !(await ownIds(c)).includes(row.id)) throw notFound('account')
  return presentAccount(c, row.id)
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, admin, settings = {} } = c.body
  assertFreeAccountName(name)
  const boundary = boundaryOf(c.body.boundary)
  c.requireHolds(boundary, accountTarget(c.account))
  const budget = allottedOf(c.body.budget)
  const id = newId('acct')
  const createdBy = c.caller.principal.id
  const by = { tenantId: c.tenantId, createdBy }

  // Point of no failure, but for a taken name and an admin who is deactivated.
  const row = await uniqueName(name, () =>
    insertAccount(c.tx, {
      ...by,
      id,
      name,
      displayName,
      isRoot: false,
      boundary: listPermissions(boundary),
      settings,
    }),
  )
  if (budget) await writeAllottedBudget(c.tx, { ...by, accountId: id }, budget)
  const roleId = (await findBuiltInRole(c.tx, 'admin')).id
  const brought = admin && (await bringIn(c as Context, writerIn(c as Context, id), admin, roleId))
  auditBoth(c, row, {
    after: {
      name,
      displayName,
      boundary: listPermissions(boundary),
      budget: shownBudget(budget),
      admin: admin?.email ?? null,
    },
  })
  return { ...(await presentAccount(c, id)), invitation: brought?.invitation ?? null }
})

/** What of the boundary comes in or goes out has to be held by who moves it. */
function requireMayMove(c: Context, before: AccountRow, after: AccountRow['boundary']): void {
  const added = difference(after, before.boundary)
  const removed = difference(before.boundary, after)
  c.requireHolds(union(added, removed), accountTarget(c.account))
}

type Update = Context<typeof contract.update>

/** @throws refused_by_rule or hands_out_more_than_held */
function boundaryChange(c: Update, before: AccountRow): Permission[] | undefined {
  if (c.body.boundary === undefined) return undefined
  const after = boundaryOf(c.body.boundary)
  if (sameBoundary(before.boundary, after)) return undefined
  assertNotRoot(before, 'its boundary is everything')
  requireMayMove(c as Context, before, after)
  return listPermissions(after)
}

const update = implement(contract.update, async (c) => {
  const before = await resolveAccount(c, c.params.account)
  c.checkRevision(before.revision)
  const { name = before.name, displayName = before.displayName } = c.body
  if (name !== before.name) {
    assertNotRoot(before, 'it is always called root')
    assertFreeAccountName(name)
  }
  const boundary = boundaryChange(c, before)
  const budget = allottedOf(c.body.budget)
  const settings = c.body.settings && mergePatch(before.settings, c.body.settings)
  const allottedBefore = (await allottedBudgets(c.tx, [before.id])).get(before.id)
  if (boundary) await c.touches({ accounts: [before.id], who: 'everybody' })

  await uniqueName(name, () =>
    updateAccount(c.tx, before.id, {
      name,
      displayName,
      ...(boundary ? { boundary } : {}),
      ...(settings ? { settings } : {}),
    }),
  )
  const by = { tenantId: c.tenantId, accountId: before.id, createdBy: c.caller.principal.id }
  if (budget !== undefined) await writeAllottedBudget(c.tx, by, budget)
  auditBoth(c, before, {
    before: {
      name: before.name,
      displayName: before.displayName,
      ...(boundary ? { boundary: listPermissions(before.boundary) } : {}),
      ...(budget === undefined ? {} : { budget: shownBudget(allottedBefore) }),
    },
    after: {
      name,
      displayName,
      ...(boundary ? { boundary } : {}),
      ...(budget === undefined ? {} : { budget: shownBudget(budget) }),
    },
  })
  return presentAccount(c, before.id)
})

export const accountImplementations = [list, get, create, update]
