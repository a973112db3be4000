/**
 * A question to the access rule, as it comes in a body: who, with which token, what, on which thing.
 * Asking must not tell more than reading would: what the asker may not read does not exist for him,
 * unless he may read the account's grants and so sees who can reach what in any case.
 */
import { type access, type Body, Refusal } from '@commonhold/contract'
import {
  type AccessFacts,
  type AccessTarget,
  accountTarget,
  isId,
  isResourceKind,
  kindsWithin,
  type Permission,
  type PermissionBit,
  permissionBit,
  prefixOf,
  type ResourceKind,
  resourceKinds,
  uuidOf,
} from '@commonhold/core'
import { type Caller, loadPrincipal } from '../store/caller.ts'
import { loadFacts } from '../store/facts.ts'
import { type ResourceRow, targetOf } from '../store/resource.ts'
import { type TeamRow, teamsOf } from '../store/team.ts'
import { findToken, ownerOfToken, type TokenRow } from '../store/token.ts'
import { findUser } from '../store/user.ts'
import { isReadable } from './authorise.ts'
import type { Context } from './context.ts'
import { invalidInput } from './invalid-input.ts'
import { resolveMember } from './member.ts'
import { notFound, resolveResource } from './resolve.ts'

/** Who is asked about. */
export interface Asked {
  readonly principal: Caller['principal']
  readonly isSelf: boolean
  /** The token that the question is about: the one named, or the one that the asker acts with. */
  readonly token: TokenRow | null
  readonly facts: AccessFacts
}

export interface Question extends Asked {
  /** The principal's teams in the account. */
  readonly teams: readonly Pick<TeamRow, 'id' | 'name' | 'state'>[]
  readonly permission: PermissionBit
  /** Null when it is about the account itself. */
  readonly resource: ResourceRow | null
  readonly target: AccessTarget
}

type Asking = Pick<Context, 'tx' | 'account' | 'caller' | 'facts' | 'now' | 'can'>
type AskingWho = Asking & {
  readonly body: { readonly principal?: string | undefined; readonly token?: string | undefined }
}
type AskingWhat = Asking & { readonly body: Pick<Body<typeof access.check>, 'kind' | 'resource'> }

/** @throws not_allowed for a question about somebody else without `grant:read`, not_found */
export async function readQuestion(
  c: Asking & { readonly body: Body<typeof access.check> },
): Promise<Question> {
  const asked = await readAsked(c)
  const permission = permissionBit(c.body.permission)
  const { resource, target } = await readTarget(c, permission)
  const teams = await teamsOf(c.tx, c.account.id, asked.principal.id)
  return { ...asked, teams, permission, resource, target }
}

/** @throws not_allowed for a question about somebody else without `grant:read`, not_found */
export async function readAsked(c: AskingWho): Promise<Asked> {
  const { principal, isSelf } = await readPrincipal(c)
  const token = await readToken(c, principal, isSelf)
  if (isSelf && (token === null || token.id === c.caller.token?.id)) {
    return { principal, isSelf, token, facts: c.facts }
  }
  const { tx, account, caller, now } = c
  const facts = await loadFacts(
    tx,
    caller.tenant,
    account,
    principal,
    token && acting(c, token),
    now,
  )
  return { principal, isSelf, token, facts }
}

async function readPrincipal(c: AskingWho) {
  const { principal: reference, token } = c.body
  const self = { principal: c.caller.principal, isSelf: true }
  if (reference === undefined) {
    const owner = token === undefined ? null : await ownerOfForeignToken(c, token)
    return owner === null ? self : { principal: owner, isSelf: false }
  }
  if (reference === self.principal.id) return self
  if (!c.can('grant:read')) {
    if (reference === self.principal.name) return self
    throw refusalAboutOthers('grant:read')
  }
  const principal = (await findInTenant(c, reference)) ?? (await resolveMember(c, reference))
  return principal.id === self.principal.id ? self : { principal, isSelf: false }
}

function refusalAboutOthers(permission: Permission): Refusal {
  const what = permission === 'token:read' ? 'a token of somebody else' : 'others'
  return new Refusal(
    'not_allowed',
    `You may ask about yourself. Asking about ${what} needs ${permission} in this account.`,
    { missingPermissions: [permission] },
  )
}

/** In root, whoever administers the tenant sees its users who are not in root, too. */
async function findInTenant(
  { tx, account, can }: Asking,
  reference: string,
): Promise<Caller['principal'] | null> {
  if (!account.isRoot || !can('account:manage')) return null
  const user = await findUser(tx, account.id, reference)
  return user === null || user.membership !== null ? null : loadPrincipal(tx, uuidOf(user.id))
}

/** Whose token it is, when an id alone says so and it is not the asker's own. */
async function ownerOfForeignToken(c: AskingWho, reference: string) {
  const { tx, account, caller, now } = c
  const own = await findToken(tx, account.id, caller.principal.id, reference, now)
  if (own !== null) return null
  requireReadsTokens(c)
  if (!isId(reference, 'tok')) throw notFound('token')
  const owner = await ownerOfToken(tx, account.id, reference)
  if (owner === null) throw notFound('token')
  return resolveMember(c, owner)
}

/** A person's own tokens are that person's to know, as everywhere. */
async function readToken(
  c: AskingWho,
  principal: Caller['principal'],
  isSelf: boolean,
): Promise<TokenRow | null> {
  const { tx, account, caller, now } = c
  const reference = c.body.token ?? (isSelf ? caller.token?.id : undefined)
  if (reference === undefined) return null
  if (!isSelf) {
    requireReadsTokens(c)
    if (principal.kind === 'user') throw notFound('token')
  }
  const token = await findToken(tx, account.id, principal.id, reference, now)
  if (token === null && c.body.token !== undefined) throw notFound('token')
  return token
}

/** @throws not_allowed */
function requireReadsTokens({ can }: Asking): void {
  for (const permission of ['grant:read', 'token:read'] as const) {
    if (!can(permission)) throw refusalAboutOthers(permission)
  }
}

/** The token as the rule sees it. One that has expired is none. */
function acting({ account, now }: Asking, token: TokenRow): NonNullable<Caller['token']> {
  const { id, scopes, ipAllowlist, expiresAt } = token
  const state = expiresAt !== null && expiresAt <= now ? 'deleted' : 'active'
  return { id, accountId: account.id, state, scopes, ipAllowlist, lastSeenAt: token.lastUsedAt }
}

/** @throws invalid_input for a permission that means nothing on the thing, not_found, name_ambiguous */
export async function readTarget(c: AskingWhat, permission: PermissionBit) {
  const resource = await readResource(c, permission)
  const target = resource === null ? accountTarget(c.account) : targetOf(resource)
  return { resource, target }
}

async function readResource(c: AskingWhat, permission: PermissionBit): Promise<ResourceRow | null> {
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
