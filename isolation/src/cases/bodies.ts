/**
 * Ids in bodies: a reference to something of another account or tenant is answered like one to
 * nothing, whichever field it stands in, and nothing is written.
 */
import { operations } from '@commonhold/contract'
import { actors } from '../world/actors.ts'
import type { Objects } from '../world/objects.ts'
import type { World } from '../world/world.ts'
import { type Case, here, likeMissing } from './case.ts'

/** Operation, the field that refers, the kind that it refers to, and a body with the id in it. */
type Row = readonly [string, string, string, (id: string, own: Objects) => unknown]

const team = (own: Objects) => ({ type: 'team', team: own.team })
const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '1' }
const model = { upstreamModel: 'm', type: 'chat', contextTokensMax: 1, outputTokensMax: 1, price }
const anywhere = { object: { type: 'account' }, role: 'viewer' }
const allowed = { name: 'fresh', amountUsd: '1', period: 'month' }
const limited = { name: 'fresh', metric: 'requests', amount: 1, windowSeconds: 60 }

/** A field that refers to something and has no row here fails the tests (`unboundFields`). */
export const bodyRows: readonly Row[] = [
  ['user.invite', 'role', 'role', (id) => ({ email: 'fresh@example.com', role: id })],
  ['user.invite', 'teams[]', 'team', (id) => ({ email: 'fresh@example.com', teams: [id] })],
  ['team.create', 'members[]', 'virtual-account', (id) => ({ name: 'fresh', members: [id] })],
  ['team-member.add', 'member', 'virtual-account', (id) => ({ member: id })],
  ['virtual-account.create', 'teams[]', 'team', (id) => ({ name: 'fresh', teams: [id] })],
  [
    'grant.create',
    'subject.user',
    'user',
    (id) => ({ subject: { type: 'user', user: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'subject.team',
    'team',
    (id) => ({ subject: { type: 'team', team: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'subject.virtualAccount',
    'virtual-account',
    (id) => ({ subject: { type: 'virtual-account', virtualAccount: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'object.resource',
    'prompt',
    (id, own) => ({
      subject: team(own),
      object: { type: 'resource', kind: 'prompt', resource: id },
      role: 'viewer',
    }),
  ],
  [
    'grant.create',
    'role',
    'role',
    (id, own) => ({ subject: team(own), object: { type: 'account' }, role: id }),
  ],
  ['workspace.create', 'cluster', 'cluster', (id) => ({ name: 'fresh', cluster: id })],
  [
    'model.create',
    'providerAccount',
    'provider-account',
    (id) => ({ name: 'fresh', providerAccount: id, ...model }),
  ],
  [
    'virtual-model.create',
    'targets[].model',
    'model',
    (id) => ({ name: 'fresh', strategy: 'priority', targets: [{ model: id }] }),
  ],
  ['virtual-model.update', 'targets[].model', 'model', (id) => ({ targets: [{ model: id }] })],
  [
    'secret.create',
    'secretGroup',
    'secret-group',
    (id) => ({ name: 'fresh', value: 'x', secretGroup: id }),
  ],
  ['budget.create', 'of', 'team', (id) => ({ ...allowed, level: 'team', of: id })],
  ['budget.create', 'of', 'user', (id) => ({ ...allowed, level: 'user', of: id })],
  ['budget.create', 'of', 'model', (id) => ({ ...allowed, level: 'model', of: id })],
  ['budget.create', 'of', 'token', (id) => ({ ...allowed, level: 'token', of: id })],
  [
    'usage-limit.create',
    'of',
    'virtual-account',
    (id) => ({ ...limited, level: 'virtual-account', of: id }),
  ],
  ['usage-limit.create', 'of', 'model', (id) => ({ ...limited, level: 'model', of: id })],
  [
    'access.check',
    'resource',
    'prompt',
    (id) => ({ permission: 'prompt:read', kind: 'prompt', resource: id }),
  ],
  [
    'access.check',
    'principal',
    'virtual-account',
    (id) => ({ permission: 'team:read', principal: id }),
  ],
  [
    'access.explain',
    'resource',
    'prompt',
    (id) => ({ permission: 'prompt:read', kind: 'prompt', resource: id }),
  ],
  [
    'access.explain',
    'principal',
    'virtual-account',
    (id) => ({ permission: 'team:read', principal: id }),
  ],
]

export const bodyCases: readonly Case[] = bodyRows.map(([id, field, kind, body]) => {
  const fixed = { rule: 'a foreign id in a body is like a missing one', place: 'body' } as const
  const operation = operations.find((o) => o.id === id)!
  const foreign = ({ account2, otherTenant }: World) =>
    [account2, otherTenant].map(({ objects }) => objects[kind]!)
  return likeMissing(
    fixed,
    actors.admin,
    operation,
    `${field} (${kind})`,
    foreign,
    (world, id) => ({
      params: here(world),
      body: body(id, world.account1.objects),
    }),
  )
})
