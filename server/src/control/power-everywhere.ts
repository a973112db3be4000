/**
 * What a person's password, or a link that sets one, is worth: all that the person can do, in every
 * account. Whoever gives such a thing out must hold all of it (1-domain.md, "changing someone's
 * credential needs at least all that they can do"). Where the author is no member, it is nothing.
 */
import { Refusal } from '@commonhold/contract'
import type { UserId } from '@commonhold/core'
import { findAccount } from '../store/account.ts'
import { loadFacts } from '../store/facts.ts'
import { accountsOf } from '../store/membership.ts'
import type { Context } from './context.ts'
import { requirePowerOf } from './held-power.ts'

/** @throws hands_out_more_than_held */
export async function requirePowerEverywhere(c: Context, userId: UserId): Promise<void> {
  const { tx, caller, now } = c
  await requirePowerOf(c, userId)
  for (const accountId of await accountsOf(tx, userId)) {
    const account = accountId === c.account.id ? null : await findAccount(tx, accountId)
    if (account === null) continue
    const facts = await loadFacts(tx, caller.tenant, account, caller.principal, caller.token, now)
    await requirePowerOf({ tx, account, facts, now }, userId)
  }
}

/** The same, as a question. */
export async function holdsPowerEverywhere(c: Context, userId: UserId): Promise<boolean> {
  try {
    await requirePowerEverywhere(c, userId)
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'hands_out_more_than_held') return false
    throw error
  }
}
