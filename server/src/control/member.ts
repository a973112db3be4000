/** Resolves principals: members of the acting account, by id, e-mail or name. */
import type { Caller } from '../store/caller.ts'
import { findMember } from '../store/membership.ts'
import type { Context } from './context.ts'
import { notFound } from './resolve.ts'

/**
 * @param reference a user's e-mail or id, or a virtual account's name or id
 * @throws not_found also for somebody who is in the tenant but not in this account
 */
export async function resolveMember(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  reference: string,
): Promise<Caller['principal']> {
  const member = await findMember(tx, account.id, reference)
  if (member === null) throw notFound('member')
  return member
}
