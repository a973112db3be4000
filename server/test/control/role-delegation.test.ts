/**
 * Who edits a role hands out and takes away on everything that it is granted on: the write rule on the
 * path that reaches furthest, in other accounts as well (cases A31 to A51).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, resource, startAcme, user } from './support/acme.ts'
import { type As, type Read, refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme('everything')
})
afterAll(() => acme.close())

const rolesAnd = (...permissions: string[]) => [
  'role:read',
  'role:create',
  'role:update',
  ...permissions,
]

/** Somebody in root who may edit roles and holds these permissions there, and nothing else. */
async function editorInRoot(name: string, ...permissions: string[]): Promise<As> {
  await acme.root('role.create', { body: { name, permissions: rolesAnd(...permissions) } })
  return acme.person('root', `${name}@acme.example`, name)
}

/** A role of the tenant that somebody in research has, on the object. */
async function grantedInResearch(role: string, permissions: string[], object?: object) {
  await acme.root('role.create', { body: { name: role, permissions } })
  const email = `${role}-has@acme.example`
  const as = await acme.person('research', email)
  await acme.research('grant.create', { body: grantTo(user(email), role, object) })
  return { as, email }
}

const change = (role: string, permissions: string[], as: As, more: object = {}) =>
  acme.root('role.update', { as, params: { role }, body: { permissions }, ...more })

describe('a role of the tenant that is granted in another account', () => {
  it('is not raised there by who holds the addition in root alone (A33, A35)', async () => {
    const as = await editorInRoot('raiser', 'model:read', 'model:use')
    await grantedInResearch('reaches-out', ['model:read'])
    const refusal = await refused(change('reaches-out', ['model:read', 'model:use'], as))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toEqual(['model:use'])
    const dry = change('reaches-out', ['model:read', 'model:use'], as, {
      query: { dryRun: 'true' },
    })
    expect(await refusalOf(dry)).toBe('hands_out_more_than_held')
  })

  it('is not raised by who would gain by it himself: member there, editor in root (A47)', async () => {
    const as = await editorInRoot('climber', 'model:read', 'model:use')
    await grantedInResearch('ladder', ['model:read'])
    await acme.research('user.invite', { body: { email: 'climber@acme.example', role: 'ladder' } })
    expect(await refusalOf(change('ladder', ['model:read', 'model:use'], as))).toBe(
      'hands_out_more_than_held',
    )
  })

  it('is not lowered there by who does not hold what goes (A31)', async () => {
    const as = await editorInRoot('lowerer', 'model:read', 'model:use')
    await grantedInResearch('reached', ['model:read', 'model:use'])
    const refusal = await refused(change('reached', ['model:read'], as))
    expect(refusal.missingPermissions).toEqual(['model:use'])
  })

  it('is raised by who holds it there too, on each object of each grant (A9, A13)', async () => {
    const as = await editorInRoot('both', 'model:read', 'model:use')
    await acme.research('provider-account.create', { body: { name: 'own', provider: 'sandbox' } })
    const object = resource('provider-account', 'own')
    await grantedInResearch('on-one', ['model:read'], object)
    await acme.research('user.invite', { body: { email: 'both@acme.example' } })
    const raise = () => change('on-one', ['model:read', 'model:use'], as)
    expect(await refusalOf(raise())).toBe('hands_out_more_than_held')
    await acme.research('grant.create', {
      body: grantTo(user('both@acme.example'), 'user', object),
    })
    expect((await raise()).permissions).toEqual(['model:read', 'model:use'])

    // A second grant of the role, on what he does not hold: the right on one thing is none on another.
    await acme.research('grant.create', {
      body: grantTo(user('on-one-has@acme.example'), 'on-one'),
    })
    expect(await refusalOf(change('on-one', ['model:read'], as))).toBe('hands_out_more_than_held')
  })

  it('counts an open invitation that names it as a grant (A65)', async () => {
    const as = await editorInRoot('inviter', 'model:read', 'model:use')
    await acme.root('role.create', { body: { name: 'promised', permissions: ['model:read'] } })
    const body = { email: 'promised@acme.example', role: 'promised' }
    await acme.research('user.invite', { body })
    const { items } = await acme.research('grant.list', { query: { 'filter[role]': 'promised' } })
    for (const { id } of items as Read[]) {
      await acme.research('grant.delete', { params: { grant: id } })
    }
    expect(await refusalOf(change('promised', ['model:read', 'model:use'], as))).toBe(
      'hands_out_more_than_held',
    )
  })

  it('is changed by who administers the accounts, whose boundaries cut it there (A51)', async () => {
    const { as } = await grantedInResearch('widely', ['model:read'])
    await change('widely', ['model:read', 'secret:use'], acme.rootAdmin)
    const { permissions } = await acme.research('me.account', { as })
    expect(permissions).toEqual(['model:read', 'secret:use'])
    const { boundary } = await acme.root('account.get', { params: { account: 'research' } })
    const cut = boundary.filter((permission: string) => permission !== 'secret:use')
    const params = { account: 'research' }
    await acme.root('account.update', { params, body: { boundary: cut } })
    expect((await acme.research('me.account', { as })).permissions).toEqual(['model:read'])
    await acme.root('account.update', { params, body: { boundary } })
  })

  it('is changed by anybody who holds it in root while nobody elsewhere has it', async () => {
    const as = await editorInRoot('free', 'model:read', 'model:use')
    await acme.root('role.create', { body: { name: 'unused', permissions: ['model:read'] } })
    expect((await change('unused', ['model:use'], as)).permissions).toEqual(['model:use'])
  })
})

