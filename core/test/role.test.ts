import { describe, expect, it, test } from 'vitest'
import {
  allPermissions,
  builtInRoleNames,
  builtInRoles,
  has,
  isBuiltInRoleName,
  isResourceKind,
  isSubset,
  listPermissions,
  permissionBit,
  resourceKinds,
} from '../src/index.ts'

const { viewer, user, editor, admin } = builtInRoles

describe('the built-in roles', () => {
  it('are each inside the next', () => {
    expect(isSubset(viewer, user)).toBe(true)
    expect(isSubset(user, editor)).toBe(true)
    expect(isSubset(editor, admin)).toBe(true)
    expect(admin).toEqual(allPermissions)
  })

  it('let a viewer read everything and do nothing else', () => {
    expect(listPermissions(viewer).every((p) => p.endsWith(':read'))).toBe(true)
    expect(listPermissions(viewer)).toEqual(
      listPermissions(allPermissions).filter((p) => p.endsWith(':read')),
    )
  })

  it('keep a secret’s value from a viewer: revealing it is use', () => {
    expect(has(viewer, permissionBit('secret:read'))).toBe(true)
    expect(has(viewer, permissionBit('secret:use'))).toBe(false)
  })

  it('add to a user the use of resources, and no account noun', () => {
    const more = listPermissions(user).filter((p) => !p.endsWith(':read'))
    expect(more).toEqual(resourceKinds.map(({ kind }) => `${kind}:use`))
  })

  it('let an editor change resources, and neither people nor access', () => {
    const changes = listPermissions(editor).filter((p) => !p.endsWith(':read'))
    expect(changes.every((p) => isResourceKind(p.split(':')[0]!))).toBe(true)
    expect(changes.some((p) => p.endsWith(':manage'))).toBe(false)
    expect(changes).toContain('model:delete')
  })
})

test.each(builtInRoleNames)('%s is known by its name', (name) => {
  expect(isBuiltInRoleName(name)).toBe(true)
})

test.each(['Admin', 'ADMIN', 'admin ', 'root', '', 'toString'])(
  '%j is no built-in role',
  (name) => {
    expect(isBuiltInRoleName(name)).toBe(false)
  },
)
