import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Acme,
  grantTo,
  resource,
  startAcme,
  team,
  user,
  virtualAccount,
} from './support/acme.ts'
import { type As, type Read, refusalOf, refused } from './support/control.ts'

let acme: Acme
let mia: As
let people: Record<string, As>

beforeAll(async () => {
  acme = await startAcme()
  const share = { kind: 'model', resource: 'sandbox/small', to: 'research', upTo: 'user' }
  await acme.root('share.create', { body: share })
  mia = await acme.person('research', 'mia@acme.example')
  const bo = await acme.person('research', 'bo@acme.example', 'admin')
  // May grant, and holds nothing that could be granted but reading.
  await acme.research('role.create', {
    body: { name: 'granter', permissions: ['grant:create', 'grant:read', 'prompt:read'] },
  })
  const gil = await acme.person('research', 'gil@acme.example', 'granter')
  people = {
    'ana@acme.example': acme.researchAdmin,
    'bo@acme.example': bo,
    'gil@acme.example': gil,
    'mia@acme.example': mia,
  }
})
afterAll(() => acme.close())

const explain = (body: object, as?: As) =>
  acme.research('access.explain', { ...(as ? { as } : {}), body })
const linkOf = (answer: Read, type: string) => answer.chain.find((one: Read) => one.type === type)
const changesOf = (answer: Read): string[][] =>
  answer.remedies.map(({ changes }: Read) => changes.map((one: Read) => one.change))

/** Sends the change as it was told, as somebody. */
function send({ operation }: Read, as: As, query = {}): Promise<Read> {
  const { id, params, body } = operation
  return acme.control.ask(id, { params, body, as, query })
}

describe('the chain', () => {
  it('names each link, with who made it and when', async () => {
    await acme.research('team.create', { body: { name: 'ops', members: ['mia@acme.example'] } })
    const onSmall = resource('model', 'small')
    await acme.research('grant.create', { body: grantTo(team('ops'), 'user', onSmall) })
    const answer = await explain({
      permission: 'model:use',
      kind: 'model',
      resource: 'small',
      principal: 'mia@acme.example',
    })
    expect(
      answer.chain.map((one: Read) => [one.type, one.holds, one.madeBy?.name ?? null]),
    ).toEqual([
      ['tenant', true, null],
      ['account', true, 'admin@acme.example'],
      ['principal', true, 'ana@acme.example'],
      ['membership', true, 'ana@acme.example'],
      ['team', true, 'ana@acme.example'],
      ['grant', true, 'ana@acme.example'],
      ['role', true, null],
      ['boundary', true, 'admin@acme.example'],
      ['share', true, 'admin@acme.example'],
      ['resource', true, 'admin@acme.example'],
    ])
    for (const one of answer.chain) expect(one.madeAt === null).toBe(one.type === 'role')
    expect(linkOf(answer, 'grant').through).toBe(linkOf(answer, 'team').id)
    expect(linkOf(answer, 'role').through).toBe(linkOf(answer, 'grant').id)
    expect(linkOf(answer, 'share').sentence).toBe(
      'The tenant shares the model sandbox/small with research, up to model:read, model:use.',
    )
  })

  it('tells who changed a role last', async () => {
    await acme.research('role.create', {
      body: { name: 'edited', permissions: ['prompt:read', 'prompt:use'] },
    })
    await acme.research('grant.create', { body: grantTo(user('mia@acme.example'), 'edited') })
    const params = { role: 'edited' }
    const as = people['bo@acme.example']!
    const body = { permissions: ['prompt:read'] }
    await acme.research('role.update', { params, body, as })
    const answer = await explain({ permission: 'prompt:read', principal: 'mia@acme.example' })
    expect(linkOf(answer, 'role')).toMatchObject({
      name: 'edited',
      madeBy: { name: 'bo@acme.example' },
    })
  })

  it('shows where it breaks: a link that is missing has no id', async () => {
    const answer = await explain({ permission: 'team:create', principal: 'mia@acme.example' })
    expect(linkOf(answer, 'grant')).toMatchObject({ id: null, holds: false, madeBy: null })
    expect(answer.chain.filter((one: Read) => !one.holds)).toHaveLength(1)
  })

  it('names who suspended the team', async () => {
    const on = { params: { team: 'ops' } }
    await acme.research('team.update', { ...on, body: { state: 'suspended' } })
    const question = { permission: 'model:use', resource: 'small', principal: 'mia@acme.example' }
    const answer = await explain(question)
    await acme.research('team.update', { ...on, body: { state: 'active' } })
    expect(linkOf(answer, 'team')).toMatchObject({
      holds: false,
      madeBy: { name: 'ana@acme.example' },
      sentence: 'The team ops is suspended, so what is granted to it does not count.',
    })
    expect(linkOf(answer, 'grant').holds).toBe(false)
    expect(changesOf(answer)[0]).toEqual(['resume-team'])
  })
})

