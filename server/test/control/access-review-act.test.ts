/** What is done in a review: taken back in bulk, exported, put on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportedRowsMax } from '../../src/control/review-export.ts'
import { type Acme, grantTo, resource, startAcme, team, user } from './support/acme.ts'
import { type Read, refusalOf, refused } from './support/control.ts'
import { newAccount, share } from './support/world.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme('everything')
})
afterAll(() => acme.close())

/** A user of research with so many grants, by id. */
async function withGrants(name: string, roles: readonly string[]): Promise<string[]> {
  await acme.person('research', `${name}@acme.example`)
  const ids = []
  for (const role of roles) {
    const body = grantTo(user(`${name}@acme.example`), role)
    ids.push((await acme.research('grant.create', { body })).id)
  }
  return ids
}

const left = async (name: string): Promise<string[]> => {
  const query = { 'filter[user]': `${name}@acme.example` }
  return (await acme.research('grant.list', { query })).items.map((item: Read) => item.role.name)
}

const revoke = (grants: string[], more: object = {}) =>
  acme.research('access-review.revoke-grants', { body: { grants }, ...more })

describe('taking back in bulk', () => {
  it('takes all of them, each with its own line in the audit log', async () => {
    const ids = await withGrants('many', ['viewer', 'user', 'editor'])
    expect(await revoke([...ids.slice(0, 2), ids[0]!])).toEqual({ revoked: 2 })
    expect(await left('many')).toEqual(['editor'])
    const query = { 'filter[operation]': 'access-review.revoke-grants' }
    const { items } = await acme.research('audit-event.list', { query })
    const targets = items.map((item: Read) => item.target.id)
    expect(targets).toEqual(expect.arrayContaining(ids.slice(0, 2)))
    expect(targets).not.toContain(ids[2])
  })

  it('takes none where one of them is not this account’s, or is no grant (A19)', async () => {
    const ids = await withGrants('all-or-none', ['viewer', 'user'])
    await acme.root('team.create', { body: { name: 'outside' } })
    const foreign = await acme.root('grant.create', { body: grantTo(team('outside'), 'viewer') })
    const details = []
    for (const other of [
      foreign.id,
      'grant_00000000000000000000000000',
      ids[0]!.replace('grant', 'role'),
    ]) {
      const refusal = await refused(revoke([...ids, other]))
      details.push([refusal.code, refusal.detail])
    }
    expect(new Set(details.map(String)).size).toBe(1)
    expect(details[0]![0]).toBe('not_found')
    expect(await left('all-or-none')).toEqual(['viewer', 'user'])
    expect((await acme.root('grant.get', { params: { grant: foreign.id } })).id).toBe(foreign.id)
  })

  it('takes none where the reviewer does not hold what one of them carries', async () => {
    const ids = await withGrants('stronger', ['viewer', 'editor'])
    const permissions = ['grant:read', 'grant:delete']
    await acme.research('role.create', { body: { name: 'reviewer', permissions } })
    const reviewer = await acme.person('research', 'reviewer@acme.example')
    for (const role of ['viewer', 'reviewer']) {
      await acme.research('grant.create', { body: grantTo(user('reviewer@acme.example'), role) })
    }
    expect(await refusalOf(revoke(ids, { as: reviewer }))).toBe('hands_out_more_than_held')
    expect(await left('stronger')).toEqual(['viewer', 'editor'])
    expect(await revoke([ids[0]!], { as: reviewer })).toEqual({ revoked: 1 })
  })

  it('keeps an admin, also where several are taken at once', async () => {
    const { items } = await acme.research('access-review.grants', {
      query: { 'filter[finding]': 'wide' },
    })
    expect(await refusalOf(revoke(items.map((item: Read) => item.id)))).toBe('refused_by_rule')
    expect((await acme.research('grant.list', { query: { 'filter[role]': 'admin' } })).total).toBe(
      items.length,
    )
  })

  it('says what would be lost and takes nothing in a dry run', async () => {
    const ids = await withGrants('foreseen', ['viewer', 'user'])
    const plan = await acme.control.call('access-review.revoke-grants', {
      as: acme.researchAdmin,
      params: { account: 'research' },
      query: { dryRun: 'true' },
      body: { grants: ids },
    })
    expect(plan.body.changes).toHaveLength(2)
    expect(JSON.stringify(plan.body.lost)).toContain('foreseen@acme.example')
    expect(await left('foreseen')).toEqual(['viewer', 'user'])
  })

  it('un-shares several, all or none, and nowhere but in root', async () => {
    const shop = await newAccount(acme.control, acme.tenant, 'shop')
    const of = (to: string, name: string) =>
      share(acme.control, acme.tenant, { kind: 'model', resource: name, to })
    const made = [
      await of('shop', 'small'),
      await of('shop', 'large'),
      await of('research', 'large'),
    ]
    const ids = made.map((one) => one.id)
    const send = (shares: string[], where = acme.root, as = acme.rootAdmin) =>
      where('access-review.revoke-shares', { body: { shares }, as })
    expect(await refusalOf(send([...ids, 'share_00000000000000000000000000']))).toBe('not_found')
    const inShop = { as: shop.admin, params: { account: 'shop' }, body: { shares: [ids[0]!] } }
    expect(await refusalOf(acme.control.ask('access-review.revoke-shares', inShop))).toBe(
      'refused_by_rule',
    )
    expect((await acme.root('share.list', {})).total).toBe(3)
    expect(await send(ids.slice(0, 2))).toEqual({ revoked: 2 })
    expect((await acme.root('share.list', {})).items.map((one: Read) => one.id)).toEqual([ids[2]])
  })
})

