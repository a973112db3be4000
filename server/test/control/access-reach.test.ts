import { uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, passOverTriggers } from '../../../test/proof/stored/write-rows.ts'
import { type Acme, grantTo, resource, startAcme, team, virtualAccount } from './support/acme.ts'
import { type As, type Read, refusalOf, refused } from './support/control.ts'

let acme: Acme
let mia: As
beforeAll(async () => {
  acme = await startAcme()
  const share = { kind: 'model', resource: 'sandbox/small', to: 'research', upTo: 'user' }
  await acme.root('share.create', { body: share })
  mia = await acme.person('research', 'mia@acme.example')
  await acme.person('research', 'leo@acme.example')
  await acme.research('team.create', { body: { name: 'ops', members: ['mia@acme.example'] } })
  await acme.research('grant.create', {
    body: grantTo(team('ops'), 'user', resource('model', 'small')),
  })
  await acme.research('prompt.create', { body: { name: 'greeting' } })
})
afterAll(() => acme.close())

const whoCan = (body: object, { as, query }: { as?: As; query?: Record<string, string> } = {}) =>
  acme.research('access.who-can', { body, ...(as ? { as } : {}), ...(query ? { query } : {}) })
const whatCan = (body: object, { as, query }: { as?: As; query?: Record<string, string> } = {}) =>
  acme.research('access.what-can', { body, ...(as ? { as } : {}), ...(query ? { query } : {}) })
const names = (answer: Read) => answer.items.map(({ name }: Read) => name)

describe('who can', () => {
  it('names everybody who can, by name, and the grants through which', async () => {
    const answer = await whoCan({ permission: 'model:use', resource: 'small' })
    expect(answer).toMatchObject({ total: 2, nextCursor: null, barrier: null, sharedWith: null })
    expect(names(answer)).toEqual(['ana@acme.example', 'mia@acme.example'])
    expect(answer.items[1]).toMatchObject({
      waysTotal: 1,
      ways: [
        {
          role: 'user',
          object: 'sandbox/small',
          team: { name: 'ops' },
          createdBy: { name: 'ana@acme.example' },
        },
      ],
    })
  })

  it('is narrowed by name and by sort, and goes on from a cursor of the same question only', async () => {
    const asked = { permission: 'model:use', resource: 'small' }
    expect(names(await whoCan(asked, { query: { q: 'MIA' } }))).toEqual(['mia@acme.example'])
    expect(names(await whoCan(asked, { query: { 'filter[subject]': 'virtual-account' } }))).toEqual(
      [],
    )
    const first = await whoCan(asked, { query: { limit: '1', sort: '-name' } })
    expect(first).toMatchObject({ total: 2, items: [{ name: 'mia@acme.example' }] })
    const query = { limit: '1', sort: '-name', cursor: first.nextCursor }
    expect(names(await whoCan(asked, { query }))).toEqual(['ana@acme.example'])
    const other = whoCan({ permission: 'model:read', resource: 'small' }, { query })
    expect(await refusalOf(other)).toBe('invalid_cursor')
  })

  it('says that nobody can, and why, where the boundary leaves it out', async () => {
    expect(await whoCan({ permission: 'model:update', resource: 'small' })).toMatchObject({
      items: [],
      total: 0,
      barrier: 'outside_boundary',
    })
  })

  it('is for who may read the grants; what is foreign is missing', async () => {
    const asked = { permission: 'team:read' }
    expect(await refusalOf(whoCan(asked, { as: mia }))).toBe('not_allowed')
    const large = await acme.root('model.get', { params: { model: 'large' } })
    const at = async (resource: string) =>
      (await refused(whoCan({ permission: 'model:use', resource }))).detail
    expect(await at(large.id)).toBe(await at('mdl_01jd0000000000000000000000'))
  })

  it('tells root which accounts reach what it shares, and not who in them', async () => {
    const answer = await acme.root('access.who-can', {
      body: { permission: 'model:use', resource: 'sandbox/small' },
    })
    expect(answer.sharedWith).toMatchObject({
      total: 1,
      items: [
        {
          account: { name: 'research' },
          resource: 'sandbox/small',
          permissions: ['model:read', 'model:use'],
        },
      ],
    })
    expect(JSON.stringify(answer)).not.toMatch(/mia@|ana@|ops/)
    const beyond = { permission: 'model:delete', resource: 'sandbox/small' }
    expect((await acme.root('access.who-can', { body: beyond })).sharedWith).toEqual({
      items: [],
      total: 0,
    })
    const other = await acme.root('access.who-can', {
      body: { permission: 'model:use', resource: 'sandbox/large' },
    })
    expect(other.sharedWith.total).toBe(0)
  })
})

