/** Which requests are noted as a use of which power, by whom and on what. */
import { type PrincipalId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingForGrant } from '../../src/control/held-power.ts'
import { accessUseKeptDays, forgetOldAccessUse } from '../../src/store/access-use.ts'
import { findAccount } from '../../src/store/account.ts'
import { loadPrincipal, loadTenant } from '../../src/store/caller.ts'
import type { Tx } from '../../src/store/database.ts'
import { loadFacts } from '../../src/store/facts.ts'
import { loadFactsOfMany } from '../../src/store/facts-of-many.ts'
import { findGrant } from '../../src/store/grant.ts'
import { type Acme, grantTo, resource, startAcme, team, user } from './support/acme.ts'
import { type As, type Read, refusalOf } from './support/control.ts'
import { type Past, pastOf } from './support/review.ts'
import { journalOf } from './support/spend.ts'

let acme: Acme
let past: Past
beforeAll(async () => {
  acme = await startAcme('everything')
  past = pastOf(acme.control, acme.tenant)
  await past.usesKnownFor(300)
  await acme.root('share.create', {
    body: { kind: 'model', resource: 'small', to: 'research', upTo: 'admin' },
  })
})
afterAll(() => acme.close())

const run = <T>(work: (tx: Tx) => Promise<T>) =>
  acme.control.services.database.withTenant(acme.tenant.id, work)

/** "prompt:read <uuid>" for each noted use of somebody, and the account's uuid as "account". */
async function usesOf(principal: string): Promise<string[]> {
  await acme.control.services.uses.flush()
  const rows = await run((tx) =>
    tx
      .selectFrom('accessUse')
      .selectAll()
      .where('principalId', '=', uuidOf(principal as PrincipalId))
      .execute(),
  )
  return rows
    .map(
      (row) => `${row.permission} ${row.resourceId === row.accountId ? 'account' : row.resourceId}`,
    )
    .sort()
}

let count = 0
/** Somebody new in research with a role on something. */
async function somebody(
  role: string,
  object?: object,
): Promise<{ id: string; as: As; email: string }> {
  const email = `somebody${++count}@acme.example`
  const as = await acme.person('research', email)
  await acme.research('grant.create', { body: grantTo(user(email), role, object) })
  const { id } = await acme.research('user.get', { params: { user: email } })
  return { id, as, email }
}

async function prompt(name: string): Promise<string> {
  return uuidOf((await acme.research('prompt.create', { body: { name } })).id)
}

describe('a request uses', () => {
  it('what its operation asks, on the account or on the thing, which has to be readable too', async () => {
    const id = await prompt('asked')
    const { id: who, as } = await somebody('editor')
    await acme.research('team.create', { body: { name: 'made' } })
    await acme.research('prompt.update', {
      params: { prompt: 'asked' },
      body: { displayName: 'A' },
      as,
    })
    await acme.research('role.list', { as })
    expect(await usesOf(who)).toEqual([
      `prompt:read ${id}`,
      `prompt:update ${id}`,
      'role:read account',
    ])
  })

  it('nothing where it was refused', async () => {
    await prompt('refused')
    const { id: who, as } = await somebody('viewer')
    const update = { params: { prompt: 'refused' }, body: { displayName: 'A' }, as }
    expect(await refusalOf(acme.research('prompt.update', update))).toBe('not_allowed')
    expect(await refusalOf(acme.research('team.create', { body: { name: 'never' }, as }))).toBe(
      'not_allowed',
    )
    expect(await usesOf(who)).toEqual([])
  })

  it('reading, of everything or of each thing that a list shows', async () => {
    const ids = [await prompt('listed-one'), await prompt('listed-two')]
    const all = await somebody('viewer')
    await acme.research('prompt.list', { as: all.as })
    expect(await usesOf(all.id)).toEqual(['prompt:read account'])
    const some = await somebody('viewer', resource('prompt', 'listed-one'))
    await acme.research('grant.create', {
      body: grantTo(user(some.email), 'viewer', resource('prompt', 'listed-two')),
    })
    await acme.research('prompt.list', { as: some.as })
    expect(await usesOf(some.id)).toEqual(ids.map((id) => `prompt:read ${id}`).sort())
  })

  it('managing the thing, where that is what lets him grant it', async () => {
    const id = await prompt('managed')
    const { id: who, as } = await somebody('admin', resource('prompt', 'managed'))
    const { email } = await somebody('viewer')
    await acme.research('grant.create', {
      as,
      body: grantTo(user(email), 'viewer', resource('prompt', 'managed')),
    })
    expect(await usesOf(who)).toEqual([`prompt:manage ${id}`, `prompt:read ${id}`])
  })

  it('no revision: use is no change of policy, and is written once a minute', async () => {
    const { id: who, as } = await somebody('viewer')
    const revision = () =>
      run((tx) => tx.selectFrom('tenantRevision').selectAll().executeTakeFirst())
    const before = await revision()
    for (let i = 0; i < 5; i++) await acme.research('role.list', { as })
    const first = await usesOf(who)
    const row = await run((tx) =>
      sql<Read>`select xmin, * from access_use where principal_id = ${uuidOf(who as PrincipalId)}`.execute(
        tx,
      ),
    )
    await acme.research('role.list', { as })
    expect(await usesOf(who)).toEqual(first)
    const again = await run((tx) =>
      sql<Read>`select xmin, * from access_use where principal_id = ${uuidOf(who as PrincipalId)}`.execute(
        tx,
      ),
    )
    expect(again.rows).toEqual(row.rows)
    expect((await revision())?.revision).toBe(before?.revision)
  })
})

