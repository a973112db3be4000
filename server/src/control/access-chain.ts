/**
 * The chain behind a decision, link by link, from who asks to what is asked about: each says what it
 * is, whether it holds, and who made it what it is and when. Where the rows do not say who changed
 * something last, the account's own audit log does.
 */
import { type AccessExplanationLink, grantsToldMax } from '@commonhold/contract'
import { has, isActive, listPermissions, type TeamId } from '@commonhold/core'
import {
  lastChangeOf,
  type Made,
  membershipOf,
  originOf,
  originsOfRoles,
  placesOf,
  type RoleOrigin,
} from '../store/access-chain.ts'
import { systemActor } from '../store/built-in-role.ts'
import type { GrantRow } from '../store/grant.ts'
import type { Context } from './context.ts'
import { type Answered, counts, dateText, deed, fullName, words } from './explain-sentences.ts'
import { objectName } from './grant.ts'

type Here = Pick<Context, 'tx' | 'account' | 'caller' | 'now'>

/** A link before the names of its makers are known. */
type Raw = Omit<AccessExplanationLink, 'madeBy' | 'madeAt'> & { readonly made: Made | null }

/** What most links have in common. */
const plain = { through: null, expiresAt: null } as const

/** The links, and the ids of everybody who made one. */
export async function rawChain(c: Here, answered: Answered): Promise<Raw[]> {
  return [
    ...(await standing(c, answered)),
    ...tokenLink(answered),
    ...(await grantLinks(c, answered)),
    await boundaryLink(c, answered),
    ...(await shareLinks(c, answered)),
    ...resourceLink(answered),
  ]
}

/** @param names of the makers, by id */
export function named(raw: Raw, names: ReadonlyMap<string, string>): AccessExplanationLink {
  const { made, ...link } = raw
  const isKnown = made !== null && made.by !== systemActor
  return {
    ...link,
    madeBy: isKnown ? { id: made.by, name: names.get(made.by) ?? made.name ?? made.by } : null,
    madeAt: made?.at.toISOString() ?? null,
  }
}

/** Tenant, account, principal, membership: what has to stand before anything is granted. */
async function standing(c: Here, { facts, principal, account }: Answered): Promise<Raw[]> {
  const { tenant } = c.caller
  const ended = isActive(principal) ? null : await endOf(c, principal.id)
  const origin = ended ?? (await originOf(c.tx, principal.id))
  const membership = await membershipOf(c.tx, account.id, principal.id)
  const sources = { manual: 'added by hand', scim: 'provisioned by SCIM', sso: 'joined by SSO' }
  const kind = principal.kind === 'user' ? 'user' : 'virtual account'
  return [
    {
      ...plain,
      type: 'tenant',
      id: tenant.id,
      name: tenant.displayName,
      sentence: `The tenant ${tenant.name} is ${tenant.state}.`,
      holds: isActive(tenant),
      made: { by: systemActor, at: tenant.createdAt },
    },
    {
      ...plain,
      type: 'account',
      id: account.id,
      name: account.name,
      sentence: `The account ${account.name} is ${account.state}.`,
      holds: isActive(account),
      made: { by: account.createdBy, at: account.createdAt },
    },
    {
      ...plain,
      type: 'principal',
      id: principal.id,
      name: principal.name,
      sentence: `The ${kind} ${principal.name} is ${principal.state}.`,
      holds: isActive(principal),
      made: origin,
    },
    {
      ...plain,
      type: 'membership',
      id: membership && principal.id,
      name: account.name,
      sentence: membership
        ? `${principal.name} is a member of ${account.name}, ${sources[membership.source]}.`
        : `${principal.name} is not a member of ${account.name}.`,
      through: principal.id,
      holds: facts.principal.isMember,
      made: membership,
    },
  ]
}

/** Who suspended or deactivated somebody; null where the account's log does not have it. */
function endOf({ tx, account }: Here, target: string): Promise<Made | null> {
  const operations = ['user.deactivate', 'virtual-account.update', 'team.update']
  return lastChangeOf(tx, account.id, { target, operations, fields: ['state'] })
}

function tokenLink({ token, facts, permission, principal }: Answered): Raw[] {
  if (token === null) return []
  const inScopes = token.scopes === null || has(token.scopes, permission)
  const lives = facts.token === null || isActive(facts.token)
  const scopes =
    token.scopes === null
      ? `may do all that ${principal.name} may`
      : `is narrowed to ${listPermissions(token.scopes).join(', ') || 'nothing'}`
  const end = token.expiresAt && `, ${lives ? 'ends' : 'ended'} on ${dateText(token.expiresAt)}`
  const from = token.ipAllowlist && `, only from ${token.ipAllowlist.join(', ')}`
  return [
    {
      type: 'token',
      id: token.id,
      name: token.name,
      sentence: `The token ${token.name} ${scopes}${end ?? ''}${from ?? ''}.`,
      through: principal.id,
      holds: inScopes && lives,
      made: { by: token.createdBy, at: token.createdAt },
      expiresAt: token.expiresAt?.toISOString() ?? null,
    },
  ]
}

