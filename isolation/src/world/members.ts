/** The members of account1, and those who were: each may do something else there, or nothing any more. */
import { resourceKinds } from '@commonhold/core'
import type { Client } from '@commonhold/sdk'
import { type Person, program } from './person.ts'
import { join, type Place } from './place.ts'

const at = { account: 'account1' }

/** A token that ends in so many ms: soon, and not before the server has made it. */
const shortLifeMs = 1_500
const pollMs = 50
const expiryMsMax = 20_000

export interface Members {
  readonly viewer: Person
  /** In a team that may use one model, and nothing else. */
  readonly teamOnly: Person
  /** Admin of each resource that is called `thing`, and of no other. */
  readonly keeper: Person
  /** A token of account1's admin, narrowed to nothing. */
  readonly narrowed: Person
  /** A program that may use every model of account1. */
  readonly caller: Person
  readonly deactivated: Person
  readonly deactivatedToken: Person
  readonly exMember: Person
  readonly exMemberToken: Person
  readonly expiredToken: Person
  readonly revokedToken: Person
  /** A token of a virtual account that was suspended. */
  readonly suspended: Person
}

export async function buildMembers(url: string, place: Place): Promise<Members> {
  const admin = place.admin.client
  const viewer = await join(url, admin, at, 'viewer@check.invalid', 'viewer')
  const teamOnly = await join(url, admin, at, 'team@check.invalid')
  await admin.teamMember.add({ ...at, team: 'thing' }, { member: 'team@check.invalid' })
  const { secret: narrow } = await admin.personalAccessToken.create(at, {
    name: 'narrow',
    scopes: [],
  })
  return {
    viewer,
    teamOnly,
    keeper: await buildKeeper(url, place),
    narrowed: program(url, narrow),
    caller: program(url, await newProgram(admin, 'caller')),
    ...(await buildFormer(url, admin)),
    ...(await buildEnded(url, admin)),
  }
}

async function buildKeeper(url: string, { admin, objects }: Place): Promise<Person> {
  const email = 'keeper@check.invalid'
  const keeper = await join(url, admin.client, at, email)
  for (const { kind } of resourceKinds) {
    const resource = objects[kind]
    if (resource === undefined) continue
    await admin.client.grant.create(at, {
      subject: { type: 'user', user: email },
      object: { type: 'resource', kind, resource },
      role: 'admin',
    })
  }
  return keeper
}

/** Two who were admins, and what they could do with a token of theirs. */
async function buildFormer(url: string, admin: Client) {
  const gone = 'gone@check.invalid'
  const left = 'left@check.invalid'
  const deactivated = await join(url, admin, at, gone, 'admin')
  const goneToken = await deactivated.client.personalAccessToken.create(at, { name: 'laptop' })
  await admin.user.deactivate({ ...at, user: gone })
  const exMember = await join(url, admin, at, left, 'admin')
  const leftToken = await exMember.client.personalAccessToken.create(at, { name: 'laptop' })
  await admin.user.remove({ ...at, user: left })
  return {
    deactivated,
    deactivatedToken: program(url, goneToken.secret),
    exMember,
    exMemberToken: program(url, leftToken.secret),
  }
}

/** Credentials of who may do everything, that have ended each in its own way. */
async function buildEnded(url: string, admin: Client) {
  const expiresAt = new Date(Date.now() + shortLifeMs).toISOString()
  const short = await admin.personalAccessToken.create(at, { name: 'short', expiresAt })
  const revoked = await admin.personalAccessToken.create(at, { name: 'revoked' })
  await admin.personalAccessToken.delete({ ...at, token: 'revoked' })
  const suspended = await newProgram(admin, 'suspended')
  await admin.virtualAccount.update({ ...at, virtualAccount: 'suspended' }, { state: 'suspended' })
  const expiredToken = program(url, short.secret)
  await untilRefused(expiredToken)
  return {
    expiredToken,
    revokedToken: program(url, revoked.secret),
    suspended: program(url, suspended),
  }
}

/** @returns the token of a new virtual account that is admin of account1 */
async function newProgram(admin: Client, name: string): Promise<string> {
  await admin.virtualAccount.create(at, { name })
  await admin.grant.create(at, {
    subject: { type: 'virtual-account', virtualAccount: name },
    object: { type: 'account' },
    role: 'admin',
  })
  return (await admin.token.create({ ...at, virtualAccount: name }, { name })).secret
}

/** @throws when the server goes on answering long after the token's time */
async function untilRefused({ client }: Person): Promise<void> {
  const deadline = Date.now() + expiryMsMax
  while (Date.now() < deadline) {
    const answered = await client.me.get().then(
      () => true,
      () => false,
    )
    if (!answered) return
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  throw new Error('A token still works long after its time.')
}