describe('a call of the gateway uses', () => {
  it('the model, and the virtual model that it was called by', async () => {
    const { id } = await acme.program('caller')
    const { items } = await acme.control.ask('account.list', { as: acme.rootAdmin })
    const account = items.find((one: Read) => one.name === 'research').id
    const small = (await acme.root('model.get', { params: { model: 'small' } })).id
    const apply = await journalOf(acme.control.services.database, acme.tenant.id, account)
    const principal = { id, kind: 'virtual-account', name: 'caller' }
    const virtualModelId = 'vmdl_01jd0000000000000000000000'
    const at = new Date().toISOString()
    await apply({ at, principal, model: { id: small, name: 'sandbox/small' }, virtualModelId })
    expect(await usesOf(id)).toEqual(
      [`model:use ${uuidOf(small)}`, `virtual-model:use ${uuidOf(virtualModelId as never)}`].sort(),
    )
    const { items: shares } = await acme.research('access-review.shares')
    expect(shares[0]).toMatchObject({ usedPermissions: ['model:use'], findings: ['wide'] })
  })
})

describe('what is kept of uses', () => {
  it('goes with the membership, and is forgotten when no review asks about it any more', async () => {
    const { id, as, email } = await somebody('viewer')
    await acme.research('role.list', { as })
    expect(await usesOf(id)).toHaveLength(1)
    await acme.research('user.remove', { params: { user: email } })
    expect(await usesOf(id)).toEqual([])

    const other = await somebody('viewer')
    const { items } = await acme.control.ask('account.list', { as: acme.rootAdmin })
    const account = items.find((one: Read) => one.name === 'research').id
    const use = { account, principal: other.id } as const
    await past.used({ ...use, permission: 'team:read', days: accessUseKeptDays + 1 })
    await past.used({ ...use, permission: 'role:read', days: accessUseKeptDays - 1 })
    await run(forgetOldAccessUse)
    expect(await usesOf(other.id)).toEqual(['role:read account'])
  })
})

describe('a virtual account in a review', () => {
  const rowOf = async (name: string): Promise<Read> => {
    const { items } = await acme.research('access-review.virtual-accounts')
    return items.find((item: Read) => item.name === name)
  }

  it('is unused unless one of its tokens was used in the window', async () => {
    const { id, as } = await acme.program('quiet')
    await past.age('virtual_account', id, 200)
    expect((await rowOf('quiet')).findings).toContain('unused')
    await acme.research('me.account', { as })
    await acme.research('role.list', { as }).catch(() => undefined)
    await expect.poll(async () => (await rowOf('quiet')).findings).not.toContain('unused')
  })

  it('says whether who made it is gone, and whether the team that answers for it is', async () => {
    const maker = await acme.person('research', 'maker@acme.example', 'admin')
    await acme.research('team.create', { body: { name: 'answering' } })
    const params = { team: 'answering' }
    await acme.research('team-member.add', { params, body: { member: 'maker@acme.example' } })
    await acme.research('virtual-account.create', {
      as: maker,
      body: { name: 'orphan', ownerTeam: 'answering' },
    })
    expect((await rowOf('orphan')).findings).toEqual([])
    await acme.research('user.deactivate', { params: { user: 'maker@acme.example' } })
    const row = await rowOf('orphan')
    expect(row.findings).toEqual(['creator_gone', 'owner_team_gone'])
    expect(row.sentence).toContain('no active person is in it')
    await acme.research('user.reactivate', { params: { user: 'maker@acme.example' } })
    expect((await rowOf('orphan')).findings).toEqual([])
    await acme.research('team.delete', { params })
    expect((await rowOf('orphan')).findings).toEqual(['owner_team_gone'])
    expect((await rowOf('orphan')).sentence).toContain('answering answered for it and was deleted')
  })
})