describe('an export', () => {
  it('has each row once, in the order in which they were made, as the list has it', async () => {
    await withGrants('exported', ['viewer', 'user'])
    const whole = await acme.research('access-review.export')
    const { items, total } = await acme.research('access-review.grants', {
      query: { limit: '200', sort: 'createdAt' },
    })
    expect(whole.items.grants).toEqual(items)
    expect(whole.grants.total).toBe(total)
    expect(total).toBeLessThan(exportedRowsMax)
    const csv: string = await acme.research('access-review.csv')
    const lines = csv.trimEnd().split('\r\n')
    expect(lines).toHaveLength(total + 1)
    expect(lines[0]).toMatch(/^subject type,subject,role,/)
    expect(lines.slice(1).map((line) => line.split(',').at(-1))).toEqual(
      items.map((item: Read) => item.id),
    )
  })

  it('has no cell that a spreadsheet would run', async () => {
    const body = { name: 'formula', displayName: '=HYPERLINK("http://evil.example","x")' }
    await acme.research('virtual-account.create', { body })
    const csv: string = await acme.research('access-review.csv', {
      query: { list: 'virtual-accounts' },
    })
    expect(csv).toContain('"\'=HYPERLINK(""http://evil.example"",""x"")"')
    expect(csv).not.toMatch(/(^|,)"?[=+@]/m)
  })

  it('is of what the reader may see: shares and virtual accounts have permissions of their own', async () => {
    const permissions = ['grant:read']
    await acme.research('role.create', { body: { name: 'grants-only', permissions } })
    const as = await acme.person('research', 'grants-only@acme.example')
    await acme.research('grant.create', {
      body: grantTo(user('grants-only@acme.example'), 'grants-only'),
    })
    const whole = await acme.research('access-review.export', { as })
    expect([whole.shares, whole.virtualAccounts]).toEqual([null, null])
    expect([whole.items.shares, whole.items.virtualAccounts]).toEqual([[], []])
    for (const list of ['shares', 'virtual-accounts']) {
      const attempt = acme.research('access-review.csv', { as, query: { list } })
      expect(await refusalOf(attempt)).toBe('not_allowed')
    }
    const nobody = await acme.person('research', 'nobody@acme.example')
    for (const operation of ['get', 'grants', 'shares', 'virtual-accounts', 'export', 'csv']) {
      const attempt = acme.research(`access-review.${operation}`, { as: nobody })
      expect(await refusalOf(attempt)).toBe('not_allowed')
    }
  })
})

describe('that a review was done', () => {
  it('is kept in the audit log with what it found and what was taken back, and shown', async () => {
    const before = await acme.root('access-review.get')
    expect(before.lastReview).toBeNull()
    await acme.root('team.create', { body: { name: 'reviewed' } })
    const { id } = await acme.root('grant.create', {
      body: grantTo(team('reviewed'), 'viewer', resource('model', 'small')),
    })
    await acme.root('access-review.revoke-grants', { body: { grants: [id] } })
    const done = await acme.root('access-review.complete', { body: { note: 'Fourth quarter' } })
    expect(done).toMatchObject({ note: 'Fourth quarter', revokedGrants: 1 })
    const after = await acme.root('access-review.get')
    expect(after.lastReview).toEqual(done)
    expect(after.lastReview.by.name).toBe(acme.tenant.adminEmail)
    const again = await acme.root('access-review.complete', { body: {} })
    expect(again).toMatchObject({ note: '', revokedGrants: 0, revokedShares: 0 })
    expect((await acme.research('access-review.get')).lastReview).toBeNull()
  })
})