describe('a narrowed token', () => {
  it('edits no role beyond its scopes, whoever it belongs to (A47, A49)', async () => {
    await acme.research('virtual-account.create', { body: { name: 'clerk' } })
    const clerk = { type: 'virtual-account', virtualAccount: 'clerk' }
    await acme.research('grant.create', { body: grantTo(clerk, 'admin') })
    const scopes = ['role:read', 'role:create', 'role:update', 'model:read']
    const made = await acme.research('token.create', {
      params: { 'virtual-account': 'clerk' },
      body: { name: 'narrow', scopes },
    })
    const as = { token: made.secret }
    const create = (permissions: string[]) =>
      acme.research('role.create', {
        as,
        body: { name: `by-token-${permissions.length}`, permissions },
      })
    await create(['model:read'])
    expect(await refusalOf(create(['model:read', 'model:use']))).toBe('hands_out_more_than_held')
    const body = { permissions: ['model:read', 'grant:create'] }
    const raise = acme.research('role.update', { as, params: { role: 'by-token-1' }, body })
    expect(await refusalOf(raise)).toBe('hands_out_more_than_held')
  })
})

describe('what a role’s edit tells', () => {
  it('names nobody of another account to who does not administer the accounts', async () => {
    const as = await editorInRoot('curious', 'team:read', 'user:read')
    const { email } = await grantedInResearch('told', ['team:read'])
    await acme.research('user.invite', { body: { email: 'curious@acme.example', role: 'viewer' } })
    const query = { dryRun: 'true' }
    const mine = await change('told', [], as, { query })
    expect(mine.access).toMatchObject({ total: { losers: 1 }, lost: [{ count: 1, holders: [] }] })
    expect(JSON.stringify(mine)).not.toContain(email)
    expect(mine.lost[0].sentence).toBe('One member loses team:read in research.')
    const admins = await change('told', [], acme.rootAdmin, { query })
    expect(admins.access.lost[0].holders).toMatchObject([{ name: email }])
  })

  it('names no resource that the author can’t read', async () => {
    await acme.research('secret-group.create', { body: { name: 'payroll' } })
    const object = resource('secret-group', 'payroll')
    await grantedInResearch('secretive', ['secret:use', 'secret-group:read'], object)
    const query = { dryRun: 'true' }
    const told = await change('secretive', [], acme.rootAdmin, { query })
    expect(told.access.lost[0].on).toEqual({ kind: 'secret-group', id: null, name: null })
    expect(JSON.stringify(told)).not.toContain('payroll')
  })
})
