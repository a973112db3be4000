/**
 * Ids in bodies: a reference to something of another account or tenant is answered like one to
 * nothing, whichever field it stands in, and nothing is written.
 */
import { operations } from '@commonhold/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProduct, type TestProduct } from '../support/server.ts'
import { ask, missingLike, without } from './request.ts'
import { buildWorld, type Objects, type World } from './world.ts'

let product: TestProduct
let world: World

beforeAll(async () => {
  product = await startProduct()
  world = await buildWorld(product)
}, 120_000)
afterAll(() => product?.remove())

/** `foreign(kind)` is the id to put in; it is called once. */
type Make = (own: Objects, foreign: (kind: string) => string) => unknown

const team = (own: Objects) => ({ type: 'team', team: own.team })
const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '1' }
const model = { upstreamModel: 'm', type: 'chat', contextTokensMax: 1, outputTokensMax: 1, price }

/** Operation, where the foreign id stands, and the body with it. */
const bodies: readonly (readonly [string, string, Make])[] = [
  ['team.create', 'members', (_, f) => ({ name: 'fresh', members: [f('virtual-account')] })],
  ['team-member.add', 'member', (_, f) => ({ member: f('virtual-account') })],
  ['virtual-account.create', 'teams', (_, f) => ({ name: 'fresh', teams: [f('team')] })],
  ['user.invite', 'role', (_, f) => ({ email: 'fresh@example.com', role: f('role') })],
  ['user.invite', 'teams', (_, f) => ({ email: 'fresh@example.com', teams: [f('team')] })],
  ['workspace.create', 'cluster', (_, f) => ({ name: 'fresh', cluster: f('cluster') })],
  [
    'model.create',
    'providerAccount',
    (_, f) => ({ name: 'fresh', providerAccount: f('provider-account'), ...model }),
  ],
  [
    'virtual-model.create',
    'targets',
    (_, f) => ({ name: 'fresh', strategy: 'priority', targets: [{ model: f('model') }] }),
  ],
  [
    'virtual-model.create',
    'the second of targets',
    (own, f) => ({
      name: 'fresh',
      strategy: 'priority',
      targets: [{ model: own.model }, { model: f('model') }],
    }),
  ],
  ['virtual-model.update', 'targets', (_, f) => ({ targets: [{ model: f('model') }] })],
  [
    'secret.create',
    'secretGroup',
    (_, f) => ({ name: 'fresh', value: 'x', secretGroup: f('secret-group') }),
  ],
  [
    'grant.create',
    'subject.team',
    (_, f) => ({
      subject: { type: 'team', team: f('team') },
      object: { type: 'account' },
      role: 'viewer',
    }),
  ],
  [
    'grant.create',
    'subject.virtualAccount',
    (_, f) => ({
      subject: { type: 'virtual-account', virtualAccount: f('virtual-account') },
      object: { type: 'account' },
      role: 'viewer',
    }),
  ],
  [
    'grant.create',
    'object.resource',
    (own, f) => ({
      subject: team(own),
      object: { type: 'resource', kind: 'prompt', resource: f('prompt') },
      role: 'viewer',
    }),
  ],
  [
    'grant.create',
    'role',
    (own, f) => ({ subject: team(own), object: { type: 'account' }, role: f('role') }),
  ],
  [
    'budget.create',
    'of',
    (_, f) => ({ name: 'fresh', level: 'team', of: f('team'), amountUsd: '1', period: 'month' }),
  ],
  [
    'budget.create',
    'of (a model)',
    (_, f) => ({ name: 'fresh', level: 'model', of: f('model'), amountUsd: '1', period: 'month' }),
  ],
  [
    'usage-limit.create',
    'of',
    (_, f) => ({
      name: 'fresh',
      level: 'virtual-account',
      of: f('virtual-account'),
      metric: 'requests',
      amount: 1,
      windowSeconds: 60,
    }),
  ],
  [
    'access.check',
    'resource',
    (_, f) => ({ permission: 'prompt:read', kind: 'prompt', resource: f('prompt') }),
  ],
  [
    'access.explain',
    'principal',
    (_, f) => ({ permission: 'team:read', principal: f('virtual-account') }),
  ],
]

describe('a foreign id in a body is like a missing one', () => {
  it.each(bodies)('%s, %s', async (id, _, make) => {
    const operation = operations.find((o) => o.id === id)!
    const { accountId, objects, admin } = world.account1
    const params = { account: accountId, ...objects }
    for (const place of [world.account2, world.otherTenant]) {
      const answer = async (idOf: (kind: string) => string) => {
        let written = ''
        const body = make(objects, (kind) => (written = idOf(kind)))
        return without(await ask(product.url, operation, { params, body }, admin), written)
      }
      const found = await answer((kind) => place.objects[kind]!)
      const missing = await answer((kind) => missingLike(place.objects[kind]!))
      expect(found).toEqual(missing)
      expect(found.status).toBeGreaterThanOrEqual(400)
    }
  })
})
