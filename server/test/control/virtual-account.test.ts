import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, startAcme, user, virtualAccount } from './support/acme.ts'
import { refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme()
})
afterAll(() => acme.close())

const at = (name: string) => ({ 'virtual-account': name })
const make = (name: string, more = {}) =>
  acme.research('virtual-account.create', { body: { name, ...more } })

describe('a virtual account', () => {
  it('is made with a name, read by name and by id, and found in the list', async () => {
    const made = await make('reader', { displayName: 'The reader' })
    expect(made).toMatchObject({
      kind: 'virtual-account',
      name: 'reader',
      displayName: 'The reader',
      state: 'active',
      creatorActive: true,
    })
    for (const reference of ['reader', made.id]) {
      expect(await acme.research('virtual-account.get', { params: at(reference) })).toEqual(made)
    }
    const { items } = await acme.research('virtual-account.list', { query: { q: 'read' } })
    expect(items).toEqual([made])
  })

  it('takes no name twice', async () => {
    await make('twice')
    expect(await refusalOf(make('twice'))).toBe('name_taken')
  })

  it('starts in the teams that are named, if its author holds what they are granted', async () => {
    await acme.research('team.create', { body: { name: 'plain' } })
    await acme.research('team.create', { body: { name: 'strong' } })
    await acme.research('grant.create', {
      body: grantTo({ type: 'team', team: 'strong' }, 'admin'),
    })
    const role = ['virtual-account:create', 'team:read']
    await acme.research('role.create', { body: { name: 'maker', permissions: role } })
    const as = await acme.person('research', 'maker@acme.example', 'maker')
    const asMaker = (name: string, teams: string[]) =>
      acme.research('virtual-account.create', { as, body: { name, teams } })
    expect(await refusalOf(asMaker('climber', ['plain', 'strong']))).toBe(
      'hands_out_more_than_held',
    )
    await asMaker('modest', ['plain'])
    const { items } = await acme.research('team-member.list', { params: { team: 'plain' } })
    expect(items.map((member: { name: string }) => member.name)).toEqual(['modest'])
  })

  it('goes on when its creator is gone, and says that he is', async () => {
    const as = await acme.person('research', 'leaver@acme.example', 'admin')
    await acme.research('virtual-account.create', { as, body: { name: 'orphan' } })
    const { secret } = await acme.research('token.create', {
      as,
      params: at('orphan'),
      body: { name: 'main' },
    })
    await acme.research('user.deactivate', { params: { user: 'leaver@acme.example' } })
    const orphan = await acme.research('virtual-account.get', { params: at('orphan') })
    expect(orphan).toMatchObject({ state: 'active', creatorActive: false })
    const check = { as: { token: secret }, body: { permission: 'team:read' } }
    expect(await acme.research('access.check', check)).toMatchObject({ verdict: 'no_grant' })
  })
})

describe('what a virtual account may do', () => {
  it('ends with its suspension and comes back with it (A53)', async () => {
    const { as } = await acme.program('paused')
    const check = () => acme.research('access.check', { as, body: { permission: 'team:read' } })
    const become = (state: string) =>
      acme.research('virtual-account.update', { params: at('paused'), body: { state } })
    await check()
    await become('suspended')
    expect(await refusalOf(check())).toBe('credential_expired')
    await become('active')
    await check()
  })

  it('is deleted with it: tokens, grants and all (A55)', async () => {
    const { id, as } = await acme.program('doomed')
    await acme.research('grant.create', { body: grantTo(virtualAccount('doomed'), 'editor') })
    const dry = await acme.research('virtual-account.delete', {
      params: at('doomed'),
      query: { dryRun: 'true' },
    })
    expect(dry.lost[0].sentence).toBe('doomed goes, with its tokens (1) and grants (1).')
    await acme.research('virtual-account.delete', { params: at('doomed') })
    const check = acme.research('access.check', { as, body: { permission: 'team:read' } })
    expect(await refusalOf(check)).toBe('not_signed_in')
    const { items } = await acme.research('grant.list')
    expect(items.filter((grant: { subject: { id: string } }) => grant.subject.id === id)).toEqual(
      [],
    )
    const again = acme.research('virtual-account.delete', { params: at('doomed') })
    expect(await refusalOf(again)).toBe('not_found')
  })

  it('is beyond who holds less: neither suspended nor deleted by him, though renamed', async () => {
    await acme.program('strong')
    await acme.research('grant.create', { body: grantTo(virtualAccount('strong'), 'admin') })
    const permissions = ['virtual-account:update', 'virtual-account:delete', 'virtual-account:read']
    await acme.research('role.create', { body: { name: 'keeper', permissions } })
    const as = await acme.person('research', 'keeper@acme.example')
    await acme.research('grant.create', { body: grantTo(user('keeper@acme.example'), 'keeper') })
    const params = at('strong')
    const suspend = { as, params, body: { state: 'suspended' } }
    const refusal = await refused(acme.research('virtual-account.update', suspend))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toContain('grant:create')
    expect(await refusalOf(acme.research('virtual-account.delete', { as, params }))).toBe(
      'hands_out_more_than_held',
    )
    const body = { displayName: 'Strong' }
    await acme.research('virtual-account.update', { as, params, body })
  })
})

describe('a virtual account of another account', () => {
  it('does not exist, by name or id, to be read, changed or deleted (A11)', async () => {
    const foreign = await acme.root('virtual-account.create', { body: { name: 'roots' } })
    const missing = foreign.id.replace(/.{4}$/, '0000')
    for (const operation of ['get', 'update', 'delete']) {
      const ask = (reference: string) =>
        refused(
          acme.research(`virtual-account.${operation}`, {
            params: at(reference),
            ...(operation === 'update' ? { body: { displayName: 'Mine' } } : {}),
          }),
        )
      const answers = [await ask(foreign.id), await ask('roots'), await ask(missing)]
      expect(new Set(answers.map(({ code, detail }) => `${code} ${detail}`)).size).toBe(1)
      expect(answers[0].code).toBe('not_found')
    }
  })
})
