import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, startAcme } from './support/acme.ts'
import { type As, refusalOf, refused } from './support/control.ts'

let acme: Acme
let number = 0
beforeAll(async () => {
  acme = await startAcme()
})
afterAll(() => acme.close())

const create = (body: object, as?: As) =>
  acme.research('personal-access-token.create', {
    ...(as ? { as } : {}),
    body: { name: `token-${++number}`, ...body },
  })
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('a personal access token', () => {
  it('is the caller’s own: made, listed, rotated and deleted by him', async () => {
    const made = await create({ displayName: 'Laptop' })
    expect(made.secret).toMatch(/^ch_pat_/)
    expect(made.kind).toBe('personal-access-token')
    const params = { token: made.id }
    const { secret } = await acme.research('personal-access-token.rotate', { params, body: {} })
    await acme.research('personal-access-token.list', { as: { token: secret } })
    await acme.research('personal-access-token.delete', { params })
    expect(await refusalOf(acme.research('personal-access-token.get', { params }))).toBe(
      'not_found',
    )
  })

  it('of somebody else does not exist, not even for an admin (A37)', async () => {
    const as = await acme.person('research', 'vic@acme.example', 'viewer')
    const made = await create({}, as)
    const missing = made.id.replace(/.{4}$/, '0000')
    for (const operation of ['get', 'delete', 'update', 'rotate']) {
      const ask = (token: string) =>
        refused(
          acme.research(`personal-access-token.${operation}`, {
            params: { token },
            ...(operation === 'update' || operation === 'rotate' ? { body: {} } : {}),
          }),
        )
      expect((await ask(made.id)).detail).toBe((await ask(missing)).detail)
      expect((await ask(made.id)).code).toBe('not_found')
    }
    const { items } = await acme.research('personal-access-token.list')
    expect(items.map((token: { id: string }) => token.id)).not.toContain(made.id)
  })

  it('is never made for another: a body can’t say for whom (A35, A37)', async () => {
    expect(await refusalOf(create({ principal: 'user_01h455vb4pex5vsknk084sn02q' }))).toBe(
      'invalid_input',
    )
  })

  it('is for people: a virtual account doesn’t reach its own tokens this way', async () => {
    const { as } = await acme.program('machine')
    expect(await refusalOf(create({}, as))).toBe('not_allowed')
    expect(await refusalOf(acme.research('personal-access-token.list', { as }))).toBe('not_allowed')
    const rotate = acme.research('personal-access-token.rotate', {
      as,
      params: { token: 'main' },
      body: {},
    })
    expect(await refusalOf(rotate)).toBe('not_allowed')
  })
})

describe('a credential begets only weaker ones (A47, A49)', () => {
  const change = (as: As, token: string, body: object) =>
    acme.research('personal-access-token.update', { as, params: { token }, body })

  it('makes none with other scopes than its own, or without any', async () => {
    const { secret } = await create({ scopes: ['model:read', 'model:use'] })
    const as = { token: secret }
    expect((await create({ scopes: ['model:read'] }, as)).scopes).toEqual(['model:read'])
    const refusal = await refused(create({ scopes: ['model:read', 'team:read'] }, as))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toEqual(['team:read'])
    expect(await refusalOf(create({}, as))).toBe('hands_out_more_than_held')
    expect(await refusalOf(create({ scopes: null }, as))).toBe('hands_out_more_than_held')
  })

  it('makes none that lasts longer, or comes from elsewhere', async () => {
    const expiresAt = inDays(10)
    const as = { token: (await create({ expiresAt, ipAllowlist: ['127.0.0.0/8'] })).secret }
    const inside = { ipAllowlist: ['127.0.0.1'], expiresAt: inDays(9) }
    await create(inside, as)
    expect(await refusalOf(create({ ...inside, expiresAt: inDays(11) }, as))).toBe(
      'refused_by_rule',
    )
    expect(await refusalOf(create({ ipAllowlist: ['127.0.0.1'] }, as))).toBe('refused_by_rule')
    const elsewhere = { ...inside, ipAllowlist: ['127.0.0.1', '10.0.0.0/8'] }
    expect(await refusalOf(create(elsewhere, as))).toBe('refused_by_rule')
    expect(await refusalOf(create({ expiresAt: inDays(9) }, as))).toBe('refused_by_rule')
  })

  it('does not widen or prolong itself, and may narrow and rotate itself', async () => {
    const made = await create({ scopes: ['model:read', 'model:use'], expiresAt: inDays(10) })
    const as = { token: made.secret }
    expect(await refusalOf(change(as, made.id, { scopes: null }))).toBe('hands_out_more_than_held')
    const wider = { scopes: ['model:use', 'team:read'] }
    expect(await refusalOf(change(as, made.id, wider))).toBe('hands_out_more_than_held')
    expect(await refusalOf(change(as, made.id, { expiresAt: inDays(20) }))).toBe('refused_by_rule')
    expect(await refusalOf(change(as, made.id, { expiresAt: null }))).toBe('refused_by_rule')
    await change(as, made.id, { scopes: ['model:use'], expiresAt: inDays(5) })
    const params = { token: made.id }
    const rotated = await acme.research('personal-access-token.rotate', { as, params, body: {} })
    expect(rotated.scopes).toEqual(['model:use'])
  })

  it('gets hold of no wider token of the same person, and takes none away', async () => {
    const wide = await create({})
    const as = { token: (await create({ scopes: ['model:use'] })).secret }
    const params = { token: wide.id }
    const attempts = [
      () => acme.research('personal-access-token.rotate', { as, params, body: {} }),
      () => acme.research('personal-access-token.delete', { as, params }),
      () => change(as, wide.id, { scopes: ['model:use'] }),
    ]
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).toBe('hands_out_more_than_held')
    }
  })

  it('may always end itself', async () => {
    const made = await create({ scopes: [] })
    const as = { token: made.secret }
    await acme.research('personal-access-token.delete', { as, params: { token: made.id } })
    expect(await refusalOf(acme.research('personal-access-token.list', { as }))).toBe(
      'not_signed_in',
    )
  })
})

describe('leaving the account', () => {
  it('ends the tokens that are bound to it, and coming back does not revive them (A55)', async () => {
    const as = await acme.person('research', 'gone@acme.example', 'viewer')
    const { secret } = await create({}, as)
    await acme.root('user.invite', { body: { email: 'gone@acme.example' } })
    await acme.research('user.remove', { params: { user: 'gone@acme.example' } })
    const ask = () => acme.research('personal-access-token.list', { as: { token: secret } })
    expect(await refusalOf(ask())).toBe('not_signed_in')
    await acme.research('user.invite', { body: { email: 'gone@acme.example', role: 'viewer' } })
    expect(await refusalOf(ask())).toBe('not_signed_in')
  })
})
