/**
 * The write rule over stored worlds: what an author lacks to hand a role out, or to touch what somebody
 * has, against the same read from the rows. "Nobody hands out, or takes away, what they do not hold."
 */
import { Refusal } from '@commonhold/contract'
import {
  type AccountId,
  accountTarget,
  formatId,
  type Permission,
  type PrincipalId,
  permissionSet,
  permissions,
  resourceKinds,
  type TeamId,
  type TenantId,
} from '@commonhold/core'
import type { Client } from 'pg'
import { decideNaively, type World } from '../../../core/test/support/naive-access.ts'
import {
  missingForRole,
  requireHoldsGrantsOf,
  requirePowerOf,
} from '../../../server/src/control/held-power.ts'
import { findAccount } from '../../../server/src/store/account.ts'
import type { Database } from '../../../server/src/store/database.ts'
import type { Random } from '../worlds/random.ts'
import { factsOf, type Seat } from './readers.ts'
import { storedPermissionsAsked } from './rows.ts'

export interface WriteRuleRun {
  readonly database: Database
  readonly client: Client
  readonly tenantId: TenantId
  readonly world: World
  readonly seats: readonly Seat[]
  readonly random: Random
  /** Called for each question that was compared. */
  readonly check: (what: string, holds: boolean, detail: object) => void
}

/** How many authors of a tenant, and how many subjects of each, are asked about. */
const authorsAsked = 6
const subjectsAsked = 4
const rolesAsked = 6

/** A role with its kinds, as the naive reading has it. */
interface NaiveGrant {
  readonly object: string
  readonly role: readonly Permission[]
}

export async function compareWriteRule(run: WriteRuleRun): Promise<void> {
  const { database, tenantId, random, world } = run
  const people = await kindsOf(run.client, world)
  await database.withTenant(tenantId, async (tx) => {
    for (let nth = 0; nth < authorsAsked; nth++) {
      const seat = random.pick(run.seats)
      const facts = await factsOf(tx, tenantId, seat).catch(() => null)
      const account = await findAccount(tx, formatId('acct', seat.account))
      if (facts === null || account === null) continue
      const author = { tx, account, facts, now: new Date() }
      for (let asked = 0; asked < subjectsAsked; asked++)
        await compareSubject(run, seat, author, people)
      for (let asked = 0; asked < rolesAsked; asked++) compareRole(run, seat, author)
    }
  })
}

type Author = Parameters<typeof requirePowerOf>[0]

async function compareSubject(
  { world, random, check }: WriteRuleRun,
  seat: Seat,
  author: Author,
  people: ReadonlyMap<string, 'user' | 'va'>,
): Promise<void> {
  const members = world.memberships.filter((one) => one.account === seat.account)
  const teams = world.teams.filter((one) => one.account === seat.account)
  const team = teams.length > 0 && random.chance(0.4) ? random.pick(teams) : null
  const member = members.length > 0 ? random.pick(members).principal : null
  if (team) {
    const said = await missingOf(() =>
      requireHoldsGrantsOf(author, formatId('team', team.id) as TeamId),
    )
    const naive = naiveMissing(world, seat, [team.id])
    check('a team', same(said, naive), { seat, team: team.id, said, naive })
  } else if (member) {
    const id = formatId(people.get(member)!, member) as PrincipalId
    const said = await missingOf(() => requirePowerOf(author, id))
    const inTeams = teams.filter(({ members: all }) => all.includes(member))
    const naive = naiveMissing(world, seat, [member, ...inTeams.map((one) => one.id)])
    check('a principal', same(said, naive), { seat, member, said, naive })
  }
}

/** Granting a role anew: strictly, but for a built-in one on the whole account. */
function compareRole(run: WriteRuleRun, seat: Seat, author: Author): void {
  const { random, check, tenantId, world } = run
  const role = random.some(storedPermissionsAsked, 0.5)
  const kind = random.pick(['workspace', 'cluster', 'model'] as const)
  const type = random.pick(['account', 'kind'] as const)
  const object = type === 'account' ? { type } : { type, kind }
  const builtIn = random.chance(0.5)
  const here = accountTarget({ tenantId, id: seat.account as AccountId })
  const target = { ...here, ownerId: author.account.id }
  const said = missingForRole(author, { builtIn, permissions: permissionSet(role) }, object, target)
  const key = type === 'account' ? 'account' : `kind:${kind}`
  const at = builtIn && type === 'account' ? uncut(world) : world
  const naive = lacking(at, seat, { object: key, role })
  check('a role', same(said, naive), { seat, role, object, builtIn, said, naive })
}

/** By grants alone: boundary and share maximum set aside. */
function naiveMissing(world: World, seat: Seat, subjects: readonly string[]): Permission[] {
  const granted = world.grants.filter(
    (grant) => grant.account === seat.account && subjects.includes(grant.subject),
  )
  return [...new Set(granted.flatMap((grant) => lacking(uncut(world), seat, grant)))]
}

function lacking(world: World, seat: Seat, { object, role }: NaiveGrant): Permission[] {
  const resource = world.resources.find(({ id }) => id === object)
  const concerned = (permission: Permission) => {
    const kind = permission.slice(0, permission.indexOf(':'))
    if (object === 'account') return true
    if (!resource) return object === `kind:${kind}`
    const parent = resourceKinds.find((one) => one.kind === kind)?.parent
    return resource.kind === kind || resource.kind === parent
  }
  return role.filter(concerned).filter((permission) => {
    const question = { ...seat, permission, resource: resource?.id ?? null }
    return decideNaively(world, question as Parameters<typeof decideNaively>[1]) !== 'allowed'
  })
}

function uncut(world: World): World {
  const everything = [...permissions]
  return {
    ...world,
    accounts: world.accounts.map((one) => ({ ...one, boundary: everything })),
    shares: world.shares.map((one) => ({ ...one, most: everything })),
  }
}

async function missingOf(act: () => Promise<void>): Promise<readonly string[]> {
  try {
    await act()
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.missingPermissions
  }
}

async function kindsOf(client: Client, world: World): Promise<Map<string, 'user' | 'va'>> {
  const { rows } = await client.query<{ id: string; kind: string }>(
    'select id, kind from principal where id = any($1)',
    [world.principals.map(({ id }) => id)],
  )
  return new Map(rows.map(({ id, kind }) => [id, kind === 'user' ? 'user' : 'va']))
}

/** Order aside. */
function same(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join() === b.toSorted().join()
}
