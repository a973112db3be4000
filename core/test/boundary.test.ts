import { describe, expect, it, test } from 'vitest'
import {
  allPermissions,
  boundaryPresets,
  has,
  isBoundaryPreset,
  isSubset,
  lostByLowering,
  type Permission,
  permissionBit,
  permissionSet,
} from '../src/index.ts'

const allows = (preset: keyof typeof boundaryPresets, permission: Permission) =>
  has(boundaryPresets[preset], permissionBit(permission))

describe('the presets', () => {
  it('narrow from everything to models only', () => {
    expect(boundaryPresets.everything).toEqual(allPermissions)
    expect(isSubset(boundaryPresets['models-only'], boundaryPresets.standard)).toBe(true)
  })

  test.each(['standard', 'models-only'] as const)(
    '%s leaves to the tenant what is the tenant’s',
    (preset) => {
      const tenants: Permission[] = [
        'share:create',
        'share:delete',
        'price:create',
        'account:create',
        'account:delete',
        'model:create',
        'provider-account:create',
      ]
      expect(tenants.filter((permission) => allows(preset, permission))).toEqual([])
    },
  )

  test.each(['standard', 'models-only'] as const)(
    '%s lets the account run its own household',
    (preset) => {
      const own: Permission[] = [
        'user:create',
        'team:update',
        'virtual-account:create',
        'token:create',
        'role:create',
        'grant:create',
        'grant:delete',
        'budget:create',
        'usage:read',
        'share:read',
      ]
      expect(own.filter((permission) => !allows(preset, permission))).toEqual([])
    },
  )

  it('let an account of models only call them, and run no workspace', () => {
    expect(allows('models-only', 'model:use')).toBe(true)
    expect(allows('models-only', 'workspace:read')).toBe(false)
    expect(allows('models-only', 'secret:read')).toBe(false)
  })

  it('let a standard account make workspaces and no clusters', () => {
    expect(allows('standard', 'workspace:create')).toBe(true)
    expect(allows('standard', 'cluster:create')).toBe(false)
  })

  it('are known by name, and nothing inherited is', () => {
    expect(isBoundaryPreset('standard')).toBe(true)
    expect(isBoundaryPreset('toString')).toBe(false)
  })
})

describe('lowering a boundary', () => {
  it('tells what is lost', () => {
    const before = permissionSet(['model:read', 'model:use', 'team:read'])
    const after = permissionSet(['model:read', 'prompt:read'])
    expect(lostByLowering(before, after).toSorted()).toEqual(['model:use', 'team:read'])
    expect(lostByLowering(after, after)).toEqual([])
  })
})
