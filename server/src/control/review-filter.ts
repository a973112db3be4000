/** What the filters of a review of grants mean, resolved in the acting account as grant.list does. */
import type { ReviewedGrantFilter } from '../store/access-review.ts'
import { resolveAnyKind } from './any-resource.ts'
import type { Context } from './context.ts'
import { invalidInput } from './invalid-input.ts'
import { resolveMember } from './member.ts'
import { notFound } from './resolve.ts'
import { resolveRole } from './role.ts'
import { resolveTeam } from './team.ts'

/** @throws not_found, name_ambiguous, or invalid_input for a user and a virtual account at once */
export async function grantFilter(
  c: Context,
  filter: Readonly<Record<string, string>>,
): Promise<ReviewedGrantFilter> {
  const { user, virtualAccount, team, resource, role } = filter
  if (user && virtualAccount) {
    throw invalidInput('/filter[user]', 'one_of', 'and virtualAccount are two subjects: give one')
  }
  return {
    ...(user ? { principal: await memberOf(c, 'user', user) } : {}),
    ...(virtualAccount ? { principal: await memberOf(c, 'virtual-account', virtualAccount) } : {}),
    ...(team ? { team: (await resolveTeam(c, team)).id } : {}),
    ...(resource ? { resource: (await resolveAnyKind(c, resource)).id } : {}),
    ...(role ? { role: (await resolveRole(c, role)).id } : {}),
  }
}

async function memberOf(c: Context, kind: 'user' | 'virtual-account', reference: string) {
  const member = await resolveMember(c, reference)
  if (member.kind !== kind) throw notFound('member')
  return member.id
}
