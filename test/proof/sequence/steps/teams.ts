/** Teams and virtual accounts, and what they are given to act with. */
import type { Permission } from '@commonhold/core'
import type { ModelToken } from '../model.ts'
import {
  type Answer,
  actor,
  permissionsGranted,
  pickOf,
  type Setting,
  type Step,
  someAccount,
} from '../step.ts'

const members = ({ model }: Setting, account: string) =>
  model.memberships.filter((one) => one.account === account).map(({ principal }) => principal)

const createTeam: Step = {
  operation: 'team.create',
  make: (setting) => {
    const { model, random, name } = setting
    const account = someAccount(setting)
    const into = random.some(members(setting, account), 0.4)
    return {
      operation: 'team.create',
      who: actor(setting, account),
      params: { account },
      body: { name: name(), members: into },
      apply: ({ id, name: called, state }) => {
        model.teams.set(id, { id, account, name: called, state, members: new Set(into) })
      },
    }
  },
}

const updateTeam: Step = {
  operation: 'team.update',
  weight: 2,
  make: (setting) => {
    const { model, random } = setting
    const team = pickOf(setting, model.teams.values())
    if (!team) return null
    const state = random.pick(['active', 'suspended'])
    return {
      operation: 'team.update',
      who: actor(setting, team.account),
      params: { account: team.account, team: team.id },
      body: { state },
      apply: (answer) => {
        team.state = answer.state
      },
    }
  },
}

const deleteTeam: Step = {
  operation: 'team.delete',
  make: (setting) => {
    const { model } = setting
    const team = pickOf(setting, model.teams.values())
    return (
      team && {
        operation: 'team.delete',
        who: actor(setting, team.account),
        params: { account: team.account, team: team.id },
        apply: () => model.removeTeam(team.id),
      }
    )
  },
}

const addMember: Step = {
  operation: 'team-member.add',
  weight: 3,
  make: (setting) => {
    const { model } = setting
    const team = pickOf(setting, model.teams.values())
    const member = team && pickOf(setting, members(setting, team.account))
    if (!team || !member) return null
    return {
      operation: 'team-member.add',
      who: actor(setting, team.account),
      params: { account: team.account, team: team.id },
      body: { member },
      apply: () => {
        team.members.add(member)
      },
    }
  },
}

const removeMember: Step = {
  operation: 'team-member.remove',
  make: (setting) => {
    const { model } = setting
    const team = pickOf(setting, model.teams.values())
    const member = team && pickOf(setting, team.members)
    if (!team || !member) return null
    return {
      operation: 'team-member.remove',
      who: actor(setting, team.account),
      params: { account: team.account, team: team.id, member },
      apply: () => {
        team.members.delete(member)
      },
    }
  },
}

const createRobot: Step = {
  operation: 'virtual-account.create',
  weight: 2,
  make: (setting) => {
    const { model, name } = setting
    const account = someAccount(setting)
    return {
      operation: 'virtual-account.create',
      who: actor(setting, account),
      params: { account },
      body: { name: name() },
      apply: ({ id, name: called, state }) => {
        model.robots.set(id, { id, name: called, account, state })
        model.join(id, account)
      },
    }
  },
}

const updateRobot: Step = {
  operation: 'virtual-account.update',
  weight: 2,
  make: (setting) => {
    const { model, random } = setting
    const robot = pickOf(setting, model.robots.values())
    if (!robot) return null
    return {
      operation: 'virtual-account.update',
      who: actor(setting, robot.account),
      params: { account: robot.account, 'virtual-account': robot.id },
      body: { state: random.pick(['active', 'active', 'suspended']) },
      apply: ({ state }) => {
        robot.state = state
      },
    }
  },
}

const deleteRobot: Step = {
  operation: 'virtual-account.delete',
  make: (setting) => {
    const { model } = setting
    const robot = pickOf(setting, model.robots.values())
    return (
      robot && {
        operation: 'virtual-account.delete',
        who: actor(setting, robot.account),
        params: { account: robot.account, 'virtual-account': robot.id },
        apply: () => model.removeRobot(robot.id),
      }
    )
  },
}

const someScopes = ({ random }: Setting): Permission[] | null =>
  random.chance(0.5) ? null : random.some(permissionsGranted, 0.7)

function keep({ model }: Setting, account: string, answer: Answer): void {
  const { id, principal, scopes, secret } = answer
  model.tokens.set(id, { id, account, principal, scopes, secret })
}

const createToken: Step = {
  operation: 'token.create',
  weight: 3,
  make: (setting) => {
    const { model, name } = setting
    const robot = pickOf(setting, model.robots.values())
    if (!robot) return null
    return {
      operation: 'token.create',
      who: actor(setting, robot.account),
      params: { account: robot.account, 'virtual-account': robot.id },
      body: { name: name(), scopes: someScopes(setting) },
      apply: (answer) => keep(setting, robot.account, answer),
    }
  },
}

const createOwn: Step = {
  operation: 'personal-access-token.create',
  weight: 2,
  make: (setting) => {
    const { model, name } = setting
    const account = someAccount(setting)
    const who = pickOf(setting, model.sessions.values())
    return {
      operation: 'personal-access-token.create',
      who,
      params: { account },
      body: { name: name(), scopes: someScopes(setting) },
      apply: (answer) => keep(setting, account, answer),
    }
  },
}

/** The same for the tokens of robots and of people: of the one an admin, of the other the owner. */
function toToken(
  verb: 'update' | 'rotate' | 'delete',
  body: (setting: Setting) => unknown,
  apply: (setting: Setting, token: ModelToken, answer: Answer) => void,
): Step[] {
  const make = (operation: string, isRobots: boolean): Step => ({
    operation,
    make: (setting) => {
      const { model } = setting
      const tokens = [...model.tokens.values()].filter(
        ({ principal }) => model.robots.has(principal) === isRobots,
      )
      const token = pickOf(setting, tokens)
      if (!token) return null
      const { account, principal, id } = token
      return {
        operation,
        who: isRobots ? actor(setting, account) : (model.sessions.get(principal) ?? null),
        params: { account, token: id, ...(isRobots ? { 'virtual-account': principal } : {}) },
        body: body(setting),
        apply: (answer) => apply(setting, token, answer),
      }
    },
  })
  return [make(`token.${verb}`, true), make(`personal-access-token.${verb}`, false)]
}

export const teamSteps: readonly Step[] = [
  createTeam,
  updateTeam,
  deleteTeam,
  addMember,
  removeMember,
  createRobot,
  updateRobot,
  deleteRobot,
  createToken,
  createOwn,
  ...toToken(
    'update',
    (setting) => ({ scopes: someScopes(setting) }),
    (_, token, { scopes }) => {
      token.scopes = scopes
    },
  ),
  ...toToken(
    'rotate',
    () => ({ overlapSeconds: 0 }),
    (_, token, { secret }) => {
      token.secret = secret
    },
  ),
  ...toToken(
    'delete',
    () => undefined,
    ({ model }, token) => {
      model.tokens.delete(token.id)
    },
  ),
]
