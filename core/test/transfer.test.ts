import { describe, expect, it } from 'vitest'
import { kindsWithin, resourceKinds } from '../src/kinds/index.ts'
import { has, listPermissions, permissionBit } from '../src/permission.ts'
import { carriedByTransfer, isTransferable, mayKeepSecret } from '../src/transfer.ts'

const kindsOf = (test: (kind: (typeof resourceKinds)[number]['kind']) => boolean) =>
  resourceKinds.map(({ kind }) => kind).filter(test)

describe('what can be transferred', () => {
  it('is what stands by itself, and a workspace, which may stand in root’s cluster', () => {
    expect(kindsOf(isTransferable)).toEqual([
      'cluster',
      'workspace',
      'provider-account',
      'virtual-model',
      'prompt',
      'secret-group',
    ])
  })

  it('keeps a secret where a vendor’s key or a value is stored', () => {
    expect(kindsOf(mayKeepSecret)).toEqual(['provider-account', 'secret-group', 'secret'])
  })
})

describe('what a transfer hands out', () => {
  it('is all that can be done with the object and with what is in it, and nothing else', () => {
    for (const { kind } of resourceKinds) {
      const within: readonly string[] = kindsWithin(kind)
      const carried = listPermissions(carriedByTransfer(kind, true))
      expect(new Set(carried.map((permission) => permission.split(':')[0]))).toEqual(
        new Set(within),
      )
      expect(carried).toContain(`${kind}:manage`)
      expect(carried).toContain(`${kind}:delete`)
    }
  })

  it('is not the use of secrets when those stay behind', () => {
    const use = permissionBit('secret:use')
    expect(has(carriedByTransfer('secret-group', true), use)).toBe(true)
    expect(has(carriedByTransfer('secret-group', false), use)).toBe(false)
    expect(has(carriedByTransfer('provider-account', false), permissionBit('model:use'))).toBe(
      false,
    )
    expect(carriedByTransfer('prompt', false)).toEqual(carriedByTransfer('prompt', true))
  })
})
