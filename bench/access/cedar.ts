/**
 * Cedar, in the two forms that its documentation describes. In both the policy set is parsed
 * beforehand, and a question brings along the entities that it concerns, as the WebAssembly package
 * wants it. Those entities are kept per user and per resource, ready to be handed over.
 *
 * - A policy per grant: each grant links a template that stands for what its role carries there.
 * - Roles as groups: four policies; a grant makes its subject a member of the group that holds the
 *   role on that object, and a resource names the groups that count for it.
 *
 * An error while evaluating is a denial, as Cedar itself and Commonhold hold it.
 */
import {
  type CheckParseAnswer,
  type EntityJson,
  preparsePolicySet,
  statefulIsAuthorized,
  type TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs'
import {
  type BuiltInRoleName,
  builtInRoleNames,
  builtInRoles,
  listPermissions,
  type Permission,
} from '@commonhold/core'
import type { Decider } from './decider.ts'
import type { Question, Resource, World } from './world.ts'

const account = uid('Account', 'account')

export const cedarByGrant: Decider = {
  name: 'Cedar, a policy per grant',
  load: async (world, questions) => {
    const carriers = [...world.permissionsOfCarrier]
    const templates = carriers.map(([carrier, permissions]) => [
      carrier,
      `permit(principal in ?principal, action in ${actions(permissions)}, resource in ?resource);`,
    ])
    const templateLinks = world.grants.map((grant, index) => ({
      templateId: grant.carrier,
      newId: `grant${index}`,
      values: { '?principal': subject(grant.subject), '?resource': objectOf(grant.object) },
    }))
    const id = `by grant, ${world.grants.length}`
    accept(preparsePolicySet(id, { templates: Object.fromEntries(templates), templateLinks }))
    const principals = remember((user: string) => principalEntities(world, user, () => []))
    const resources = remember((resource: Resource) =>
      resource.path.map((one, index) => {
        const parents = [...resource.path.slice(index + 1), kindOf(one), 'account'].map(objectOf)
        return { uid: objectOf(one), attrs: {}, parents }
      }),
    )
    return asker(id, questions, principals, resources)
  },
}

export const cedarByGroup: Decider = {
  name: 'Cedar, roles as groups',
  load: async (world, questions) => {
    const policies = builtInRoleNames.map((role) => {
      const may = actions(listPermissions(builtInRoles[role]))
      return `permit(principal, action in ${may}, resource) when { principal in resource.${role} };`
    })
    const id = `by group, ${world.grants.length}`
    accept(preparsePolicySet(id, { staticPolicies: policies.join('\n') }))
    const grantsOf = Map.groupBy(world.grants, (grant) => grant.subject)
    const groupsOf = (holder: string) =>
      (grantsOf.get(holder) ?? []).map(({ role, object }) => group(role, object))
    const principals = remember((user: string) => principalEntities(world, user, groupsOf))
    const resources = remember((resource: Resource): EntityJson[] => {
      const objects = [...resource.path, `kind:${resource.kind}`, 'account']
      const held = builtInRoleNames.map((role) => [
        role,
        objects.map((object) => ({ __entity: group(role, object) })),
      ])
      return [{ uid: objectOf(resource.id), attrs: Object.fromEntries(held), parents: [] }]
    })
    return asker(id, questions, principals, resources)
  },
}

function asker(
  policySetId: string,
  questions: readonly Question[],
  principals: (user: string) => EntityJson[],
  resources: (resource: Resource) => EntityJson[],
) {
  const calls = questions.map(({ user, permission, resource }) => ({
    principal: subject(user),
    action: uid('Action', permission),
    resource: objectOf(resource.id),
    context: {},
    preparsedPolicySetId: policySetId,
    entities: [...principals(user), ...resources(resource)],
  }))
  return (index: number): boolean => {
    const answer = statefulIsAuthorized(calls[index]!)
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
    const { decision, diagnostics } = answer.response
    return decision === 'allow' && diagnostics.errors.length === 0
  }
}

/** The user and the teams, with the groups that each of them is in. */
function principalEntities(
  world: World,
  user: string,
  groupsOf: (holder: string) => TypeAndId[],
): EntityJson[] {
  const teams = world.teamsOf.get(user)!
  return [
    { uid: subject(user), attrs: {}, parents: [...teams.map(subject), ...groupsOf(user)] },
    ...teams.map((team) => ({ uid: subject(team), attrs: {}, parents: groupsOf(team) })),
  ]
}

function uid(type: string, id: string): TypeAndId {
  return { type, id }
}

function subject(id: string): TypeAndId {
  return uid(id.startsWith('team') ? 'Team' : 'User', id)
}

function objectOf(object: string): TypeAndId {
  if (object === 'account') return account
  return object.startsWith('kind:') ? uid('Kind', object) : uid('Resource', object)
}

function group(role: BuiltInRoleName, object: string): TypeAndId {
  return uid('Group', `${role} on ${object}`)
}

const kindsByPrefix = { mdl: 'model', vmdl: 'virtual-model', pacc: 'provider-account' } as const

function kindOf(resource: string): string {
  return `kind:${kindsByPrefix[resource.slice(0, resource.indexOf('_')) as keyof typeof kindsByPrefix]}`
}

function actions(permissions: readonly Permission[]): string {
  return `[${permissions.map((permission) => `Action::"${permission}"`).join(', ')}]`
}

function accept(answer: CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors.slice(0, 3)))
}

function remember<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const made = make(key)
    known.set(key, made)
    return made
  }
}
