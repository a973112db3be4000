import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, startAcme, user } from './support/acme.ts'
import { refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme()
})
afterAll(() => acme.close())

const make = (name: string, permissions: string[], more = {}) =>
  acme.research('role.create', { body: { name, permissions, ...more } })
const change = (role: string, body: object, more = {}) =>
  acme.research('role.update', { params: { role }, body, ...more })
const names = (page: { items: { name: string }[] }) => page.items.map(({ name }) => name)

describe('the roles of an account', () => {
  it('are its own and the tenant’s; the built-in ones are among the latter', async () => {
    await make('own', ['team:read'])
    await acme.root('role.create', { body: { name: 'tenants', permissions: ['team:read'] } })
    const here = names(await acme.research('role.list'))
    expect(here).toEqual(expect.arrayContaining(['admin', 'editor', 'own', 'tenants', 'user']))
    expect(names(await acme.root('role.list'))).not.toContain('own')
    const builtIn = await acme.research('role.list', { query: { 'filter[builtIn]': 'true' } })
    expect(names(builtIn)).toEqual(['admin', 'editor', 'user', 'viewer'])
  })

  it('answer to their names, one’s own first (A39)', async () => {
    const roots = await acme.root('role.create', { body: { name: 'auditor', permissions: [] } })
    const params = { role: 'auditor' }
    expect((await acme.research('role.get', { params })).id).toBe(roots.id)
    const own = await make('auditor', ['audit-event:read'])
    expect((await acme.research('role.get', { params })).id).toBe(own.id)
    expect((await acme.root('role.get', { params })).id).toBe(roots.id)
    expect(await refusalOf(acme.root('role.get', { params: { role: own.id } }))).toBe('not_found')
  })
})

describe('a role’s name', () => {
  it.each(['admin', 'viewer', 'user', 'editor'])('is never %s (A45)', async (name) => {
    expect(await refusalOf(make(name, []))).toBe('name_taken')
    await make(`not-${name}`, [])
    expect(await refusalOf(change(`not-${name}`, { name }))).toBe('name_taken')
  })

  it.each(['Admin', 'ADMIN', ' admin', 'admin\n', 'аdmin'])('is not %j either', async (name) => {
    expect(await refusalOf(make(name, []))).toBe('invalid_input')
  })

  it('is taken once in an account', async () => {
    await make('single', [])
    expect(await refusalOf(make('single', []))).toBe('name_taken')
  })
})

describe('built-in roles, and the tenant’s in another account', () => {
  it('are neither changed nor deleted, in root or elsewhere', async () => {
    for (const ask of [acme.root, acme.research]) {
      const params = { role: 'viewer' }
      const attempt = ask('role.update', { params, body: { permissions: ['model:use'] } })
      expect(await refusalOf(attempt)).toBe('refused_by_rule')
      expect(await refusalOf(ask('role.delete', { params }))).toBe('refused_by_rule')
    }
  })

  it('change in root alone, and an account reads of it in its own log', async () => {
    const permissions = ['team:read', 'team:create']
    await acme.root('role.create', { body: { name: 'shared-role', permissions } })
    expect(await refusalOf(change('shared-role', { permissions: [] }))).toBe('refused_by_rule')
    await acme.person('research', 'holder@acme.example', 'shared-role')
    const params = { role: 'shared-role' }
    const body = { permissions: ['team:read', 'role:read'] }
    const dry = await acme.root('role.update', { params, body, query: { dryRun: 'true' } })
    expect(dry.lost[0].sentence).toBe(
      'holder@acme.example loses team:create in research (through the role shared-role).',
    )
    await acme.root('role.update', { params, body })
    const query = { 'filter[operation]': 'role.update' }
    const { items } = await acme.research('audit-event.list', { query })
    expect(items[0]).toMatchObject({
      target: { name: 'shared-role' },
      after: { added: ['role:read'], takenAway: ['team:create'], grants: 1 },
    })
  })
})

describe('the write rule for roles', () => {
  async function author(name: string, permissions: string[]) {
    await make(name, ['role:read', 'role:create', 'role:update', ...permissions])
    const as = await acme.person('research', `${name}@acme.example`, name)
    return as
  }

  it('lets nobody write what he does not hold, and names it (A13)', async () => {
    const as = await author('writer', ['model:read'])
    const body = { name: 'climb', permissions: ['model:read', 'grant:create'] }
    const refusal = await refused(acme.research('role.create', { as, body }))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toEqual(['grant:create'])
    await acme.research('role.create', { as, body: { name: 'level', permissions: ['model:read'] } })
  })

  it('lets nobody strike out what he does not hold', async () => {
    const as = await author('striker', ['model:read'])
    await make('strong', ['model:read', 'team:create'])
    const weaken = { permissions: ['model:read'] }
    expect(await refusalOf(change('strong', weaken, { as }))).toBe('hands_out_more_than_held')
    await change('strong', { permissions: ['team:create'] }, { as })
  })

  it('writes nothing outside the boundary, for an admin either', async () => {
    const refusal = await refused(make('beyond', ['model:create']))
    expect(refusal.missingPermissions).toEqual(['model:create'])
  })

  it('lets what a lowered boundary has made idle be struck out all the same', async () => {
    await make('idle-soon', ['prompt:read', 'prompt:create'])
    const { boundary } = await acme.root('account.get', { params: { account: 'research' } })
    const body = { boundary: boundary.filter((p: string) => !p.startsWith('prompt:')) }
    await acme.root('account.update', { params: { account: 'research' }, body })
    expect(await refusalOf(make('idle-too', ['prompt:read']))).toBe('hands_out_more_than_held')
    const changed = await change('idle-soon', { permissions: [] })
    expect(changed.permissions).toEqual([])
    await acme.root('account.update', { params: { account: 'research' }, body: { boundary } })
  })
})

describe('changing a role', () => {
  it('acts with the next request of whoever has it (A57)', async () => {
    await make('moving', ['team:read'])
    const as = await acme.person('research', 'mover@acme.example', 'moving')
    await acme.research('team.list', { as })
    await change('moving', { permissions: ['role:read'] })
    expect(await refusalOf(acme.research('team.list', { as }))).toBe('not_allowed')
    await acme.research('role.list', { as })
  })

  it('keeps what the body does not name, and heeds If-Match', async () => {
    const made = await make('careful', ['team:read'], { description: 'Looks.' })
    const changed = await change('careful', { displayName: 'Careful' })
    expect(changed).toMatchObject({ permissions: ['team:read'], description: 'Looks.' })
    const stale = change('careful', { description: 'Acts.' }, { ifMatch: `"${made.revision}"` })
    expect(await refusalOf(stale)).toBe('revision_mismatch')
  })
})

describe('deleting a role', () => {
  it('waits until nobody has it, and says who does (A55)', async () => {
    await make('needed', ['team:read'])
    await acme.person('research', 'needs@acme.example')
    const made = await acme.research('grant.create', {
      body: grantTo(user('needs@acme.example'), 'needed'),
    })
    const params = { role: 'needed' }
    const refusal = await refused(acme.research('role.delete', { params }))
    expect(refusal.code).toBe('in_use')
    expect(refusal.detail).toContain('needs@acme.example')
    await acme.research('grant.delete', { params: { grant: made.id } })
    await acme.research('role.delete', { params })
    expect(await refusalOf(acme.research('role.get', { params }))).toBe('not_found')
  })
})
