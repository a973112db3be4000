/**
 * One tenant with a given number of grants, and questions about it: the same for every subject.
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
const PROMPTS_PER_PROVIDER = 5
/** How many of a million grants are on the whole account or on a kind: few, else all may all. */
const ON_ACCOUNT_PPM = 500
const ON_KIND_PPM = 2_000

const asked: Readonly<Partial<Record<ResourceKind, readonly Permission[]>>> = {
  model: ['model:use', 'model:read', 'model:update'],
  prompt: ['prompt:use', 'prompt:read', 'prompt:update'],
  'provider-account': ['provider-account:read', 'provider-account:update'],
}
const roles: readonly BuiltInRoleName[] = ['viewer', 'user', 'user', 'editor', 'admin']

/** @param grantCount how many grants the tenant has */
export function makeWorld(grantCount: number): World {
  const random = randomFrom(grantCount)
  const users = names('user', Math.ceil(grantCount / GRANTS_PER_USER))
  const teams = names('team', Math.max(TEAMS_PER_USER, Math.ceil(grantCount / GRANTS_PER_TEAM)))
  const teamsOf = new Map(
    users.map((user) => [
      user,
      [...new Set(Array.from({ length: TEAMS_PER_USER }, () => random.pick(teams)))],
    ]),
  )
  const resources = makeResources(Math.ceil(grantCount / GRANTS_PER_PROVIDER))
  const grants = new Map<string, Grant>()
  while (grants.size < grantCount) {
    const subject = random.chance(0.7) ? random.pick(users) : random.pick(teams)
    const grant = makeGrant(subject, random.pick(roles), objectFor(random, resources))
    grants.set(`${subject} ${grant.role} ${grant.object}`, grant)
  }
  return {
    users,
    teamsOf,
    resources,
    grants: [...grants.values()],
    permissionsOfCarrier: new Map(
      [...grants.values()].map((grant) => [grant.carrier, listPermissions(grant.permissions)]),
    ),
  }
}

/** Half of them are about an object of a grant and somebody who has it, the others about anybody. */
export function makeQuestions(world: World, count: number): Question[] {
  const random = randomFrom(count)
  const members = membersOf(world)
  const onPath = Map.groupBy(
    world.resources.flatMap((resource) => resource.path.map((id) => ({ id, resource }))),
    ({ id }) => id as string,
  )
  return Array.from({ length: count }, () => {
    const grant = random.pick(world.grants)
    const near = onPath.get(grant.object)
    const user = random.pick(members.get(grant.subject) ?? [grant.subject])
    const isNear = near !== undefined && random.chance(0.5)
    const resource = isNear ? random.pick(near).resource : random.pick(world.resources)
    return { user, resource, permission: random.pick(asked[resource.kind]!) }
  })
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

function makeResources(providerCount: number): Resource[] {
  return Array.from({ length: providerCount }, (_, index) => {
    const provider = `pacc_${index}` as ResourceId
    const models = names('mdl', MODELS_PER_PROVIDER).map((name) => `${name}_of_${index}`)
    const prompts = names('prm', PROMPTS_PER_PROVIDER).map((name) => `${name}_at_${index}`)
    return [
      resource(provider, 'provider-account', []),
      ...models.map((id) => resource(id as ResourceId, 'model', [provider])),
      ...prompts.map((id) => resource(id as ResourceId, 'prompt', [])),
    ]
  }).flat()
}

function resource(id: ResourceId, kind: ResourceKind, ancestors: ResourceId[]): Resource {
  return { id, kind, path: [id, ...ancestors] }
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

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}_${index}`)
}
