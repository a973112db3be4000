/** A body for each field that refers to something, with the ids of what it refers to put in. */
import { operations } from '@commonhold/contract'
import type { Objects } from '../world/objects.ts'

/**
 * Operation, the field that refers, the kind that it refers to, a body with the ids in it (one, or
 * several where the field takes them), and `root` where it acts in the root account.
 */
export type BodyRow = readonly [
  operation: string,
  field: string,
  kind: string,
  body: (ids: readonly string[], own: Objects) => unknown,
  where?: 'root',
]

const team = (own: Objects) => ({ type: 'team', team: own.team })
const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '1' }
const model = { upstreamModel: 'm', type: 'chat', contextTokensMax: 1, outputTokensMax: 1, price }
const anywhere = { object: { type: 'account' }, role: 'viewer' }
const allowed = { name: 'fresh', amountUsd: '1', period: 'month' }
const limited = { name: 'fresh', metric: 'requests', amount: 1, windowSeconds: 60 }

/** A field that refers to something and has no row here fails the tests (`fieldsWithoutRow`). */
export const bodyRows: readonly BodyRow[] = [
  ['user.invite', 'role', 'role', ([id]) => ({ email: 'fresh@example.com', role: id })],
  ['user.invite', 'teams[]', 'team', (ids) => ({ email: 'fresh@example.com', teams: ids })],
  ['team.create', 'members[]', 'virtual-account', (ids) => ({ name: 'fresh', members: ids })],
  ['team-member.add', 'member', 'virtual-account', ([id]) => ({ member: id })],
  ['virtual-account.create', 'teams[]', 'team', (ids) => ({ name: 'fresh', teams: ids })],
  ['virtual-account.create', 'ownerTeam', 'team', ([id]) => ({ name: 'fresh', ownerTeam: id })],
  ['virtual-account.update', 'ownerTeam', 'team', ([id]) => ({ ownerTeam: id })],
  ...operations
    .filter(({ id }) => id.endsWith('.transfer'))
    .map(({ id }): BodyRow => [id, 'to', 'account', ([to]) => ({ to })]),
  [
    'grant.create',
    'subject.user',
    'user',
    ([id]) => ({ subject: { type: 'user', user: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'subject.team',
    'team',
    ([id]) => ({ subject: { type: 'team', team: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'subject.virtualAccount',
    'virtual-account',
    ([id]) => ({ subject: { type: 'virtual-account', virtualAccount: id }, ...anywhere }),
  ],
  [
    'grant.create',
    'object.resource',
    'prompt',
    ([id], own) => ({
      subject: team(own),
      object: { type: 'resource', kind: 'prompt', resource: id },
      role: 'viewer',
    }),
  ],
  [
    'grant.create',
    'role',
    'role',
    ([id], own) => ({ subject: team(own), object: { type: 'account' }, role: id }),
  ],
  [
    'share.create',
    'resource',
    'cluster',
    ([id]) => ({ kind: 'cluster', resource: id, to: 'account2', upTo: 'user' }),
    'root',
  ],
  [
    'share.create',
    'to',
    'account',
    ([id], own) => ({ kind: 'cluster', resource: own.cluster, to: id, upTo: 'user' }),
    'root',
  ],
  ['workspace.create', 'cluster', 'cluster', ([id]) => ({ name: 'fresh', cluster: id })],
  [
    'model.create',
    'providerAccount',
    'provider-account',
    ([id]) => ({ name: 'fresh', providerAccount: id, ...model }),
  ],
  [
    'virtual-model.create',
    'targets[].model',
    'model',
    (ids) => ({ name: 'fresh', strategy: 'priority', targets: ids.map((model) => ({ model })) }),
  ],
  [
    'virtual-model.update',
    'targets[].model',
    'model',
    (ids) => ({ targets: ids.map((model) => ({ model })) }),
  ],
  [
    'secret.create',
    'secretGroup',
    'secret-group',
    ([id]) => ({ name: 'fresh', value: 'x', secretGroup: id }),
  ],
  ['budget.create', 'of', 'team', ([id]) => ({ ...allowed, level: 'team', of: id })],
  ['budget.create', 'of', 'user', ([id]) => ({ ...allowed, level: 'user', of: id })],
  ['budget.create', 'of', 'model', ([id]) => ({ ...allowed, level: 'model', of: id })],
  [
    'budget.create',
    'fallbackModel',
    'model',
    ([id]) => ({ ...allowed, level: 'account', fallbackModel: id }),
  ],
  ['budget.update', 'fallbackModel', 'model', ([id]) => ({ fallbackModel: id })],
  ...(['budget', 'usage-limit'] as const).flatMap((noun): BodyRow[] => {
    const made = { ...(noun === 'budget' ? allowed : limited), level: 'account' }
    const alerts = (webhooks: readonly string[]) => ({ alerts: { percents: [50], webhooks } })
    return [
      [`${noun}.create`, 'alerts.webhooks[]', 'webhook', (ids) => ({ ...made, ...alerts(ids) })],
      [`${noun}.update`, 'alerts.webhooks[]', 'webhook', alerts],
    ]
  }),
  ['budget.create', 'of', 'token', ([id]) => ({ ...allowed, level: 'token', of: id })],
  [
    'usage-limit.create',
    'of',
    'virtual-account',
    ([id]) => ({ ...limited, level: 'virtual-account', of: id }),
  ],
  ['usage-limit.create', 'of', 'model', ([id]) => ({ ...limited, level: 'model', of: id })],
  [
    'access.check',
    'resource',
    'prompt',
    ([id]) => ({ permission: 'prompt:read', kind: 'prompt', resource: id }),
  ],
  [
    'access.check',
    'principal',
    'virtual-account',
    ([id]) => ({ permission: 'team:read', principal: id }),
  ],
  [
    'access.explain',
    'resource',
    'prompt',
    ([id]) => ({ permission: 'prompt:read', kind: 'prompt', resource: id }),
  ],
  [
    'access.explain',
    'principal',
    'virtual-account',
    ([id]) => ({ permission: 'team:read', principal: id }),
  ],
  [
    'access.check',
    'token',
    'token',
    ([id], own) => ({
      permission: 'team:read',
      principal: own['virtual-account'],
      token: id,
    }),
  ],
  [
    'access.explain',
    'token',
    'token',
    ([id], own) => ({
      permission: 'team:read',
      principal: own['virtual-account'],
      token: id,
    }),
  ],
  [
    'access.who-can',
    'resource',
    'prompt',
    ([id]) => ({ permission: 'prompt:read', kind: 'prompt', resource: id }),
  ],
  ['access.what-can', 'principal', 'virtual-account', ([id]) => ({ principal: id })],
  [
    'access.what-can',
    'token',
    'token',
    ([id], own) => ({ principal: own['virtual-account'], token: id }),
  ],
  ['access-review.revoke-grants', 'grants[]', 'grant', (ids) => ({ grants: ids })],
  ['access-review.revoke-shares', 'shares[]', 'share', (ids) => ({ shares: ids }), 'root'],
]
