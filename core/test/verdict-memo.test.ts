import { describe, expect, it, vi } from 'vitest'
import {
  type AccessFacts,
  type AccountId,
  accountTarget,
  allPermissions,
  newSerial,
  noPermissions,
  type PrincipalId,
  permissionBit,
  permissions,
  type TenantId,
  VerdictMemo,
} from '../src/index.ts'

const tenantId = 'tnt_a' as TenantId
const id = 'acct_a' as AccountId
const account = { id, tenantId, rootAccountId: id, state: 'active' as const }
const target = () => ({ ...accountTarget(account), serial: newSerial() })

/** Whoever looks at the boundary decides anew. */
function factsThatCount(everywhere = allPermissions) {
  const looked = vi.fn(() => allPermissions)
  const facts: AccessFacts = {
    tenant: { id: tenantId, state: 'active' },
    account: Object.defineProperty({ ...account, boundary: allPermissions }, 'boundary', {
      get: looked,
    }),
    principal: { id: 'user_a' as PrincipalId, tenantId, state: 'active', isMember: true },
    held: { everywhere, on: new Map() },
    heldByInactiveTeams: { everywhere: noPermissions, on: new Map() },
    shares: new Map(),
    token: null,
    serial: newSerial(),
  }
  return { facts, looked }
}

describe('verdicts that are kept', () => {
  it('are given again without deciding anew', () => {
    const { facts, looked } = factsThatCount()
    const [memo, at] = [new VerdictMemo(4), target()]
    const ask = () => memo.decide(facts, permissionBit('account:read'), at)
    expect([ask(), ask(), ask()]).toEqual(['allowed', 'allowed', 'allowed'])
    expect(looked).toHaveBeenCalledTimes(1)
  })

  it('are none of another permission, of another target or of other facts', () => {
    const memo = new VerdictMemo(10)
    const at = target()
    const [may, mayNot] = [factsThatCount().facts, factsThatCount(noPermissions).facts]
    for (const permission of permissions) {
      const bit = permissionBit(permission)
      expect(memo.decide(may, bit, at)).toBe('allowed')
      expect(memo.decide(mayNot, bit, at)).toBe('no_grant')
      expect(memo.decide(may, bit, { ...target(), tenantId: 'tnt_b' as TenantId })).toBe(
        'other_tenant',
      )
    }
  })

  it('are none where facts or target may change', () => {
    const { facts, looked } = factsThatCount()
    const memo = new VerdictMemo(4)
    const bit = permissionBit('account:read')
    const { serial: _, ...changing } = target()
    for (const _ of [1, 2]) memo.decide(facts, bit, changing)
    expect(looked).toHaveBeenCalledTimes(2)
  })

  it('take each permission for another', () => {
    const keys = permissions.map((one) => {
      const { index, mask } = permissionBit(one)
      return index * 256 + mask
    })
    expect(new Set(keys).size).toBe(permissions.length)
    expect(Math.max(...keys)).toBeLessThan(8_192)
  })
})
