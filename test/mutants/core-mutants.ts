/**
 * Mutants of the rule and of the write rule, as far as they are pure. Each leaves out or turns round
 * one thing that 1-domain.md says. Changes that change nothing are not listed.
 */
import type { Mutant } from './mutant.ts'

type Row = readonly [name: string, find: string, replace: string]

const of = (file: string, rows: readonly Row[]): Mutant[] =>
  rows.map(([name, find, replace]) => ({ name, file: `core/src/${file}`, find, replace }))

const decide = of('access.ts', [
  ['a principal of another tenant acts', 'principal.tenantId !== tenant.id ||', ''],
  ['an account of another tenant is acted in', 'account.tenantId !== tenant.id ||', ''],
  ['a thing of another tenant is reached', '\n    target.tenantId !== tenant.id\n', ' false'],
  ['a suspended tenant acts', `if (!isActive(tenant)) return 'tenant_not_active'`, ''],
  ['a suspended account acts', `if (!isActive(account)) return 'account_not_active'`, ''],
  ['a deactivated principal acts', `if (!isActive(principal)) return 'principal_not_active'`, ''],
  ['a deleted token acts', `token !== null && !isActive(token)`, 'false'],
  [
    'the tenant’s state is asked after the account’s',
    `if (!isActive(tenant)) return 'tenant_not_active'
  if (!isActive(account)) return 'account_not_active'`,
    `if (!isActive(account)) return 'account_not_active'
  if (!isActive(tenant)) return 'tenant_not_active'`,
  ],
  [
    'an inactive team is not named in a refusal',
    `if (granted === 'team_not_active') return granted`,
    '',
  ],
  ['who is no member acts', `if (!principal.isMember) return 'not_a_member'`, ''],
  ['a token acts outside its account', 'token.accountId !== account.id) return', 'false) return'],
  ['what was never shared is reached', `if (!isEligible(facts, target)) return 'not_eligible'`, ''],
  ['nothing has to be granted', `if (granted !== 'granted') return 'no_grant'`, ''],
  [
    'the boundary is forgotten',
    `if (!has(account.boundary, permission)) return 'outside_boundary'`,
    '',
  ],
  [
    'the boundary is asked before the grant',
    `if (granted !== 'granted') return 'no_grant'
  if (!has(account.boundary, permission)) return 'outside_boundary'`,
    `if (!has(account.boundary, permission)) return 'outside_boundary'
  if (granted !== 'granted') return 'no_grant'`,
  ],
  [
    'the share’s maximum is forgotten',
    'target.ownerId !== account.id && !shareAllows(facts, permission, target)',
    'false',
  ],
  [
    'the share’s maximum cuts what is one’s own',
    'target.ownerId !== account.id && !shareAllows',
    '!shareAllows',
  ],
  [
    'scopes are forgotten',
    'token !== null && token.scopes !== null && !has(token.scopes, permission)',
    'false',
  ],
  [
    'scopes are a list of what is not allowed',
    '!has(token.scopes, permission)) {',
    'has(token.scopes, permission)) {',
  ],
  [
    'an error while deciding is a yes',
    `return 'error_while_deciding'
  }`,
    `return 'allowed'
  }`,
  ],
  [
    'what any account shares is eligible',
    'if (target.ownerId !== facts.account.rootAccountId) return false',
    '',
  ],
  [
    'all of root’s is eligible',
    'return target.path.some((resource) => facts.shares.has(resource))',
    'return true',
  ],
  [
    'each ancestor has to be shared',
    'target.path.some((resource) => facts.shares.has(resource))',
    'target.path.every((resource) => facts.shares.has(resource))',
  ],
  [
    'only what is itself shared is eligible',
    'target.path.some((resource) => facts.shares.has(resource))',
    'facts.shares.has(target.path[0]!)',
  ],
  ['an inactive team carries its grants', `? 'team_not_active' : 'none'`, `? 'granted' : 'none'`],
  [
    'any share allows everything',
    'return most !== undefined && has(most, permission)',
    'return most !== undefined',
  ],
  [
    'the share that is nearest decides alone',
    `return target.path.some((resource) => {
    const most`,
    `return target.path.slice(0, 1).some((resource) => {
    const most`,
  ],
])

const held = of('held.ts', [
  [
    'a grant on a kind gives the whole role',
    'union(everywhere, restrictedTo(permissions, [kindOf(object)]))',
    'union(everywhere, permissions)',
  ],
  [
    'the last grant on the account wins',
    `if (object === 'account') everywhere = union(everywhere, permissions)`,
    `if (object === 'account') everywhere = permissions`,
  ],
  [
    'the last grant on a resource wins',
    'before ? union(before, permissions) : permissions',
    'permissions',
  ],
  [
    'the first grant on a resource wins',
    'before ? union(before, permissions) : permissions',
    'before ?? permissions',
  ],
  [
    'a grant on a resource is one on the account',
    'on.set(object, before ? union(before, permissions) : permissions)',
    'everywhere = union(everywhere, permissions, before ?? permissions)',
  ],
  [
    'a grant on the account does not count on what is in it',
    'if (has(held.everywhere, permission)) return true',
    'if (path.length === 0 && has(held.everywhere, permission)) return true',
  ],
  [
    'a grant on what a resource is in does not count',
    'for (const resource of path) {',
    'for (const resource of path.slice(0, 1)) {',
  ],
  [
    'a grant on a resource counts only within it',
    'for (const resource of path) {',
    'for (const resource of path.slice(1)) {',
  ],
  [
    'whatever is granted on a resource, everything is',
    'onResource !== undefined && has(onResource, permission)',
    'onResource !== undefined',
  ],
])

