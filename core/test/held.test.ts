import { describe, expect, it } from 'vitest'
import { permissionSet, type ResourceId, union, uniteGrants } from '../src/index.ts'

const read = permissionSet(['model:read'])
const use = permissionSet(['model:use'])
const object = 'm' as ResourceId

describe('several grants', () => {
  it('on one object add up', () => {
    const held = uniteGrants([
      { object, permissions: read },
      { object: 'account', permissions: read },
      { object, permissions: use },
    ])
    expect(held.on.get(object)).toEqual(union(read, use))
    expect(held.on.size).toBe(1)
    expect(held.everywhere).toEqual(read)
  })

  it('on a kind give what their role says of just that kind', () => {
    const role = permissionSet(['model:read', 'prompt:read'])
    const held = uniteGrants([
      { object: 'kind:model', permissions: role },
      { object: 'kind:cluster', permissions: role },
    ])
    expect(held.everywhere).toEqual(read)
    expect(held.on.size).toBe(0)
  })
})
