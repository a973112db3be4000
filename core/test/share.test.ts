import { describe, expect, it, test } from 'vitest'
import {
  foreignToKind,
  isSubset,
  listPermissions,
  permissionSet,
  resourceKinds,
  shareUpTo,
} from '../src/index.ts'

describe('a share up to a role', () => {
  it('holds what the role means on the kind and on what lives inside', () => {
    expect(listPermissions(shareUpTo('user', 'cluster'))).toEqual([
      'cluster:read',
      'cluster:use',
      'workspace:read',
      'workspace:use',
    ])
    expect(listPermissions(shareUpTo('viewer', 'model'))).toEqual(['model:read'])
  })

  test.each(resourceKinds.map(({ kind }) => kind))('of a %s grows with the role', (kind) => {
    expect(isSubset(shareUpTo('viewer', kind), shareUpTo('user', kind))).toBe(true)
    expect(isSubset(shareUpTo('user', kind), shareUpTo('editor', kind))).toBe(true)
    expect(isSubset(shareUpTo('editor', kind), shareUpTo('admin', kind))).toBe(true)
  })

  test.each(resourceKinds.map(({ kind }) => kind))(
    'of a %s never names what is foreign',
    (kind) => {
      expect(foreignToKind(listPermissions(shareUpTo('admin', kind)), kind)).toEqual([])
    },
  )
})

describe('permissions that mean nothing on a kind', () => {
  it('are named', () => {
    const list = ['model:use', 'team:create', 'prompt:read'] as const
    expect(foreignToKind(list, 'model')).toEqual(
      listPermissions(permissionSet(['team:create', 'prompt:read'])),
    )
  })

  it('are those of the parent as well: a share of a model says nothing of its provider account', () => {
    expect(foreignToKind(['provider-account:read'], 'model')).toEqual(['provider-account:read'])
    expect(foreignToKind(['model:use'], 'provider-account')).toEqual([])
  })
})
