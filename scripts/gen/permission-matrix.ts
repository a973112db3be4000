/**
 * docs/permission-matrix.md: what each built-in role may do with each kind of object, in a form
 * that somebody who does not program can read and object to. A change of the rules shows up in it.
 */
import {
  accountNouns,
  actions,
  type BuiltInRoleName,
  builtInRoleDescriptions,
  builtInRoleNames,
  builtInRoles,
  isPermission,
  kindsWithin,
  listPermissions,
  type ResourceKind,
  type ResourceKindDefinition,
  resourceKinds,
} from '@commonhold/core'
import type { GeneratedFile } from './generated-file.ts'

const permitted = Object.fromEntries(
  builtInRoleNames.map((role) => [role, new Set<string>(listPermissions(builtInRoles[role]))]),
) as Record<BuiltInRoleName, Set<string>>

/** A dot where the kind has no such action at all: it is neither allowed nor refused. */
function row(role: BuiltInRoleName, kind: string): string {
  const cells = actions.map((action) => {
    const permission = `${kind}:${action}`
    return !isPermission(permission) ? '·' : permitted[role].has(permission) ? 'yes' : '–'
  })
  return `| ${kind} | ${cells.join(' | ')} |`
}

const columns = `| kind | ${actions.join(' | ')} |\n|---|${actions.map(() => ':-:').join('|')}|`

function section(role: BuiltInRoleName): string {
  const table = (kinds: readonly string[]) =>
    [columns, ...kinds.map((kind) => row(role, kind))].join('\n')
  return `## ${role}

${builtInRoleDescriptions[role]}

Resources:

${table(resourceKinds.map((k) => k.kind))}

The account itself, and who and what is in it:

${table(Object.keys(accountNouns))}
`
}

const definitions: readonly ResourceKindDefinition[] = resourceKinds

/** Where a role on a place reaches: a grant on a parent covers what lives in it. */
function places(): string {
  const rows = definitions.map(({ kind, parent, shareable }) => {
    const inside = kindsWithin(kind as ResourceKind).slice(1)
    const covers = inside.length === 0 ? 'itself' : `itself and every ${inside.join(', ')} in it`
    return `| one ${kind} | ${covers} | ${parent ?? 'the account'} | ${shareable ? 'yes' : 'no'} |`
  })
  return [
    '| a grant on | covers | lives in | root can share it |',
    '|---|---|---|---|',
    '| the account | everything in the account, and what is shared to it | – | – |',
    '| a kind | every object of the kind in the account | the account | – |',
    ...rows,
  ].join('\n')
}

export function permissionMatrixFile(): GeneratedFile {
  const text = `<!-- Generated from core/src/role.ts, permission.ts and kinds/ by \`npm run gen\`: don’t edit it. -->
# Permission matrix

What the built-in roles may do, by kind of object and action. **yes**: the role has the permission;
**–**: it has not; **·**: the kind has no such action.

A role is only one of the conditions. Wherever it is granted, it counts **in that account only**,
and what it allows is cut down to the account’s permission boundary, to the most that a share
allows (for what the tenant shares) and to the scopes of the token. Nothing here reaches into
another account, or into another tenant.

- *read* sees it, *use* spends or runs it (calls a model, reveals a secret), *create*, *update* and
  *delete* are what they say, *manage* hands out access to it.
- Nobody hands out, or takes away, what they do not hold themselves.

## Places

${places()}

An **admin of the account** has the role admin on the account. A **tenant admin** is an admin of the
root account: manages accounts as objects, and has no access to what another account owns.

${builtInRoleNames.map(section).join('\n')}`
  return { path: 'docs/permission-matrix.md', text }
}
