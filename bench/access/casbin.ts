/**
 * node-casbin, in two forms, both with `enforceSync`, which is its faster call.
 *
 * - A policy line per grant: the natural model of roles and resource roles. casbin goes through the
 *   lines from the first to the last, so that its time grows with the tenant.
 * - Roles in domains: each object is a domain in which subjects have roles, which casbin looks up.
 *   A user's teams and a resource's ancestors are then asked about one by one, until one says yes.
 */
import { builtInRoleNames, builtInRoles, listPermissions } from '@commonhold/core'
import { type Enforcer, newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import type { Decider } from './decider.ts'
import type { World } from './world.ts'

const effect = `
[policy_effect]
e = some(where (p.eft == allow))
`

export const casbinByGrant: Decider = {
  name: 'casbin, a line per grant',
  load: async (world, questions) => {
    const enforcer = await enforcerOf(
      `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, carrier
[role_definition]
g = _, _
g2 = _, _
g3 = _, _
${effect}
[matchers]
m = g(r.sub, p.sub) && g2(r.obj, p.obj) && g3(r.act, p.carrier)
`,
      [
        ...world.grants.map(({ subject, object, carrier }) => ['p', subject, object, carrier]),
        ...memberships(world),
        ...world.resources.flatMap(({ path, kind }) =>
          [...path.slice(1), `kind:${kind}`, 'account'].map((up) => ['g2', path[0]!, up]),
        ),
        ...[...world.permissionsOfCarrier].flatMap(([carrier, permissions]) =>
          permissions.map((permission) => ['g3', permission, carrier]),
        ),
      ],
    )
    return (index) => {
      const { user, resource, permission } = questions[index]!
      return enforcer.enforceSync(user, resource.id, permission)
    }
  },
}

export const casbinByDomain: Decider = {
  name: 'casbin, roles in domains',
  load: async (world, questions) => {
    const enforcer = await enforcerOf(
      `
[request_definition]
r = sub, obj, act
[policy_definition]
p = role
[role_definition]
g = _, _, _
g2 = _, _
${effect}
[matchers]
m = g2(r.act, p.role) && g(r.sub, p.role, r.obj)
`,
      [
        ...builtInRoleNames.map((role) => ['p', role]),
        ...world.grants.map(({ subject, role, object }) => ['g', subject, role, object]),
        ...builtInRoleNames.flatMap((role) =>
          listPermissions(builtInRoles[role]).map((permission) => ['g2', permission, role]),
        ),
      ],
    )
    return (index) => {
      const { user, resource, permission } = questions[index]!
      const objects = [...resource.path, `kind:${resource.kind}`, 'account']
      const subjects = [user, ...world.teamsOf.get(user)!]
      return subjects.some((subject) =>
        objects.some((object) => enforcer.enforceSync(subject, object, permission)),
      )
    }
  },
}

function memberships({ teamsOf }: World): string[][] {
  return [...teamsOf].flatMap(([user, teams]) => teams.map((team) => ['g', user, team]))
}

function enforcerOf(model: string, lines: readonly (readonly string[])[]): Promise<Enforcer> {
  const text = lines.map((line) => line.join(', ')).join('\n')
  return newEnforcer(newModelFromString(model), new StringAdapter(text))
}
