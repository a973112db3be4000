import { uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, startAcme, user, virtualAccount } from './support/acme.ts'
import { type As, refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme()
})
afterAll(() => acme.close())

const check = (as: As, permission = 'team:read', address?: string) =>
  acme.research('access.check', { as, body: { permission }, ...(address ? { address } : {}) })
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe('a token of a virtual account', () => {
  it('shows its secret once, and is a token of the right form', async () => {
    const { as, token } = await acme.program('once')
    expect(token.secret).toMatch(/^ch_va_[0-9A-Za-z]{71}$/)
    await check(as)
    const params = { 'virtual-account': 'once', token: 'main' }
    // The use is noted beside the request, so it may come a moment after its answer.
    const lastUse = async () => (await acme.research('token.get', { params })).lastUsedAt
    await expect.poll(lastUse).not.toBeNull()
    const read = await acme.research('token.get', { params })
    expect(read).not.toHaveProperty('secret')
    expect(read).toMatchObject({ kind: 'token', state: 'active', secrets: 1, scopes: null })
    const { items } = await acme.research('token.list', { params: { 'virtual-account': 'once' } })
    expect(items).toEqual([read])
  })

  it('has its secret nowhere: not in the audit log, not in its own rows', async () => {
    const { token } = await acme.program('silent')
    const { database } = acme.control.services
    const kept = await database.withTenant(acme.tenant.id, async (tx) => [
      await tx.selectFrom('token').selectAll().execute(),
      await tx.selectFrom('credential').selectAll().execute(),
      await tx.selectFrom('auditEvent').selectAll().execute(),
    ])
    const text = JSON.stringify(kept, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(text).toContain(token.id)
    const secretPart = token.secret.slice('ch_va_'.length + 22)
    expect(text).not.toContain(secretPart)
    expect(text).not.toContain(JSON.stringify([...Buffer.from(token.secret)]).slice(1, -1))
  })

  it('acts in the account that it is bound to, and in no other', async () => {
    const { as } = await acme.program('bound')
    expect(
      await refusalOf(acme.root('access.check', { as, body: { permission: 'team:read' } })),
    ).toBe('not_found')
  })

  it('is narrowed by its scopes, and by none of them when there are none', async () => {
    const scopes = ['team:read']
    const { as } = await acme.program('narrow', { scopes })
    await acme.research('grant.create', { body: grantTo(virtualAccount('narrow'), 'editor') })
    expect(await check(as)).toMatchObject({ verdict: 'allowed' })
    expect(await check(as, 'role:read')).toMatchObject({ verdict: 'outside_token_scopes' })
    const { secret } = await acme.research('token.create', {
      params: { 'virtual-account': 'narrow' },
      body: { name: 'nothing', scopes: [] },
    })
    expect(await check({ token: secret })).toMatchObject({ verdict: 'outside_token_scopes' })
  })

  it('works from the addresses that it names, whichever way they are written', async () => {
    const ipAllowlist = ['203.0.113.7', '2001:db8::/32', '::ffff:10.0.0.0/104']
    const { as, token } = await acme.program('homely', { ipAllowlist })
    expect(token.ipAllowlist).toEqual(['203.0.113.7/32', '2001:db8::/32', '10.0.0.0/8'])
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1', '10.1.2.3']) {
      await check(as, 'team:read', address)
    }
    for (const address of ['203.0.113.8', '2001:db9::1', '11.0.0.1', '::1']) {
      expect(await refusalOf(check(as, 'team:read', address))).toBe('not_allowed')
    }
  })

  it.each([
    ['host bits', { ipAllowlist: ['10.0.0.1/8'] }, '/ipAllowlist/0', '10.0.0.0/8'],
    ['a time that has passed', { expiresAt: inMinutes(-1) }, '/expiresAt', 'future'],
  ])('is refused with %s, saying how it should be', async (_, body, pointer, words) => {
    await acme.research('virtual-account.create', { body: { name: `wrong-${pointer.length}` } })
    const refusal = await refused(
      acme.research('token.create', {
        params: { 'virtual-account': `wrong-${pointer.length}` },
        body: { name: 'main', ...body },
      }),
    )
    expect(refusal.code).toBe('invalid_input')
    expect(refusal.errors[0].pointer).toBe(pointer)
    expect(refusal.detail).toContain(words)
  })

  it('is refused as malformed with a scope that is no permission', async () => {
    await acme.research('virtual-account.create', { body: { name: 'wild' } })
    const params = { 'virtual-account': 'wild' }
    const body = { name: 'main', scopes: ['model:*'] }
    expect(await refusalOf(acme.research('token.create', { params, body }))).toBe('invalid_input')
  })
})

