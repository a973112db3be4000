/** Who there is: users, invitations, sessions, teams. */
import { accept, signIn } from '@commonhold/isolation'
import {
  type Answer,
  accountIds,
  actor,
  pickOf,
  roleNamed,
  type Setting,
  type Step,
  someAccount,
} from '../step.ts'

const built = ['viewer', 'user', 'editor', 'admin']

function take({ model }: Setting, account: string, answer: Answer): void {
  const { id, email, state, invitation } = answer
  model.users.set(id, { id, email, state })
  model.join(id, account)
  if (invitation) model.invitations.set(id, { ...invitation, account })
}

const invite: Step = {
  operation: 'user.invite',
  weight: 3,
  make: (setting) => {
    const { model, random, name } = setting
    const account = someAccount(setting)
    const known = pickOf(setting, model.users.values())
    const email = known && random.chance(0.5) ? known.email : `${name()}@acme.example`
    const role = random.chance(0.7) ? roleNamed(setting, random.pick(built)) : null
    const teams = random.some(
      [...model.teams.values()].filter((t) => t.account === account),
      0.3,
    )
    return {
      operation: 'user.invite',
      who: actor(setting, account),
      params: { account },
      body: { email, ...(role ? { role: role.name } : {}), teams: teams.map(({ id }) => id) },
      apply: (answer) => {
        take(setting, account, answer)
        if (role) model.grantRole(account, answer.id, role.id)
        for (const team of teams) model.teams.get(team.id)?.members.add(answer.id)
      },
    }
  },
}

/** Follows the link and is signed in. */
const acceptInvitation: Step = {
  operation: 'invitation.accept',
  weight: 6,
  make: (setting) => {
    const { model, url } = setting
    const found = pickOf(setting, model.invitations)
    if (!found) return null
    const [user, { link }] = found
    return {
      operation: 'invitation.accept',
      who: null,
      // Made by a client of its own, which keeps the session's cookie.
      body: async () => accept(url, link),
      apply: (person) => {
        model.invitations.delete(user)
        model.users.get(user)!.state = 'active'
        model.sessions.set(user, person)
      },
    }
  },
}

const begin: Step = {
  operation: 'session.create',
  weight: 3,
  make: (setting) => {
    const { model, url } = setting
    const away = [...model.users.values()].filter(
      (user) => user.state === 'active' && !model.sessions.has(user.id),
    )
    const user = pickOf(setting, away)
    return (
      user && {
        operation: 'session.create',
        who: null,
        body: async () => signIn(url, user.email),
        apply: (person) => {
          model.sessions.set(user.id, person)
        },
      }
    )
  },
}

const end: Step = {
  operation: 'session.delete',
  make: (setting) => {
    const { model } = setting
    if (model.sessions.size < 4) return null
    const [user, who] = pickOf(setting, model.sessions)!
    return {
      operation: 'session.delete',
      who,
      apply: () => {
        model.sessions.delete(user)
      },
    }
  },
}

const renew: Step = {
  operation: 'invitation.renew',
  make: (setting) => {
    const { model } = setting
    const found = pickOf(setting, model.invitations)
    if (!found) return null
    const [user, { id, account }] = found
    return {
      operation: 'invitation.renew',
      who: actor(setting, account),
      params: { account, invitation: id },
      apply: (answer) => {
        model.invitations.set(user, { ...answer, account })
      },
    }
  },
}

const withdraw: Step = {
  operation: 'invitation.delete',
  make: (setting) => {
    const { model } = setting
    const found = pickOf(setting, model.invitations)
    if (!found) return null
    const [user, { id, account }] = found
    return {
      operation: 'invitation.delete',
      who: actor(setting, account),
      params: { account, invitation: id },
      apply: () => {
        model.invitations.delete(user)
      },
    }
  },
}

/** Something that is done to a user, in an account that he is in. */
function toUser(
  operation: string,
  apply: (setting: Setting, user: string, at: string, answer: Answer) => void,
): Step {
  return {
    operation,
    make: (setting) => {
      const { model } = setting
      const people = model.memberships.filter(({ principal }) => model.users.has(principal))
      const member = pickOf(setting, people)
      if (!member) return null
      const { principal: user, account } = member
      return {
        operation,
        who: actor(setting, account),
        params: { account, user },
        apply: (answer) => apply(setting, user, account, answer),
      }
    },
  }
}

const deactivate = toUser('user.deactivate', ({ model }, user) => {
  model.users.get(user)!.state = 'deactivated'
  model.endCredentials(user)
})

const reactivate: Step = {
  ...toUser('user.reactivate', ({ model }, user, _, { state }) => {
    model.users.get(user)!.state = state
  }),
  weight: 2,
}

/** Nothing of it works until the link is followed; tokens are there again afterwards. */
const resetPassword = toUser('user.reset-password', (setting, user, account, answer) => {
  const { model } = setting
  model.sessions.delete(user)
  model.users.get(user)!.state = 'invited'
  model.invitations.set(user, { ...answer, account })
})

const remove = toUser('user.remove', ({ model }, user, account) => {
  model.leave(user, account)
  model.forgetIfNobody(user)
})

const leave: Step = {
  operation: 'me.leave',
  make: (setting) => {
    const { model } = setting
    const found = pickOf(setting, model.sessions)
    if (!found) return null
    const [user, who] = found
    const account = pickOf(
      setting,
      accountIds(setting).filter((id) => model.isMember(user, id)),
    )
    return account === null
      ? null
      : {
          operation: 'me.leave',
          who,
          params: { account },
          apply: () => model.leave(user, account),
        }
  },
}

export const peopleSteps: readonly Step[] = [
  invite,
  acceptInvitation,
  begin,
  end,
  renew,
  withdraw,
  deactivate,
  reactivate,
  resetPassword,
  remove,
  leave,
]
