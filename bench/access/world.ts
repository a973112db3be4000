/**
 * One tenant with a given number of grants, and questions about it: the same for every subject. Ids are
 * as long as the product's.
 *
 * Only what all subjects can express is in it: users in teams, roles as sets of permissions, grants
 * of a role to a user or team on a resource, on a provider account with all its models, on a kind or
 * on the account. Everybody is active, the boundary is everything and no token is narrowed, so that
 * the answer hangs on the grants alone. Commonhold checks its other seven conditions all the same.
 */
import {
  type BuiltInRoleName,
  builtInRoles,
  carriedBy,
  formatId,
  type IdPrefix,
  listPermissions,
  type ObjectKey,
  type Permission,
  type PermissionSet,
  type ResourceId,
  type ResourceKind,
} from '@commonhold/core'
import { randomFrom } from './random.ts'

export interface Resource {
  readonly id: ResourceId
  readonly kind: ResourceKind
  /** Itself, then its parent. */
  readonly path: readonly ResourceId[]
}

export interface Grant {
  readonly subject: string
  readonly role: BuiltInRoleName
  readonly object: ObjectKey
  /** What the role means on that object, by the product's own rule. */
  readonly permissions: PermissionSet
  /** Says which `permissions` these are; grants of one carrier carry the same. */
  readonly carrier: string
}

export interface World {
  readonly users: readonly string[]
  readonly teams: readonly string[]
  readonly teamsOf: ReadonlyMap<string, readonly string[]>
  readonly resources: readonly Resource[]
  readonly grants: readonly Grant[]
  readonly permissionsOfCarrier: ReadonlyMap<string, readonly Permission[]>
}

export interface Question {
  readonly user: string
  readonly permission: Permission
  readonly resource: Resource
}

const GRANTS_PER_USER = 10
const GRANTS_PER_TEAM = 50
const TEAMS_PER_USER = 3
const GRANTS_PER_PROVIDER = 50
const MODELS_PER_PROVIDER = 10
const VIRTUAL_PER_PROVIDER = 5
/** How many of a million grants are on the whole account or on a kind: few, else all may all. */
const ON_ACCOUNT_PPM = 500
const ON_KIND_PPM = 2_000

/** What is asked about: what is called, as in a gateway. Provider accounts only carry grants. */
const asked: Readonly<Partial<Record<ResourceKind, readonly Permission[]>>> = {
  model: ['model:use', 'model:read', 'model:update'],
  'virtual-model': ['virtual-model:use', 'virtual-model:read', 'virtual-model:update'],
}
const roles: readonly BuiltInRoleName[] = ['viewer', 'user', 'user', 'editor', 'admin']

/**
 * @param grantCount how many grants the tenant has
 * @param seed of two worlds with one seed, everything is the same
 */
export function makeWorld(grantCount: number, seed = grantCount): World {
  const random = randomFrom(seed)
  const users = names(random, 'user', Math.ceil(grantCount / GRANTS_PER_USER))
  const teams = names(
    random,
    'team',
    Math.max(TEAMS_PER_USER, Math.ceil(grantCount / GRANTS_PER_TEAM)),
  )
  const teamsOf = new Map(
    users.map((user) => [
      user,
      [...new Set(Array.from({ length: TEAMS_PER_USER }, () => random.pick(teams)))],
    ]),
  )
  const resources = makeResources(random, Math.ceil(grantCount / GRANTS_PER_PROVIDER))
  const grants = new Map<string, Grant>()
  while (grants.size < grantCount) {
    const subject = random.chance(0.7) ? random.pick(users) : random.pick(teams)
    const grant = makeGrant(subject, random.pick(roles), objectFor(random, resources))
    grants.set(`${subject} ${grant.role} ${grant.object}`, grant)
  }
  return {
    users,
    teams,
    teamsOf,
    resources,
    grants: [...grants.values()],
    permissionsOfCarrier: new Map(
      [...grants.values()].map((grant) => [grant.carrier, listPermissions(grant.permissions)]),
    ),
  }
}