describe('a token that has expired', () => {
  it('works no more, says why, and is not rotated into life', async () => {
    const { as, token } = await acme.program('late', { expiresAt: inMinutes(5) })
    await check(as)
    await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
      tx
        .updateTable('token')
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where('id', '=', uuidOf(token.id))
        .execute(),
    )
    expect(await refusalOf(check(as))).toBe('credential_expired')
    const params = { 'virtual-account': 'late', token: 'main' }
    const read = await acme.research('token.get', { params })
    expect(read).toMatchObject({ state: 'expired', secrets: 0 })
    const rotate = acme.research('token.rotate', { params, body: {} })
    expect(await refusalOf(rotate)).toBe('refused_by_rule')
    await acme.research('token.update', { params, body: { expiresAt: inMinutes(5) } })
    await check(as)
  })
})

describe('rotating a token', () => {
  const rotate = (name: string, overlapSeconds: number) =>
    acme.research('token.rotate', {
      params: { 'virtual-account': name, token: 'main' },
      body: { overlapSeconds },
    })

  it('without overlap ends the old secret at once', async () => {
    const { as } = await acme.program('sudden')
    const { secret } = await rotate('sudden', 0)
    await check({ token: secret })
    expect(await refusalOf(check(as))).toBe('not_signed_in')
  })

  it('with overlap leaves both working, and a third time only the last two', async () => {
    const { as } = await acme.program('gentle')
    const second = await rotate('gentle', 3_600)
    expect(second.secrets).toBe(2)
    await check(as)
    await check({ token: second.secret })
    const third = await rotate('gentle', 3_600)
    expect(third.secrets).toBe(2)
    expect(await refusalOf(check(as))).toBe('not_signed_in')
    await check({ token: second.secret })
    await check({ token: third.secret })
  })

  it('keeps the token itself: its id, name and scopes', async () => {
    const { token } = await acme.program('steady', { scopes: ['model:use'] })
    const rotated = await rotate('steady', 0)
    expect(rotated).toMatchObject({ id: token.id, name: 'main', scopes: ['model:use'] })
    expect(rotated.secret).not.toBe(token.secret)
  })
})

describe('deleting a token', () => {
  it('ends it with the next request, and a second time it is not there', async () => {
    const { as } = await acme.program('brief')
    const params = { 'virtual-account': 'brief', token: 'main' }
    await acme.research('token.delete', { params })
    expect(await refusalOf(check(as))).toBe('not_signed_in')
    expect(await refusalOf(acme.research('token.delete', { params }))).toBe('not_found')
  })
})

describe('who may get hold of a virtual account’s tokens', () => {
  it('is whoever holds all that it may do, and nobody less (A13, A41, A47)', async () => {
    await acme.program('powerful')
    await acme.research('grant.create', { body: grantTo(virtualAccount('powerful'), 'admin') })
    const permissions = ['token:create', 'token:update', 'token:delete', 'token:read']
    await acme.research('role.create', { body: { name: 'token-keeper', permissions } })
    const as = await acme.person('research', 'tokens@acme.example')
    await acme.research('grant.create', {
      body: grantTo(user('tokens@acme.example'), 'token-keeper'),
    })
    const own = { 'virtual-account': 'powerful' }
    const one = { ...own, token: 'main' }
    const attempts = [
      () => acme.research('token.create', { as, params: own, body: { name: 'mine' } }),
      () => acme.research('token.rotate', { as, params: one, body: {} }),
      () => acme.research('token.update', { as, params: one, body: { expiresAt: null } }),
    ]
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).toBe('hands_out_more_than_held')
    }
    // Revoking what has leaked waits for nobody.
    await acme.research('token.delete', { as, params: one })
  })

  it('is asked of a narrowed token as of a person: what it lacks, it can’t reach', async () => {
    await acme.program('target')
    await acme.research('grant.create', { body: grantTo(virtualAccount('target'), 'user') })
    const scopes = ['token:create', 'token:update', 'model:read', 'model:use']
    const { secret } = await acme.research('personal-access-token.create', {
      body: { name: 'provisioning', scopes },
    })
    const create = acme.research('token.create', {
      as: { token: secret },
      params: { 'virtual-account': 'target' },
      body: { name: 'more', scopes: ['model:use'] },
    })
    const refusal = await refused(create)
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toContain('prompt:read')
  })

  it('is no narrowed token of the virtual account itself: it begets only weaker ones (A47)', async () => {
    const scopes = ['token:create', 'model:use']
    const { as } = await acme.program('selfish', { scopes })
    await acme.research('grant.create', { body: grantTo(virtualAccount('selfish'), 'admin') })
    const create = (body: object) =>
      acme.research('token.create', {
        as,
        params: { 'virtual-account': 'selfish' },
        body: { name: 'child', ...body },
      })
    expect(await refusalOf(create({}))).toBe('hands_out_more_than_held')
    expect(await refusalOf(create({ scopes: ['model:read'] }))).toBe('hands_out_more_than_held')
    expect((await create({ scopes: ['model:use'] })).scopes).toEqual(['model:use'])
  })
})
