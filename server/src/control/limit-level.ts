/** What a budget or usage limit is about, resolved in the acting account and nowhere else. */
import { Refusal } from '@commonhold/contract'
import type { LimitLevel } from '@commonhold/core'
import { findAccountTokens, type LimitedId } from '../store/limit-level.ts'
import { type Reader, resolveReadable } from './any-resource.ts'
import type { Context } from './context.ts'
import { resolveMember } from './member.ts'
import { notFound } from './resolve.ts'
import { resolveTeam } from './team.ts'

type Here = Pick<Context, 'tx' | 'account'>

/**
 * @param c the caller has to be able to read a model to limit it
 * @param of a name or an id of what the level says; for the level account, nothing
 * @throws refused_by_rule, not_found or name_ambiguous
 */
export async function resolveLimited(
  c: Reader,
  level: LimitLevel,
  of: string | undefined,
): Promise<LimitedId> {
  if (level === 'account') {
    if (of === undefined) return null
    throw refuse('The level account has no "of": it limits the whole account.')
  }
  if (of === undefined) throw refuse(`Say in "of" which ${level.replace('-', ' ')} it limits.`)
  switch (level) {
    case 'team':
      return (await resolveTeam(c, of)).id
    case 'user':
    case 'virtual-account': {
      const member = await resolveMember(c, of)
      if (member.kind !== level) throw notFound(level.replace('-', ' '))
      return member.id
    }
    case 'token':
      return resolveToken(c, of)
    case 'model':
      return (await resolveReadable(c, 'model', of)).id
    case 'share':
      throw refuse('The budget of a share is set on the share.')
  }
}

async function resolveToken({ tx, account }: Here, reference: string): Promise<LimitedId> {
  const [found, ...more] = await findAccountTokens(tx, account.id, reference)
  if (found === undefined) throw notFound('token')
  if (more.length === 0) return found
  throw new Refusal('name_ambiguous', `Several tokens are called ${reference}. Write the id.`)
}

const refuse = (sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/of', rule: 'level', message: sentence }],
  })

/**
 * What the tenant set on an account is the tenant's.
 * @throws refused_by_rule
 */
export function assertOwnLimit(row: { readonly imposed: boolean }, what: string): void {
  if (!row.imposed) return
  throw new Refusal(
    'refused_by_rule',
    `The tenant set this ${what} on the account. An admin of the tenant can change it.`,
  )
}