describe('what can', () => {
  it('tells everybody what they reach themselves, and others only to who reads the grants', async () => {
    const own = await whatCan({}, { as: mia })
    expect(own).toMatchObject({
      principal: { name: 'mia@acme.example' },
      token: null,
      accountWide: [],
      total: 1,
    })
    expect(own.items).toMatchObject([
      {
        name: 'sandbox/small',
        kind: 'model',
        shared: true,
        permissions: ['model:read', 'model:use'],
      },
    ])
    const of = { principal: 'mia@acme.example' }
    expect((await whatCan(of)).items).toEqual(own.items)
    expect(await refusalOf(whatCan({ principal: 'leo@acme.example' }, { as: mia }))).toBe(
      'not_allowed',
    )
    expect(await refusalOf(whatCan({ principal: acme.tenant.adminEmail }))).toBe('not_found')
    expect((await whatCan({ principal: 'leo@acme.example' })).items).toEqual([])
  })

  it('is narrowed by kind, by permission, by owner and by name', async () => {
    expect(names(await whatCan({ kind: 'prompt' }))).toEqual(['greeting'])
    expect(names(await whatCan({ permission: 'prompt:use' }))).toEqual(['greeting'])
    expect(names(await whatCan({}, { query: { 'filter[shared]': 'true' } }))).toContain(
      'sandbox/small',
    )
    expect(names(await whatCan({}, { query: { q: 'greet' } }))).toEqual(['greeting'])
    expect(await refusalOf(whatCan({ permission: 'team:read' }))).toBe('invalid_input')
    expect(await refusalOf(whatCan({ permission: 'prompt:use', kind: 'model' }))).toBe(
      'invalid_input',
    )
  })

  it('tells what a token reaches, its scopes applied', async () => {
    const { token, as } = await acme.program('reader', { scopes: ['prompt:read', 'team:read'] })
    await acme.research('grant.create', { body: grantTo(virtualAccount('reader'), 'editor') })
    const whole = await whatCan({ principal: 'reader' })
    expect(whole.total).toBeGreaterThan(1)
    const narrow = await whatCan({ token: token.id })
    expect(narrow).toMatchObject({
      principal: { name: 'reader' },
      token: { id: token.id, name: 'main' },
      accountWide: ['team:read', 'prompt:read'],
      items: [{ name: 'greeting', permissions: ['prompt:read'] }],
    })
    // A program that asks about itself is answered for the token that it asks with.
    expect((await whatCan({}, { as })).items).toEqual(narrow.items)
    expect(await refusalOf(whatCan({ token: token.id }, { as: mia }))).toBe('not_allowed')
  })
})

describe('with ten thousand members and ten thousand things', () => {
  const many = 10_000
  // Far above what it takes: what grew with the square of the members would take minutes.
  const answerMsMax = 10_000

  beforeAll(async () => {
    await acme.research('team.create', { body: { name: 'everyone' } })
    await acme.research('grant.create', {
      body: grantTo(team('everyone'), 'user', resource('prompt', 'greeting')),
    })
    const { id: everyone } = await acme.research('team.get', { params: { team: 'everyone' } })
    const { account } = await acme.research('prompt.get', { params: { prompt: 'greeting' } })
    const client = await connect(acme.control.superuserUrl)
    await passOverTriggers(client)
    await client.query(
      'create temporary table ids as select gen_random_uuid() as id, n from generate_series(1, $1) n',
      [many],
    )
    const [tenant, at] = [uuidOf(acme.tenant.id), uuidOf(account)]
    const own = `'${tenant}' as tenant_id`
    const here = `${own}, '${at}' as account_id, id as principal_id, 'test' as created_by`
    await client.query(`
      insert into principal (tenant_id, id, kind) select ${own}, id, 'user' from ids;
      insert into "user" (tenant_id, id, email, display_name, state, created_by)
        select ${own}, id, 'p' || n || '@many.example', 'Person ' || n, 'active', 'test' from ids;
      insert into membership (tenant_id, account_id, principal_id, created_by)
        select ${here} from ids;
      insert into team_member (tenant_id, account_id, principal_id, created_by, team_id)
        select ${here}, '${uuidOf(everyone)}' from ids;
      insert into resource (tenant_id, account_id, id, kind, name, display_name, created_by)
        select ${own}, '${at}', id, 'prompt', 'many-' || n, 'Many', 'test' from ids`)
    await client.end()
  })

  async function timed(what: string, ask: () => Promise<Read>): Promise<Read> {
    await ask()
    const from = performance.now()
    const answer = await ask()
    const took = Math.round(performance.now() - from)
    process.stdout.write(`${what}: ${took} ms\n`)
    expect(took).toBeLessThan(answerMsMax)
    return answer
  }

  it('answers a page and the count at once', async () => {
    const asked = { permission: 'prompt:use', resource: 'greeting' }
    const who = await timed('who can, 10,000 members', () => whoCan(asked))
    expect(who.total).toBeGreaterThanOrEqual(many)
    const next = await timed('the next page', () =>
      whoCan(asked, { query: { cursor: who.nextCursor } }),
    )
    expect(next.items).toHaveLength(50)
    const what = await timed('what can, 10,000 resources', () => whatCan({}))
    expect(what.total).toBeGreaterThanOrEqual(many)
    await timed('explain, 10,000 members', () =>
      acme.research('access.explain', {
        body: { permission: 'prompt:manage', resource: 'greeting', principal: 'p77@many.example' },
      }),
    )
  })
})
