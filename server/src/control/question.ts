/**
 * A question to the access rule, as it comes in a body: who, what, on which thing. Asking must not
 * tell more than reading would: what the asker may not read does not exist for him, unless he may
 * read the account's grants and so sees who can reach what in any case.
 */
import { type access, type Body, Refusal } from '@commonhold/contract'
import {
  type AccessFacts,
  type AccessTarget,
  accountTarget,
  isResourceKind,
  kindsWithin,
  type PermissionBit,
  permissionBit,
  prefixOf,
  type ResourceKind,
  resourceKinds,
} from '@commonhold/core'
import type { Caller } from '../store/caller.ts'
import { loadFacts } from '../store/facts.ts'
import { type ResourceRow, targetOf } from '../store/resource.ts'
import { type TeamRow, teamsOf } from '../store/team.ts'
import { isReadable } from './authorise.ts'
import type { Context } from './context.ts'
import { invalidInput } from './invalid-input.ts'
import { resolveMember } from './member.ts'
import { notFound, resolveResource } from './resolve.ts'

export interface Question {
  readonly principal: Caller['principal']
  readonly isSelf: boolean
  readonly facts: AccessFacts
  /** The principal's teams in the account. */
  readonly teams: readonly Pick<TeamRow, 'id' | 'name' | 'state'>[]
  readonly permission: PermissionBit
  /** Null when it is about the account itself. */
  readonly resource: ResourceRow | null
  readonly target: AccessTarget
}

type Asking = Pick<Context, 'tx' | 'account' | 'caller' | 'facts' | 'now' | 'can'> & {
  readonly body: Body<typeof access.check>
}

/** @throws not_allowed for a question about somebody else without `grant:read`, not_found */
export async function readQuestion(c: Asking): Promise<Question> {
  const { principal, isSelf, facts } = await readPrincipal(c)
  const permission = permissionBit(c.body.permission)
  const resource = await readResource(c, permission)
  const target = resource === null ? accountTarget(c.account) : targetOf(resource)
  const teams = await teamsOf(c.tx, c.account.id, principal.id)
  return { principal, isSelf, facts, teams, permission, resource, target }
}

async function readPrincipal(c: Asking) {
  const { principal: reference } = c.body
  const self = { principal: c.caller.principal, isSelf: true, facts: c.facts }
  if (reference === undefined || reference === self.principal.id) return self
  if (!c.can('grant:read')) {
    if (reference === self.principal.name) return self
    throw new Refusal(
      'not_allowed',
      'You may ask about yourself. Asking about others needs grant:read in this account.',
      { missingPermissions: ['grant:read'] },
    )
  }
  const principal = await resolveMember(c, reference)
  if (principal.id === self.principal.id) return self
  // Whatever token somebody else may act with, it is about what he himself may do.
  const facts = await loadFacts(c.tx, c.caller.tenant, c.account, principal, null, c.now)
  return { principal, isSelf: false, facts }
}

async function readResource(c: Asking, permission: PermissionBit): Promise<ResourceRow | null> {
  const { resource: reference } = c.body
  if (reference === undefined) return null
  const kind = c.body.kind ?? kindOfId(reference) ?? permission.kind
  if (!isResourceKind(kind) || !(kindsWithin(kind) as string[]).includes(permission.kind)) {
    const of = kind.replace('-', ' ')
    throw invalidInput('/permission', 'fits_kind', `means nothing on a ${of}; leave resource out`)
  }
  const row = await resolveResource(c, kind, reference)
  if (!isReadable(c, row) && !c.can('grant:read')) throw notFound(kind.replace('-', ' '))
  return row
}

function kindOfId(reference: string): ResourceKind | null {
  const prefix = prefixOf(reference)
  return resourceKinds.find((k) => k.idPrefix === prefix)?.kind ?? null
}
