import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, resource, startAcme, team, user } from './support/acme.ts'
import { type As, type Read, refusalOf, refused } from './support/control.ts'

let acme: Acme
let member: As
beforeAll(async () => {
  acme = await startAcme()
  const share = { kind: 'model', resource: 'sandbox/small', to: 'research', upTo: 'user' }
  await acme.root('share.create', { body: share })
  member = await acme.person('research', 'mia@acme.example')
  await acme.research('team.create', { body: { name: 'ops', members: ['mia@acme.example'] } })
  const onSmall = resource('model', 'small')
  await acme.research('grant.create', { body: grantTo(team('ops'), 'user', onSmall) })
})
afterAll(() => acme.close())

const small = { kind: 'model', resource: 'small' }
const check = (body: object, as?: As) =>
  acme.research('access.check', { ...(as ? { as } : {}), body })
const explain = (body: object, as?: As) =>
  acme.research('access.explain', { ...(as ? { as } : {}), body })
const mia = { principal: 'mia@acme.example' }
const failing = (answer: { conditions: { condition: string; holds: boolean }[] }) =>
  answer.conditions.filter(({ holds }) => !holds).map(({ condition }) => condition)

const grantsIn = (answer: Read) =>
  answer.chain.filter(({ type, id }: Read) => type === 'grant' && id !== null)

describe('checking', () => {
  it('answers about oneself, as the rule decides', async () => {
    const yes = await check({ permission: 'model:use', ...small }, member)
    expect(yes).toEqual({ allowed: true, verdict: 'allowed' })
    expect(await check({ permission: 'team:create' }, member)).toEqual({
      allowed: false,
      verdict: 'no_grant',
    })
  })

  it('answers about others to who may read the grants, and to nobody else', async () => {
    expect(await check({ permission: 'model:use', ...small, ...mia })).toMatchObject({
      allowed: true,
    })
    const about = { permission: 'team:read', principal: 'ana@acme.example' }
    expect(await refusalOf(check(about, member))).toBe('not_allowed')
    expect(await check({ permission: 'team:read', ...mia }, member)).toMatchObject({
      verdict: 'no_grant',
    })
  })

  it('knows nobody who is not in the account', async () => {
    const about = { permission: 'team:read', principal: acme.tenant.adminEmail }
    expect(await refusalOf(check(about))).toBe('not_found')
  })

  it('counts the asker’s own token, and never another’s', async () => {
    const { secret } = await acme.research('personal-access-token.create', {
      as: member,
      body: { name: 'narrow', scopes: ['model:read'] },
    })
    const question = { permission: 'model:use', ...small }
    expect(await check(question, { token: secret })).toMatchObject({
      verdict: 'outside_token_scopes',
    })
    expect(await check({ ...question, ...mia })).toMatchObject({ verdict: 'allowed' })
  })

  it('tells nobody what is there: unreadable and missing are one answer', async () => {
    await acme.research('prompt.create', { body: { name: 'hidden' } })
    const about = (reference: string) =>
      refused(check({ permission: 'prompt:read', kind: 'prompt', resource: reference }, member))
    expect((await about('hidden')).detail).toBe((await about('missing')).detail)
    // Who reads the grants sees what is there in any case.
    const asked = { permission: 'prompt:read', kind: 'prompt', resource: 'hidden', ...mia }
    expect(await check(asked)).toMatchObject({ verdict: 'no_grant' })
  })

  it('refuses a permission that means nothing on the thing', async () => {
    expect(await refusalOf(check({ permission: 'prompt:read', ...small }))).toBe('invalid_input')
    const teams = { permission: 'team:read', resource: 'small' }
    expect(await refusalOf(check(teams))).toBe('invalid_input')
  })

  it('takes the kind from the id, else from the permission', async () => {
    const { items } = await acme.research('model.list')
    for (const reference of [items[0].id, 'small', 'sandbox/small', 'root:sandbox/small']) {
      expect(await check({ permission: 'model:use', resource: reference })).toMatchObject({
        allowed: true,
      })
    }
  })
})

describe('explaining', () => {
  it('says who granted what, through which share, in one sentence', async () => {
    const answer = await explain({ permission: 'model:use', ...small, ...mia })
    expect(answer.sentence).toMatch(
      /^mia@acme.example can use the model sandbox\/small: by the role user on sandbox\/small, granted to the team ops by ana@acme.example on \d+ \w+ \d{4}, through the share made by admin@acme.example on \d+ \w+ \d{4}, inside the boundary of research\.$/,
    )
    expect(answer.remedies).toEqual([])
    expect(answer.conditions).toHaveLength(8)
    expect(failing(answer)).toEqual([])
    for (const { sentence } of answer.conditions) expect(sentence).toMatch(/^.+\.$/)
  })

  it('names the condition that fails, and what would help', async () => {
    const none = await explain({ permission: 'prompt:create', ...mia })
    expect(none).toMatchObject({ allowed: false, verdict: 'no_grant' })
    expect(none.sentence).toBe(
      'mia@acme.example can’t create prompts in the account research: no grant to mia@acme.example, or to a team of theirs that is active, carries prompt:create here.',
    )
    expect(failing(none)).toEqual(['grant'])

    const boundary = await explain({ permission: 'cluster:create' })
    expect(boundary.verdict).toBe('outside_boundary')
    expect(failing(boundary)).toEqual(['boundary'])
    expect(grantsIn(boundary)).toHaveLength(1)

    const share = await explain({ permission: 'model:update', ...small })
    expect(share.verdict).toBe('outside_boundary')
    expect(failing(share)).toEqual(['boundary', 'share'])
  })

  it('names the team whose suspension is the reason', async () => {
    const params = { team: 'ops' }
    await acme.research('team.update', { params, body: { state: 'suspended' } })
    const answer = await explain({ permission: 'model:use', ...small, ...mia })
    await acme.research('team.update', { params, body: { state: 'active' } })
    expect(answer.verdict).toBe('team_not_active')
    const lifecycle = answer.conditions.find(
      ({ condition }: { condition: string }) => condition === 'lifecycle',
    )
    expect(lifecycle).toMatchObject({ holds: false, sentence: 'Not active: the team ops.' })
  })

  it('says the same as checking, whatever is asked', async () => {
    for (const permission of ['model:use', 'model:read', 'model:update', 'model:manage']) {
      for (const about of [{}, mia]) {
        const question = { permission, ...small, ...about }
        const { allowed, verdict } = await explain(question)
        expect(await check(question)).toEqual({ allowed, verdict })
      }
    }
  })

  it('tells of an expired grant nothing, because it carries nothing', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    await acme.person('research', 'short@acme.example')
    const body = { ...grantTo(user('short@acme.example'), 'viewer'), expiresAt }
    await acme.research('grant.create', { body })
    const question = { permission: 'team:read', principal: 'short@acme.example' }
    expect(grantsIn(await explain(question))).toHaveLength(1)
    await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
      tx
        .updateTable('grant')
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where('expiresAt', 'is not', null)
        .execute(),
    )
    const after = await explain(question)
    expect(after.verdict).toBe('no_grant')
    expect(grantsIn(after)).toEqual([])
  })
})