describe('a share in a review', () => {
  it('is unused, or allows more than was used, and its author may have lost power', async () => {
    const author = await acme.person('root', 'sharer@acme.example', 'admin')
    const { id } = await acme.root('share.create', {
      as: author,
      body: { kind: 'model', resource: 'large', to: 'research', upTo: 'user' },
    })
    await past.age('share', id, 200)
    const rowOf = async () =>
      (await acme.root('access-review.shares')).items.find((item: Read) => item.id === id)
    expect((await rowOf()).findings).toEqual(['unused'])
    const { items } = await acme.control.ask('account.list', { as: acme.rootAdmin })
    const account = items.find((one: Read) => one.name === 'research').id
    const large = (await acme.root('model.get', { params: { model: 'large' } })).id
    const { id: principal } = await somebody('viewer')
    const use = { account, principal, permission: 'model:use', resource: large, days: 5 } as const
    await past.used(use)
    expect((await rowOf()).findings).toEqual(['unused_power'])
    await acme.root('grant.create', { body: grantTo(user('sharer@acme.example'), 'viewer') })
    const admin = (
      await acme.root('grant.list', {
        query: { 'filter[user]': 'sharer@acme.example', 'filter[role]': 'admin' },
      })
    ).items[0].id
    await acme.root('grant.delete', { params: { grant: admin } })
    expect((await rowOf()).findings).toEqual(['unused_power', 'author_lost_power'])
    expect((await rowOf()).missingPermissions).toEqual(['model:use'])
    await acme.root('user.deactivate', { params: { user: 'sharer@acme.example' } })
    expect((await rowOf()).findings).toContain('author_gone')
  })
})

describe('what a review weighs authors by', () => {
  it('is what the access rule and the write rule read for each, one by one', async () => {
    await acme.research('team.create', { body: { name: 'weighed' } })
    const author = await somebody('editor')
    await acme.research('team-member.add', {
      params: { team: 'weighed' },
      body: { member: author.email },
    })
    await acme.research('grant.create', {
      body: grantTo(team('weighed'), 'admin', { type: 'kind', kind: 'prompt' }),
    })
    await acme.research('team.update', {
      params: { team: 'weighed' },
      body: { state: 'suspended' },
    })
    const { items: users } = await acme.research('user.list', { query: { limit: '200' } })
    const ids: PrincipalId[] = users.map((one: Read) => one.id)
    const { items: rows } = await acme.research('access-review.grants', { query: { limit: '200' } })
    await run(async (tx) => {
      const now = new Date()
      const tenant = (await loadTenant(tx, acme.tenant.id))!
      const account = (await findAccount(tx, 'research'))!
      const many = await loadFactsOfMany(tx, tenant, account, ids, now)
      expect(many.size).toBe(ids.length)
      for (const id of ids) {
        const principal = (await loadPrincipal(tx, uuidOf(id)))!
        const facts = await loadFacts(tx, tenant, account, principal, null, now)
        expect(many.get(id)).toEqual(facts)
      }
      let weighed = 0
      for (const row of rows) {
        const facts = many.get(row.createdBy)
        if (!facts?.principal.isMember) continue
        const grant = (await findGrant(tx, account.id, row.id))!
        const missing = await missingForGrant({ tx, account, facts, now }, grant)
        expect(row.missingPermissions).toEqual(missing)
        weighed++
      }
      expect(weighed).toBeGreaterThan(5)
    })
  })
})