describe('a question about a token', () => {
  it('is about what the token may do, not its owner', async () => {
    const { token } = await acme.program('narrow', { scopes: ['model:read'] })
    await acme.research('grant.create', { body: grantTo(virtualAccount('narrow'), 'user') })
    const about = { permission: 'model:use', resource: 'small' }
    expect(await explain({ ...about, principal: 'narrow' })).toMatchObject({ allowed: true })
    for (const reference of [{ token: token.id }, { principal: 'narrow', token: 'main' }]) {
      const answer = await explain({ ...about, ...reference })
      expect(answer).toMatchObject({ verdict: 'outside_token_scopes' })
      expect(linkOf(answer, 'token')).toMatchObject({
        id: token.id,
        holds: false,
        madeBy: { name: 'ana@acme.example' },
        sentence: 'The token main is narrowed to model:read.',
      })
      expect(changesOf(answer)).toEqual([['widen-scopes'], ['new-token']])
    }
  })

  it('needs the right to read it, and a person’s own are the person’s', async () => {
    const { token } = await acme.program('secretive')
    const about = { permission: 'team:read' }
    expect(await refusalOf(explain({ ...about, token: token.id }, mia))).toBe('not_allowed')
    expect(
      await refusalOf(explain({ ...about, token: token.id }, people['gil@acme.example'])),
    ).toBe('not_allowed')
    const own = await acme.research('personal-access-token.create', {
      as: mia,
      body: { name: 'own', scopes: [] },
    })
    expect(await explain({ ...about, token: 'own' }, mia)).toMatchObject({ allowed: false })
    const said = async (reference: object) =>
      (await refused(explain({ ...about, ...reference }))).detail
    const missing = await said({ token: 'tok_01jd0000000000000000000000' })
    expect(await said({ token: own.id })).toBe(missing)
    expect(await said({ token: own.id, principal: 'mia@acme.example' })).toBe(missing)
    expect(await said({ token: 'own' })).toBe(missing)
  })

  it('tells of one that has ended what would bring it back', async () => {
    const { token } = await acme.program('ended', { expiresAt: in1Minute() })
    await acme.research('grant.create', { body: grantTo(virtualAccount('ended'), 'viewer') })
    await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
      tx
        .updateTable('token')
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where('name', '=', 'main')
        .where('expiresAt', 'is not', null)
        .execute(),
    )
    const question = { permission: 'team:read', token: token.id }
    const answer = await explain(question)
    expect(answer.verdict).toBe('token_not_active')
    expect(changesOf(answer)).toEqual([['renew-token'], ['new-token']])
    await send(answer.remedies[0].changes[0], acme.researchAdmin)
    expect(await explain(question)).toMatchObject({ allowed: true })
  })
})

const in1Minute = () => new Date(Date.now() + 60_000).toISOString()

/** Asks, carries out each remedy in turn by somebody it names, and expects to be allowed. */
async function expectMended(question: object, by: Record<string, As>): Promise<string[][]> {
  const answer = await explain(question)
  expect(answer.allowed).toBe(false)
  const [remedy] = answer.remedies
  for (const change of remedy.changes) {
    const maker = change.who.people.find(({ name }: Read) => by[name] !== undefined)
    await send(change, by[maker?.name] ?? acme.rootAdmin)
  }
  expect(await explain(question)).toMatchObject({ allowed: true, remedies: [] })
  return changesOf(answer)
}