/**
 * Half of them are about an object of a grant and somebody who has it, the others about anybody. No two
 * are the same; a small world has fewer than may be asked for.
 */
export function makeQuestions(world: World, count: number): Question[] {
  const random = randomFrom(count)
  const members = membersOf(world)
  const whoHas = ({ subject }: Grant): readonly string[] =>
    world.teamsOf.has(subject) ? [subject] : (members.get(subject) ?? world.users)
  const called = world.resources.filter(({ kind }) => asked[kind])
  const onPath = Map.groupBy(
    called.flatMap((resource) => resource.path.map((id) => ({ id, resource }))),
    ({ id }) => id as string,
  )
  const questions = new Map<string, Question>()
  for (let tries = 0; questions.size < count && tries < 4 * count; tries++) {
    const grant = random.pick(world.grants)
    const near = onPath.get(grant.object)
    const user = random.pick(whoHas(grant))
    const isNear = near !== undefined && random.chance(0.5)
    const resource = isNear ? random.pick(near).resource : random.pick(called)
    const permission = random.pick(asked[resource.kind]!)
    questions.set(`${user} ${permission} ${resource.id}`, { user, resource, permission })
  }
  return [...questions.values()]
}

/** Of a few callers only, who call the same models: the traffic that a small tenant has too. */
export function makeTraffic(world: World, callerCount: number, each: number): Question[] {
  const random = randomFrom(callerCount)
  const called = world.resources.filter(({ kind }) => asked[kind])
  const models = Array.from({ length: each }, () => random.pick(called))
  return world.users
    .slice(0, callerCount)
    .flatMap((user) =>
      models.map((resource) => ({ user, resource, permission: asked[resource.kind]![0]! })),
    )
}

type Random = ReturnType<typeof randomFrom>

function objectFor(random: Random, resources: readonly Resource[]) {
  const dice = random.below(1_000_000)
  if (dice < ON_ACCOUNT_PPM) return null
  const resource = random.pick(resources)
  return dice < ON_ACCOUNT_PPM + ON_KIND_PPM ? resource.kind : resource
}

function makeGrant(
  subject: string,
  role: BuiltInRoleName,
  object: Resource | ResourceKind | null,
): Grant {
  const whole = builtInRoles[role]
  const common = { subject, role }
  if (object === null) {
    return { ...common, object: 'account', permissions: whole, carrier: `${role} account` }
  }
  if (typeof object === 'string') {
    const permissions = carriedBy(whole, { type: 'kind', kind: object })
    return { ...common, object: `kind:${object}`, permissions, carrier: `${role} kind ${object}` }
  }
  const permissions = carriedBy(whole, { type: 'resource', kind: object.kind })
  return { ...common, object: object.id, permissions, carrier: `${role} on ${object.kind}` }
}

function makeResources(random: Random, providerCount: number): Resource[] {
  return names(random, 'pacc', providerCount).flatMap((provider) => [
    resource(provider, 'provider-account', []),
    ...names(random, 'mdl', MODELS_PER_PROVIDER).map((id) => resource(id, 'model', [provider])),
    ...names(random, 'vmdl', VIRTUAL_PER_PROVIDER).map((id) => resource(id, 'virtual-model', [])),
  ])
}

function resource(id: string, kind: ResourceKind, ancestors: readonly string[]): Resource {
  return { id: id as ResourceId, kind, path: [id, ...ancestors] as ResourceId[] }
}

function membersOf({ teamsOf }: World): Map<string, string[]> {
  const pairs = [...teamsOf].flatMap(([user, teams]) => teams.map((team) => ({ user, team })))
  return new Map(
    [...Map.groupBy(pairs, ({ team }) => team)].map(([team, list]) => [
      team,
      list.map(({ user }) => user),
    ]),
  )
}

/** Ids as the product makes them, in random order. */
function names(random: Random, prefix: IdPrefix, count: number): string[] {
  return Array.from({ length: count }, () => {
    const hex = Array.from({ length: 4 }, () =>
      random
        .below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('')
    return formatId(prefix, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))
  })
}