/** The teams, each once, then each grant with its role. Grants that count come first. */
async function grantLinks(c: Here, answered: Answered): Promise<Raw[]> {
  const told = tellable(answered)
  if (told.length === 0) return [missingGrant(answered)]
  const places = await placesOf(c.tx, answered.account.id, answered.principal.id)
  const roles = await originsOfRoles(
    c.tx,
    told.map(({ role }) => role.id),
  )
  const links: Raw[] = []
  const seen = new Set<string>()
  for (const grant of told) {
    if (grant.subject.type === 'team' && !seen.has(grant.subject.id)) {
      links.push(await teamLink(c, answered, grant, places))
    }
    seen.add(grant.subject.id)
    links.push(grantLink(answered, grant), await roleLink(c, answered, grant, roles))
  }
  return links
}

export function tellable(answered: Answered): GrantRow[] {
  const counting = answered.grants.filter((grant) => counts(answered, grant))
  const idle = answered.grants.filter((grant) => !counts(answered, grant))
  return [...counting, ...idle].slice(0, grantsToldMax)
}

function missingGrant(answered: Answered): Raw {
  const { principal, permission } = answered
  return {
    ...plain,
    type: 'grant',
    id: null,
    name: permission.permission,
    sentence: `No grant lets ${principal.name} ${deed(answered)}.`,
    through: principal.id,
    holds: false,
    made: null,
  }
}

async function teamLink(
  c: Here,
  answered: Answered,
  grant: GrantRow,
  places: ReadonlyMap<TeamId, Made>,
): Promise<Raw> {
  const { principal } = answered
  const { id, name } = grant.subject
  const team = { ...plain, type: 'team' as const, id, name, through: principal.id }
  const made = places.get(id as TeamId) ?? null
  if (counts(answered, grant)) {
    const sentence = `${principal.name} is in the team ${name}.`
    return { ...team, sentence, holds: true, made }
  }
  const sentence = `The team ${name} is suspended, so what is granted to it does not count.`
  return { ...team, sentence, holds: false, made: (await endOf(c, id)) ?? made }
}

function grantLink(answered: Answered, grant: GrantRow): Raw {
  const { subject, role, expiresAt } = grant
  const to = subject.type === 'team' ? `the team ${subject.name}` : subject.name
  const until = expiresAt === null ? '' : `, until ${dateText(expiresAt)}`
  const what = objectName(answered.account, grant)
  return {
    type: 'grant',
    id: grant.id,
    name: `${role.name} on ${what}`,
    sentence: `The role ${role.name} on ${what} is granted to ${to}${until}.`,
    through: subject.id,
    holds: counts(answered, grant),
    made: { by: grant.createdBy, at: grant.createdAt },
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

async function roleLink(
  { tx }: Here,
  { permission }: Answered,
  { id: through, role }: GrantRow,
  origins: ReadonlyMap<string, RoleOrigin>,
): Promise<Raw> {
  const origin = origins.get(role.id)
  const edited =
    origin && !origin.builtIn && origin.revision > 1
      ? await lastChangeOf(tx, origin.accountId, {
          target: role.id,
          operations: ['role.update'],
          fields: ['added', 'takenAway'],
        })
      : null
  const sort = role.builtIn ? 'built-in role' : 'role'
  return {
    ...plain,
    type: 'role',
    id: role.id,
    name: role.name,
    sentence: `The ${sort} ${role.name} contains ${permission.permission}.`,
    through,
    holds: true,
    made: edited ?? (origin && !origin.builtIn ? origin : null),
  }
}

async function boundaryLink(c: Here, { account, permission }: Answered): Promise<Raw> {
  const holds = has(account.boundary, permission)
  const change = { target: account.id, operations: ['account.update'], fields: ['boundary'] }
  const made = (await lastChangeOf(c.tx, account.id, change)) ?? {
    by: account.createdBy,
    at: account.createdAt,
  }
  return {
    ...plain,
    type: 'boundary',
    id: account.id,
    name: account.name,
    sentence: `The permission boundary of ${account.name} ${holds ? 'contains' : 'leaves out'} ${permission.permission}.`,
    holds,
    made,
  }
}

async function shareLinks({ tx }: Here, answered: Answered): Promise<Raw[]> {
  const { share, resource, account, permission, target } = answered
  if (resource === null || target.ownerId === account.id) return []
  if (share === null) {
    const sentence = `${fullName(resource)} is not shared with ${account.name}.`
    const name = fullName(resource)
    return [{ ...plain, type: 'share', id: null, name, sentence, holds: false, made: null }]
  }
  const change = { target: share.id, operations: ['share.update'], fields: ['permissions'] }
  const edited = share.revision > 1 ? await lastChangeOf(tx, account.id, change) : null
  const most = listPermissions(share.permissions).join(', ')
  return [
    {
      ...plain,
      type: 'share',
      id: share.id,
      name: share.resource.name,
      sentence: `The tenant shares the ${words(share.resource.kind)} ${share.resource.name} with ${account.name}, up to ${most}.`,
      holds: has(share.permissions, permission),
      made: edited ?? { by: share.createdBy, at: share.createdAt },
    },
  ]
}

function resourceLink({ resource, account }: Answered): Raw[] {
  if (resource === null) return []
  const owner = resource.accountId === account.id ? `the account ${account.name}` : 'the tenant'
  return [
    {
      ...plain,
      type: 'resource',
      id: resource.id,
      name: fullName(resource),
      sentence: `The ${words(resource.kind)} ${fullName(resource)} belongs to ${owner}.`,
      holds: true,
      made: { by: resource.createdBy, at: resource.createdAt },
    },
  ]
}