const power = of('power.ts', [
  ['who does not act has power', '!acts(facts) || target.tenantId', 'target.tenantId'],
  ['power reaches into another tenant', 'target.tenantId !== tenant.id ||', ''],
  ['power on what is not eligible', ' || !isEligible(facts, target)', ''],
  ['power past boundary and scopes', 'intersection(granted, ceilingOf(facts))', 'granted'],
  [
    'power past the share’s maximum',
    'const shared = isOwn ? allPermissions : united',
    'const shared = isOwn || !isOwn ? allPermissions : united',
  ],
  [
    'power is by the account’s grants alone',
    'united(held.everywhere, held.on, target)',
    'held.everywhere',
  ],
  [
    'a ceiling without scopes',
    'token?.scopes ? intersection(account.boundary, token.scopes) : account.boundary',
    'account.boundary',
  ],
  ['a ceiling of the scopes alone', 'intersection(account.boundary, token.scopes)', 'token.scopes'],
  ['lists for whoever is no member', 'principal.isMember &&', ''],
  ['lists for a token of another account', 'token.accountId === account.id', 'true'],
  ['lists for whoever is not active', '.every(isActive) &&', '.some(isActive) &&'],
  ['lists for a principal of another tenant', 'principal.tenantId === tenant.id &&', ''],
  ['lists past boundary and scopes', ' || !has(ceilingOf(facts), bit)', ''],
])

const write = of('grant.ts', [
  [
    'a grant on a resource carries the whole role',
    'return restrictedTo(role, object.type',
    'if (object.type === "resource") return role\n  return restrictedTo(role, object.type',
  ],
  [
    'a grant on a kind carries what is within',
    `object.type === 'kind' ? [object.kind] : kindsWithin(object.kind)`,
    'kindsWithin(object.kind)',
  ],
  [
    'a grant on a resource carries nothing for what is within',
    `object.type === 'kind' ? [object.kind] : kindsWithin(object.kind)`,
    '[object.kind]',
  ],
  [
    'a grant on the account carries resources alone',
    `if (object.type === 'account') return role`,
    `if (object.type === 'account') return restrictedTo(role, kindsWithin('cluster'))`,
  ],
  [
    'only what was never granted is missing',
    `decide(author, permissionBit(permission), target) !== 'allowed'`,
    `decide(author, permissionBit(permission), target) === 'no_grant'`,
  ],
  [
    'what the author holds is missing',
    `decide(author, permissionBit(permission), target) !== 'allowed'`,
    `decide(author, permissionBit(permission), target) === 'allowed'`,
  ],
  [
    'one permission that is held is enough',
    'return listPermissions(carried).filter(',
    'return listPermissions(carried).slice(0, 1).filter(',
  ],
  ['by grant, the boundary cuts', 'boundary: allPermissions', 'boundary: author.account.boundary'],
  [
    'by grant, the share’s maximum cuts',
    'shares: new Map([...author.shares.keys()].map((resource) => [resource, allPermissions])),',
    '',
  ],
  [
    'by grant, scopes are set aside',
    '...author,\n    account',
    '...author,\n    token: null,\n    account',
  ],
  [
    'by grant, membership is set aside',
    '...author,\n    account',
    '...author,\n    principal: { ...author.principal, isMember: true },\n    account',
  ],
])

const words = [
  ...of('tenancy.ts', [
    [
      'only what is suspended does not act',
      `return thing.state === 'active'`,
      `return thing.state !== 'suspended'`,
    ],
  ]),
  ...of('permission.ts', [
    ['two of the same take each other away', 'all | set[i]!', 'all ^ set[i]!'],
    [
      'what both have is what either has',
      'a.map((byte, i) => byte & b[i]!)',
      'a.map((byte, i) => byte | b[i]!)',
    ],
    ['one action stands for all of its kind', '(set[index]! & mask) !== 0', 'set[index] !== 0'],
    ['what does not concern the kind is kept', 'only.includes(kinds[i]!) ? byte : 0', 'byte'],
  ]),
  ...of('share.ts', [
    [
      'a share carries what its kind does not have',
      'return restrictedTo(builtInRoles[role], kindsWithin(kind))',
      'return builtInRoles[role]',
    ],
  ]),
]

export const coreMutants: readonly Mutant[] = [...decide, ...held, ...power, ...write, ...words]
