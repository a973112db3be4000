/**
 * What a dry run tells of access, for every operation that takes or gives any: compared with the access
 * rule itself, asked of everybody about everything before and after the change is really made.
 */
import { permissions } from '@commonhold/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Control, type Read, startControl } from './support/control.ts'
import { type Losing, type Powers, powersAfter, powersIn, startLosing } from './support/losing.ts'
import { compare, unexplained } from './support/told.ts'

let control: Control
let losing: Losing
let before: Powers
beforeAll(async () => {
  control = await startControl()
  losing = await startLosing(control, 'acme')
  before = await powersIn(losing)
})
afterAll(() => control.close())

interface Case {
  readonly in: 'root' | 'research'
  readonly operation: string
  readonly input: (losing: Losing) => object
  /** Sentences that have to be among those told, each a part of one. */
  readonly says?: readonly string[]
  readonly loses?: boolean
  readonly gains?: boolean
}

const noModels = permissions.filter((p) => !p.startsWith('model:') && !p.startsWith('share:'))
const params = (more: object) => () => ({ params: more })
const account = (more: object) => () => ({ params: { account: 'research' }, ...more })

const cases: Record<string, Case> = {
  'lowering a boundary': {
    in: 'root',
    operation: 'account.update',
    input: account({ body: { boundary: noModels } }),
    says: ['in research', 'model:use'],
  },
  'raising a boundary': {
    in: 'root',
    operation: 'account.update',
    input: () => ({
      params: { account: 'design' },
      body: { boundary: permissions.filter((p) => !p.startsWith('share:')) },
    }),
    loses: false,
    gains: true,
  },
  'suspending an account': {
    in: 'root',
    operation: 'account.suspend',
    input: account({}),
    says: ['all that was left in research'],
  },
  'resuming an account': {
    in: 'root',
    operation: 'account.resume',
    input: () => ({ params: { account: 'paused' } }),
    loses: false,
    gains: true,
  },
  'deleting an account': {
    in: 'root',
    operation: 'account.delete',
    input: account({}),
    says: ['all that was left in research', '3 tokens'],
  },
  'narrowing a share': {
    in: 'root',
    operation: 'share.update',
    input: ({ ids }) => ({
      params: { share: ids['sandbox-to-research'] },
      body: { permissions: ['model:read'] },
    }),
    says: ['model:use on the provider account sandbox'],
  },
  'narrowing the share of a cluster with an own workspace in it': {
    in: 'root',
    operation: 'share.update',
    input: ({ ids }) => ({ params: { share: ids['farm-to-research'] }, body: { upTo: 'viewer' } }),
  },
  'widening a share': {
    in: 'root',
    operation: 'share.update',
    input: ({ ids }) => ({
      params: { share: ids['large-to-design'] },
      body: { permissions: ['model:use', 'model:update'] },
    }),
    loses: false,
  },
  'un-sharing': {
    in: 'root',
    operation: 'share.delete',
    input: ({ ids }) => ({ params: { share: ids['sandbox-to-research'] } }),
    says: ['2 grants of research under the share are deleted', 'on the provider account sandbox'],
  },
  'sharing once more': {
    in: 'root',
    operation: 'share.create',
    input: () => ({
      body: { kind: 'model', resource: 'sandbox/small', to: 'design', upTo: 'user' },
    }),
    loses: false,
    gains: true,
  },
  'editing a role of the tenant': {
    in: 'root',
    operation: 'role.update',
    input: () => ({
      params: { role: 'operator' },
      body: { permissions: ['model:read', 'cluster:read', 'team:read'] },
    }),
    says: ['in design', 'in research', 'in root'],
    gains: true,
  },
  'editing a role of an account': {
    in: 'research',
    operation: 'role.update',
    input: () => ({
      params: { role: 'local' },
      body: { permissions: ['model:read', 'team:read', 'role:read'] },
    }),
    says: ['through the role local'],
    gains: true,
  },
  'deactivating a user': {
    in: 'root',
    operation: 'user.deactivate',
    input: ({ people }) => ({ params: { user: people.dan } }),
    says: ['all that was left in design', 'all that was left in research'],
  },
  'reactivating a user': {
    in: 'root',
    operation: 'user.reactivate',
    input: ({ people }) => ({ params: { user: people.eve } }),
    loses: false,
    gains: true,
  },
  'resetting a password': {
    in: 'root',
    operation: 'user.reset-password',
    input: ({ people }) => ({ params: { user: people.finn } }),
  },
  'removing a member': {
    in: 'research',
    operation: 'user.remove',
    input: ({ people }) => ({ params: { user: people.ben } }),
    says: ['all that was left in research'],
  },
  'suspending a team': {
    in: 'research',
    operation: 'team.update',
    input: () => ({ params: { team: 'builders' }, body: { state: 'suspended' } }),
    says: ['bot', 'the role editor of the team builders'],
  },
  'resuming a team': {
    in: 'research',
    operation: 'team.update',
    input: () => ({ params: { team: 'idle' }, body: { state: 'active' } }),
    loses: false,
    gains: true,
  },
  'deleting a team': {
    in: 'research',
    operation: 'team.delete',
    input: params({ team: 'builders' }),
    says: ['the role editor of the team builders'],
  },
  'taking somebody out of a team': {
    in: 'research',
    operation: 'team-member.remove',
    input: ({ people }) => ({ params: { team: 'builders', member: people.ben } }),
    says: ['ben@', 'but not'],
  },
  'putting somebody into a team': {
    in: 'research',
    operation: 'team-member.add',
    input: ({ people }) => ({ params: { team: 'builders' }, body: { member: people.cleo } }),
    loses: false,
    gains: true,
  },
  'taking back a grant on the account': {
    in: 'research',
    operation: 'grant.delete',
    input: ({ ids }) => ({ params: { grant: ids['cleo-local'] } }),
    says: ['cleo@'],
  },
  'taking back a grant on a resource': {
    in: 'research',
    operation: 'grant.delete',
    input: ({ ids }) => ({ params: { grant: ids['dan-small'] } }),
    says: ['on the model sandbox/small'],
  },
  'taking back a grant that others carry as well': {
    in: 'research',
    operation: 'grant.delete',
    input: ({ ids }) => ({ params: { grant: ids['bot-small'] } }),
    loses: false,
  },
  'granting something of its own': {
    in: 'research',
    operation: 'grant.create',
    input: ({ people }) => ({
      body: {
        subject: { type: 'user', user: people.cleo },
        role: 'editor',
        object: { type: 'resource', kind: 'model', resource: 'own/mine' },
      },
    }),
    loses: false,
    gains: true,
  },
  'suspending a virtual account': {
    in: 'research',
    operation: 'virtual-account.update',
    input: () => ({ params: { 'virtual-account': 'bot' }, body: { state: 'suspended' } }),
    says: ['all that was left in research'],
  },
  'deleting a virtual account': {
    in: 'research',
    operation: 'virtual-account.delete',
    input: params({ 'virtual-account': 'bot' }),
    says: ['all that was left in research'],
  },
  'narrowing a token': {
    in: 'research',
    operation: 'token.update',
    input: () => ({
      params: { 'virtual-account': 'bot', token: 'wide' },
      body: { scopes: ['model:read'] },
    }),
    says: ['the token wide of bot'],
  },
  'widening a token': {
    in: 'research',
    operation: 'token.update',
    input: () => ({
      params: { 'virtual-account': 'bot', token: 'narrow' },
      body: { scopes: null },
    }),
    loses: false,
    gains: true,
  },
  'deleting a token': {
    in: 'research',
    operation: 'token.delete',
    input: params({ 'virtual-account': 'bot', token: 'narrow' }),
    says: ['the token narrow of bot'],
  },
  'deleting a shared resource': {
    in: 'root',
    operation: 'provider-account.delete',
    input: params({ 'provider-account': 'sandbox' }),
    says: ['on the provider account sandbox'],
  },
  'deleting what is in a resource': {
    in: 'root',
    operation: 'model.delete',
    input: params({ model: 'sandbox/small' }),
    says: ['on the model sandbox/small'],
  },
  'deleting a resource of its own': {
    in: 'research',
    operation: 'provider-account.delete',
    input: params({ 'provider-account': 'own' }),
    says: ['on the provider account own'],
  },
  'deleting a workspace of its own in the tenant’s cluster': {
    in: 'research',
    operation: 'workspace.delete',
    input: params({ workspace: 'farm/field' }),
    says: ['on the workspace farm/field'],
  },
}

describe('a dry run tells exactly who loses and who gains what', () => {
  it.each(Object.entries(cases))('%s', async (_, one) => {
    const input = one.input(losing)
    const ask = (more: object): Promise<Read> =>
      losing.ask(one.in, one.operation, { ...input, ...more })
    const dry = await ask({ query: { dryRun: 'true' } })
    const after = await powersAfter(losing, () => ask({}))

    const { access } = dry
    const lost = compare(access.lost, before, after)
    const gained = compare(access.gained, after, before)
    expect({ lost: lost.wrong, gained: gained.wrong }).toEqual({ lost: [], gained: [] })
    expect({ loses: lost.pairs > 0, gains: gained.pairs > 0 }).toEqual({
      loses: one.loses ?? true,
      gains: one.gains ?? false,
    })
    for (const { count, holders } of [...access.lost, ...access.gained]) {
      expect(holders).toHaveLength(count)
    }
    expect(unexplained([...access.lost, ...access.gained])).toEqual([])
    const sentences = dry.lost.map(({ sentence }: Read) => sentence).join('\n')
    for (const part of one.says ?? []) expect(sentences).toContain(part)
  })
})
