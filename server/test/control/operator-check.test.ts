/** What an operator checks a deployment with: the database's rules, and tenants to throw away. */
import type { AccountId } from '@commonhold/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countTenantRows } from '../../src/store/residue.ts'
import { reconcile } from '../../src/worker/remove-check-tenants.ts'
import { type Acme, grantTo, startAcme, team } from './support/acme.ts'
import {
  type As,
  type Control,
  operatorKey,
  password,
  type Read,
  refusalOf,
} from './support/control.ts'
import { journalOf } from './support/spend.ts'

let acme: Acme
let control: Control
const operator = { token: operatorKey }

beforeAll(async () => {
  acme = await startAcme()
  control = acme.control
})
afterAll(() => acme.close())

const make = (body: object = {}) =>
  control.ask('operator-check-tenant.create', { as: operator, body })
const remove = (tenant: string, query: Record<string, string> = {}) =>
  control.ask('operator-check-tenant.end', { as: operator, params: { tenant }, query })
const rowsOf = (id: Read) => control.services.database.withTenant(id, countTenantRows)
const checks = async () =>
  (await control.ask('operator-database.check', { as: operator })).checks as Read[]

test('each rule of the database that serves holds, and is told as a sentence', async () => {
  const all = await checks()
  expect(all.length).toBeGreaterThan(14)
  expect(all.filter(({ ok }) => !ok)).toEqual([])
  for (const { rule } of all) expect(rule).toMatch(/^[A-Z].*\.$/)
})

describe('a throw-away tenant', () => {
  let made: Read
  let admin: As
  beforeEach(async () => {
    made = await make()
    admin = await control.accept(made.adminLink)
  })

  test('is made where there is one tenant, and leaves it the only one', async () => {
    expect((await control.ask('deployment.get')).tenant).toMatchObject({ name: 'acme' })
    expect(await control.signIn(acme.tenant.adminEmail)).toBeDefined()
    const second = control.ask('operator-tenant.create', {
      as: operator,
      body: { name: 'second', admin: { email: 'a@b.example' } },
    })
    expect(await refusalOf(second)).toBe('wrong_state')
    await control.ask('me.get', { as: admin })
    await remove(made.name)
  })

  test('can’t be signed in to by its name', async () => {
    const given = { email: 'admin@check.invalid', password, tenant: made.name }
    expect(await refusalOf(control.ask('session.create', { body: given }))).toBe('sign_in_failed')
    const seen = await control.ask('deployment.get', { query: { tenant: made.name } })
    expect(seen.tenant).toBeNull()
    await remove(made.id)
  })

  test('is deleted to the last row, and its credentials with it', async () => {
    const left = await remove(made.name)
    expect(left.afterDeletion.filter(({ kept }: Read) => kept === null)).toEqual([])
    expect(left.afterDeletion.map(({ table }: Read) => table)).toContain('audit_event')
    expect(left.afterRemoval).toEqual([])
    expect(await rowsOf(made.id)).toEqual([])
    expect(await refusalOf(control.ask('me.get', { as: admin }))).toBe('not_signed_in')
    expect(await refusalOf(remove(made.name))).toBe('not_found')
  })

  test('ends with its time, and what was left behind is removed', async () => {
    const past = new Date(Date.now() - 1_000)
    await control.services.database.withTenant(made.id, (tx) =>
      tx.updateTable('tenant').set({ checkUntil: past }).where('name', '=', made.name).execute(),
    )
    expect(await refusalOf(control.ask('me.get', { as: admin }))).toBe('credential_expired')
    await reconcile(control.services, new Date())
    expect(await rowsOf(made.id)).toEqual([])
  })

  test('is not removed while its time lasts', async () => {
    await reconcile(control.services, new Date())
    await control.ask('me.get', { as: admin })
    await remove(made.name)
  })

  test('with a bill stays as a deleted tenant does: no bill is deleted', async () => {
    const { items } = await control.ask('account.list', { as: admin })
    const spend = await journalOf(control.services.database, made.id, items[0].id)
    await spend({ at: new Date().toISOString(), costNanos: 5n })
    const left = await remove(made.name)
    expect(left.afterRemoval).toEqual(left.afterDeletion)
    expect(left.afterRemoval.filter(({ kept }: Read) => kept === null)).toEqual([])
    await reconcile(control.services, new Date(Date.now() + 3_600_000))
    expect((await checks()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('may be tried beforehand', async () => {
    const told = await remove(made.name, { dryRun: 'true' })
    expect(told).toMatchObject({ dryRun: true, lost: [{ what: 'tenant' }] })
    await control.ask('me.get', { as: admin })
    await remove(made.name)
  })
})

test('no tenant that is somebody’s can be removed that way', async () => {
  expect(await refusalOf(remove('acme'))).toBe('not_found')
  await control.ask('me.get', { as: acme.rootAdmin })
})

test('nobody but the operator makes or removes one, or asks about the database', async () => {
  for (const operation of ['operator-check-tenant.create', 'operator-database.check']) {
    const body = operation.endsWith('create') ? {} : undefined
    const asked = control.ask(operation, { as: acme.rootAdmin, body })
    expect(await refusalOf(asked)).toBe('credential_expired')
  }
})

test('A63: of a deleted tenant there are records, and nothing else', async () => {
  const { id } = acme.tenant
  const at = { at: new Date().toISOString(), costNanos: 5n }
  const accounts = await control.ask('account.list', { as: acme.rootAdmin })
  const research = accounts.items.find(({ name }: Read) => name === 'research').id as AccountId
  const spend = await journalOf(control.services.database, id, research)
  await spend(at)
  await acme.root('cluster.create', { body: { name: 'shared' } })
  await acme.root('share.create', {
    body: { kind: 'cluster', resource: 'shared', to: 'research', upTo: 'user' },
  })
  const { as } = await acme.program('robot')
  await acme.research('team.create', { body: { name: 'people', members: ['robot'] } })
  await acme.research('grant.create', { body: grantTo(team('people'), 'user') })
  await acme.research('secret-group.create', { body: { name: 'group' } })
  await acme.research('secret.create', {
    body: { name: 'hidden', secretGroup: 'group', value: 'hush' },
  })
  await acme.research('prompt.create', { body: { name: 'greeting' } })
  await acme.research('prompt-version.create', {
    params: { prompt: 'greeting' },
    body: { content: { messages: [{ role: 'user', content: 'Dear Ana' }] } },
  })
  const money = { level: 'account', amountUsd: '1', period: 'month' }
  await acme.research('budget.create', { body: { name: 'money', ...money } })
  await acme.research('user.invite', { body: { email: 'late@acme.example' } })
  expect((await rowsOf(id)).length).toBeGreaterThan(25)

  await control.ask('operator-tenant.delete', { as: operator, params: { tenant: 'acme' } })
  // What a gateway ships late is booked all the same.
  await spend({ ...at, requestId: crypto.randomUUID() })
  const left = await rowsOf(id)
  expect(left.filter(({ kept }) => kept === null)).toEqual([])
  expect(left.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['audit_event', 'usage_record', 'tenant']),
  )
  expect(await refusalOf(control.ask('me.get', { as }))).toBe('not_signed_in')
  expect((await checks()).filter(({ ok }) => !ok)).toEqual([])
})
