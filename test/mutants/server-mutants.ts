/**
 * Mutants of what the server adds to the rule: the write rule for whole principals and teams, and the
 * loading of what the rule reads, by the control plane and by the gateway.
 */
import type { Mutant } from './mutant.ts'

type Row = readonly [name: string, find: string, replace: string]

const of = (file: string, rows: readonly Row[]): Mutant[] =>
  rows.map(([name, find, replace]) => ({ name, file: `server/src/${file}`, find, replace }))

const writeRule = of('control/held-power.ts', [
  [
    'whoever touches a member need not hold what its teams have',
    'requireHoldsGrantsOf(author, principal, ...teams.map(({ id }) => id))',
    'requireHoldsGrantsOf(author, principal, ...teams.map(({ id }) => id).slice(0, 0))',
  ],
  [
    'whoever touches a member need hold only what its teams have',
    'requireHoldsGrantsOf(author, principal, ...teams.map(({ id }) => id))',
    'requireHoldsGrantsOf(author, ...teams.map(({ id }) => id))',
  ],
  [
    'what is missing is told and not refused',
    'if (missing.size > 0) throw',
    'if (missing.size < 0) throw',
  ],
  [
    'only the last grant counts',
    'for (const permission of await missingForGrant(author, grant)) missing.add(permission)',
    'missing.clear()\n    for (const permission of await missingForGrant(author, grant)) missing.add(permission)',
  ],
  [
    'what has expired has to be held',
    'if (grant.expiresAt !== null && grant.expiresAt <= author.now) return []',
    '',
  ],
  [
    'what expires some day need not be held',
    'grant.expiresAt !== null && grant.expiresAt <= author.now',
    'grant.expiresAt !== null',
  ],
  [
    'a grant on a resource is weighed on the account',
    `type === 'resource'\n      ?`,
    `type === 'resource' && author.now.getTime() < 0\n      ?`,
  ],
  [
    'what is granted is weighed inside the boundary',
    'return missingByGrant(author.facts, carriedBy(grant.role.permissions, object), target)',
    'return missingPermissions(author.facts, carriedBy(grant.role.permissions, object), target)',
  ],
  [
    'a grant is weighed as if it carried nothing beyond reading',
    'return missingByGrant(author.facts, carriedBy(grant.role.permissions, object), target)',
    `return missingByGrant(author.facts, carriedBy(grant.role.permissions, object), target).filter((p) => p.endsWith(':read'))`,
  ],
  [
    'a custom role on the account may be handed out past the boundary',
    `object.type === 'account' && role.builtIn`,
    `object.type === 'account'`,
  ],
  [
    'a built-in role on a kind may be handed out past the boundary',
    `object.type === 'account' && role.builtIn`,
    'role.builtIn',
  ],
])

const controlPlane = of('store/facts.ts', [
  ['who was a member once is one', 'isMember: membership !== undefined', 'isMember: true'],
  ['a membership in any account is one', `.where('membership.accountId', '=', accountUuid)\n`, ''],
  [
    'a virtual account acts outside its home',
    `where('virtualAccount.accountId', '=', accountUuid),`,
    `where('virtualAccount.id', 'is not', null),`,
  ],
  [
    'what is shared to any account is shared',
    `.where('share.toAccountId', '=', accountUuid)\n`,
    '',
  ],
  [
    'what an account shares of root’s is shared',
    `.where('share.rootAccountId', '=', rootUuid)
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
`,
    '',
  ],
  ['a team of any account counts', `.where('team.accountId', '=', accountUuid)\n`, ''],
  ['a grant of any account counts', `.where('grant.accountId', '=', accountUuid)\n`, ''],
  ['a role of any account counts', `.where('role.accountId', 'in', [accountUuid, rootUuid])\n`, ''],
  [
    'a grant to anybody is one to everybody',
    `where('grant.principalId', '=', principalUuid),`,
    `where('grant.principalId', 'is not', null),`,
  ],
  [
    'an expired grant counts',
    `where('grant.expiresAt', 'is', null), where('grant.expiresAt', '>', now)`,
    `where('grant.expiresAt', 'is', null), where('grant.expiresAt', 'is not', null)`,
  ],
  [
    'only what has no end counts',
    `where('grant.expiresAt', 'is', null), where('grant.expiresAt', '>', now)`,
    `where('grant.expiresAt', 'is', null)`,
  ],
  [
    'a suspended team carries its grants',
    'held: united(grants.filter((grant) => !isIdle(grant))),',
    'held: united(grants),',
  ],
  [
    'a grant on a kind is one on the account',
    `if (type === 'account') return 'account'`,
    `if (type !== 'resource') return 'account'`,
  ],
  [
    'the account’s own boundary is everything',
    'boundary: account.boundary',
    'boundary: permissionSet(allPermissionNames)',
  ],
  ['a token is not narrowed', 'scopes: token.scopes }', 'scopes: null }'],
  ['a token acts anywhere', 'accountId: token.accountId, state', 'accountId: account.id, state'],
])

export const serverMutants: readonly Mutant[] = [...writeRule, ...controlPlane]