describe('remedies', () => {
  it('are ready to send: whoever they name sends them, and it is allowed', async () => {
    await acme.research('prompt.create', { body: { name: 'greeting' } })
    const on = { kind: 'prompt', resource: 'greeting' }
    await acme.person('research', 'ned@acme.example')
    const principal = 'ned@acme.example'
    expect(await expectMended({ permission: 'prompt:update', ...on, principal }, people)).toEqual([
      ['grant'],
    ])
    await acme.research('team.create', { body: { name: 'writers' } })
    await acme.research('grant.create', {
      body: grantTo(team('writers'), 'admin', resource('prompt', 'greeting')),
    })
    const sets = await expectMended({ permission: 'prompt:manage', ...on, principal }, people)
    expect(new Set(sets.flat())).toEqual(new Set(['grant', 'join-team']))
  })

  it('take the narrowest role, on the resource and not on the account', async () => {
    await acme.research('prompt.create', { body: { name: 'narrowly' } })
    await acme.research('role.create', {
      body: { name: 'prompt-editing', permissions: ['prompt:update'] },
    })
    await acme.person('research', 'ola@acme.example')
    const answer = await explain({
      permission: 'prompt:update',
      resource: 'narrowly',
      principal: 'ola@acme.example',
    })
    const { operation } = answer.remedies[0].changes[0]
    expect(operation).toMatchObject({
      id: 'grant.create',
      body: { role: 'prompt-editing', object: { type: 'resource', kind: 'prompt' } },
    })
    const wide = await explain({ permission: 'prompt:create', principal: 'ola@acme.example' })
    expect(wide.remedies[0].changes[0].operation.body).toMatchObject({
      role: 'editor',
      object: { type: 'kind', kind: 'prompt' },
    })
  })

  it('reach past the account: boundary and share are the tenant’s admins’', async () => {
    const question = { permission: 'model:update', resource: 'small' }
    const answer = await explain(question)
    expect(changesOf(answer)).toEqual([['widen-share', 'widen-boundary']])
    for (const { who, byCaller } of answer.remedies[0].changes) {
      expect(who).toMatchObject({ people: [{ name: 'admin@acme.example' }], total: 1, exact: true })
      expect(byCaller).toBe(false)
    }
    // Who may read neither grants nor users is told how many they are, not who.
    const told = await explain(question, mia)
    const ofTenant = told.remedies[0].changes[0].who
    expect(ofTenant).toMatchObject({ people: [], total: 1, sentence: '1 of the tenant.' })
    // For somebody without a grant as well: made by the account’s own, once the tenant has widened it.
    const about = { ...question, principal: 'mia@acme.example' }
    const [grant] = (await explain(about)).remedies[0].changes.slice(-1)
    expect(grant).toMatchObject({ change: 'grant', byCaller: false, who: { total: 2 } })
    expect(await expectMended(about, people)).toEqual([
      ['widen-share', 'widen-boundary', 'make-role', 'grant'],
    ])
    expect(await explain(question)).toMatchObject({ allowed: true })
    const boundary = linkOf(await explain(question), 'boundary')
    expect(boundary.madeAt > linkOf(await explain(question), 'account').madeAt).toBe(true)
  })

  it('resume what is suspended, and reactivate who is deactivated', async () => {
    await acme.program('paused')
    await acme.research('grant.create', { body: grantTo(virtualAccount('paused'), 'viewer') })
    const params = { 'virtual-account': 'paused' }
    await acme.research('virtual-account.update', { params, body: { state: 'suspended' } })
    const sets = await expectMended({ permission: 'team:read', principal: 'paused' }, people)
    expect(sets).toEqual([['resume-principal']])

    await acme.person('research', 'gone@acme.example', 'viewer')
    await acme.research('user.deactivate', { params: { user: 'gone@acme.example' } })
    const question = { permission: 'team:read', principal: 'gone@acme.example' }
    const answer = await explain(question)
    expect(linkOf(answer, 'principal')).toMatchObject({
      holds: false,
      madeBy: { name: 'ana@acme.example' },
    })
    await expectMended(question, people)
  })

  it('bring somebody of the tenant into root, for who administers it, and for nobody else', async () => {
    const about = { permission: 'team:read', principal: 'mia@acme.example' }
    const answer = await acme.root('access.explain', { body: about })
    expect(answer.verdict).toBe('not_a_member')
    expect(linkOf(answer, 'membership')).toMatchObject({ id: null, holds: false })
    expect(changesOf(answer)).toEqual([['add-member', 'grant']])
    for (const change of answer.remedies[0].changes) await send(change, acme.rootAdmin)
    expect(await acme.root('access.explain', { body: about })).toMatchObject({ allowed: true })
    await acme.root('user.remove', { params: { user: 'mia@acme.example' } })
    const elsewhere = { permission: 'team:read', principal: acme.tenant.adminEmail }
    expect(await refusalOf(explain(elsewhere))).toBe('not_found')
  })

  it('name exactly those whom the operation itself would not refuse', async () => {
    await acme.research('prompt.create', { body: { name: 'weighed' } })
    await acme.person('research', 'pia@acme.example')
    await acme.research('grant.create', {
      body: grantTo(user('mia@acme.example'), 'admin', resource('prompt', 'weighed')),
    })
    for (const permission of ['prompt:read', 'prompt:update', 'prompt:manage']) {
      const question = { permission, resource: 'weighed', principal: 'pia@acme.example' }
      const change = (await explain(question)).remedies[0].changes[0]
      const able: string[] = []
      for (const [name, as] of Object.entries(people)) {
        const outcome = await send(change, as, { dryRun: 'true' }).then(
          () => true,
          () => false,
        )
        if (outcome) able.push(name)
        const own = (
          await explain({ ...question, principal: 'pia@acme.example' }, as).catch(() => null)
        )?.remedies[0].changes[0]
        if (own) expect([name, own.byCaller]).toEqual([name, outcome])
      }
      const named = change.who.people.map(({ name }: Read) => name)
      expect([permission, named]).toEqual([permission, able.sort()])
      expect(change.who).toMatchObject({ total: able.length, exact: true })
    }
  })

  it('are none for what another account owns: that is not there', async () => {
    const { invitation } = await acme.control.ask('account.create', {
      as: acme.rootAdmin,
      body: { name: 'other', admin: { email: 'zoe@acme.example' } },
    })
    const as = await acme.control.accept(invitation.link)
    const made = await acme.control.ask('prompt.create', {
      as,
      params: { account: 'other' },
      body: { name: 'hidden' },
    })
    const asked = (id: string) => refused(explain({ permission: 'prompt:read', resource: id }))
    const missing = await asked('prm_01jd0000000000000000000000')
    expect(await asked(made.id)).toMatchObject({ code: 'not_found', detail: missing.detail })
  })
})
