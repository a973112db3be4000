/**
 * What goes with an account or a team, and what has to stay: told beforehand, refused while something
 * is owed or running, and afterwards looked for in every table that there is.
 */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuid } from '../../src/store/database.ts'
import { closedInvoices } from '../../src/store/invoice.ts'
import { reconcile } from '../../src/worker/close-invoices.ts'
import {
  type Control,
  type Read,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { journalOf } from './support/spend.ts'
import { newAccount, share, type TestAccount } from './support/world.ts'

let control: Control
let tenant: TestTenant

beforeAll(async () => {
  control = await startControl()
  tenant = await control.tenant('acme')
})
afterAll(() => control.close())

const inTenant = <T>(work: Parameters<typeof control.services.database.withTenant<T>>[1]) =>
  control.services.database.withTenant(tenant.id, work)
const asRoot = (operationId: string, more: object = {}) => {
  const { params, ...rest } = more as { params?: object }
  return control.ask(operationId, {
    as: tenant.admin,
    params: { account: 'root', ...params },
    ...rest,
  } as never)
}
const asAdmin =
  (at: TestAccount) =>
  (operationId: string, more: object = {}) => {
    const { params, ...rest } = more as { params?: object }
    return control.ask(operationId, {
      as: at.admin,
      params: { account: at.name, ...params },
      ...rest,
    } as never)
  }
const remove = (name: string, query: object = {}) =>
  asRoot('account.delete', { params: { account: name }, query })
const sentences = (told: Read) => told.lost.map((loss: Read) => loss.sentence) as string[]

/** What an account's deletion leaves on purpose: what was spent, at which price, and who did what. */
const kept = ['audit_denial', 'audit_event', 'invoice', 'ledger_entry', 'price', 'usage_record']

/** The tables that still have rows of the account, whichever column names it. */
async function tablesWith(accountId: string): Promise<string[]> {
  return inTenant(async (tx) => {
    const { rows } = await sql<{ table: string; column: string }>`
      select c.relname::text as table, a.attname::text as column from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname like '%account_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
        and a.atttypid = 'uuid'::regtype`.execute(tx)
    const found = new Set<string>()
    for (const { table, column } of rows) {
      const { rows: left } = await sql`select from ${sql.table(table)}
        where ${sql.ref(column)} = ${uuid(accountId as AccountId)} limit 1`.execute(tx)
      if (left.length > 0) found.add(table)
    }
    return [...found].sort()
  })
}

/** Something of everything that an account can have. */
async function furnish(at: TestAccount): Promise<void> {
  const ask = asAdmin(at)
  const email = `never@${at.name}.example`
  await ask('user.invite', { body: { email } })
  await ask('team.create', { body: { name: 'crew', members: [at.adminEmail] } })
  const bot = { name: 'bot', ownerTeam: 'crew', teams: ['crew'] }
  await ask('virtual-account.create', { body: bot })
  await ask('token.create', { params: { 'virtual-account': 'bot' }, body: { name: 'main' } })
  await ask('role.create', { body: { name: 'own', permissions: ['prompt:read'] } })
  await ask('secret-group.create', { body: { name: 'vault' } })
  await ask('secret.create', { body: { name: 'key', secretGroup: 'vault', value: 'hidden' } })
  await ask('prompt.create', { body: { name: 'mine' } })
  const content = { messages: [{ role: 'user', content: 'Hello' }] }
  await ask('prompt-version.create', { params: { prompt: 'mine' }, body: { content } })
  await ask('provider-account.create', { body: { name: 'vendor', provider: 'sandbox' } })
  const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
  const sizes = { upstreamModel: 'm', type: 'chat', contextTokensMax: 9, outputTokensMax: 9 }
  const model = { name: 'small', providerAccount: 'vendor', ...sizes, price }
  await ask('model.create', { body: model })
  const object = { type: 'resource', kind: 'prompt', resource: 'mine' }
  const subject = { type: 'team', team: 'crew' }
  await ask('grant.create', { body: { subject, object, role: 'own' } })
  const limit = { level: 'team', of: 'crew' }
  await ask('budget.create', {
    body: { name: 'cap', ...limit, amountUsd: '1', period: 'month' },
    idempotencyKey: `key-of-${at.name}`,
  })
  const pace = { metric: 'requests', amount: 1, windowSeconds: 60 }
  await ask('usage-limit.create', { body: { name: 'pace', ...limit, ...pace } })
  await ask('prompt.transfer', { params: { prompt: 'mine' }, body: { to: 'root' } })
}

describe('deleting an account', () => {
  it('tells what goes, and leaves nothing of it but the books (A63)', async () => {
    const doomed = await newAccount(control, tenant, 'doomed')
    await furnish(doomed)
    await asRoot('prompt.create', { body: { name: 'gift' } })
    await asRoot('prompt.create', { body: { name: 'common' } })
    await asRoot('prompt.transfer', { params: { prompt: 'gift' }, body: { to: 'doomed' } })
    await share(control, tenant, { kind: 'prompt', resource: 'common', to: 'doomed' })
    await asRoot('account.update', {
      params: { account: 'doomed' },
      body: { budget: { amountUsd: '5' } },
    })
    expect((await tablesWith(doomed.id)).length).toBeGreaterThan(15)
    const principals = await inTenant((tx) => tx.selectFrom('principal').select('id').execute())

    const told = sentences(await remove('doomed', { dryRun: 'true' }))
    for (const part of [
      '1 virtual accounts',
      '2 budgets',
      '1 usage limits',
      '1 shares to it',
      '1 offers to it',
    ]) {
      expect(told).toContain(`${part} are deleted.`)
    }
    await remove('doomed')
    expect((await tablesWith(doomed.id)).filter((table) => !kept.includes(table))).toEqual([])
    expect(await tablesWith(doomed.id)).toEqual(['audit_event', 'price'])
    // Its virtual account and whoever never came are gone; its admin is a user of the tenant still.
    const left = await inTenant((tx) => tx.selectFrom('principal').select('id').execute())
    expect(left.length).toBe(principals.length - 2)
    // What was root's is untouched, and free to be given to somebody else.
    expect((await asRoot('transfer.list')).items).toEqual([])
    await asRoot('prompt.get', { params: { prompt: 'gift' } })
  })

  it('is refused while an invoice is open, unless forced; then it is closed with all that came', async () => {
    const owing = await newAccount(control, tenant, 'owing')
    const spend = await journalOf(control.services.database, tenant.id, owing.id)
    const at = new Date().toISOString()
    await spend({ at, costNanos: 1_500_000_000n })
    const refusal = await refused(remove('owing'))
    expect(refusal.code).toBe('in_use')
    expect(refusal.detail).toContain('$1.50')
    const told = sentences(await remove('owing', { dryRun: 'true', force: 'true' }))
    expect(told.join(' ')).toContain('$1.50 so far, is closed once its month is over')
    await remove('owing', { force: 'true' })

    // A call that was in flight comes in after the account is gone.
    await spend({ at, costNanos: 500_000_000n })
    const nextMonth = new Date(Date.parse(at) + 32 * 24 * 60 * 60 * 1_000)
    await reconcile(control.services, nextMonth)
    const invoices = await inTenant((tx) => closedInvoices(tx, owing.id as AccountId))
    expect(invoices.map(({ totalNanos }) => totalNanos)).toEqual([2_000_000_000n])
  })
})

describe('deleting a team', () => {
  it('leaves what it answered for, marked with its name, until another takes over', async () => {
    const lab = await newAccount(control, tenant, 'lab')
    const ask = asAdmin(lab)
    for (const name of ['crew', 'night-shift']) await ask('team.create', { body: { name } })
    await ask('virtual-account.create', { body: { name: 'bot', ownerTeam: 'crew' } })
    await ask('virtual-account.create', { body: { name: 'other' } })
    const at = { params: { 'virtual-account': 'bot' } }
    expect(await ask('virtual-account.get', at)).toMatchObject({
      ownerTeam: { name: 'crew' },
      formerOwnerTeam: null,
    })
    const query = { 'filter[ownerTeam]': 'crew' }
    const { items } = await ask('virtual-account.list', { query })
    expect(items.map((one: Read) => one.name)).toEqual(['bot'])

    const team = { params: { team: 'crew' } }
    const told = sentences(await ask('team.delete', { ...team, query: { dryRun: 'true' } }))
    expect(told.join(' ')).toContain('bot goes on, and nobody answers for it')
    await ask('team.delete', team)
    const orphan = { ownerTeam: null, formerOwnerTeam: 'crew', state: 'active' }
    expect(await ask('virtual-account.get', at)).toMatchObject(orphan)

    const adopted = await ask('virtual-account.update', {
      ...at,
      body: { ownerTeam: 'night-shift' },
    })
    expect(adopted).toMatchObject({ ownerTeam: { name: 'night-shift' }, formerOwnerTeam: null })
    const freed = await ask('virtual-account.update', { ...at, body: { ownerTeam: null } })
    expect(freed).toMatchObject({ ownerTeam: null, formerOwnerTeam: null })
  })

  it('of another account, or none, answers for nothing here', async () => {
    const here = await newAccount(control, tenant, 'here')
    const there = await newAccount(control, tenant, 'there')
    const { id } = await asAdmin(there)('team.create', { body: { name: 'foreign' } })
    const make = (ownerTeam: string) =>
      refused(asAdmin(here)('virtual-account.create', { body: { name: 'bot', ownerTeam } }))
    const [foreign, missing] = [await make(id), await make(id.replace(/.{4}$/, '0000'))]
    expect([foreign.code, foreign.detail]).toEqual([missing.code, missing.detail])
    expect(foreign.code).toBe('not_found')
  })
})
