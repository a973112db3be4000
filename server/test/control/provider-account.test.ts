/** Provider accounts: the vendor's key goes in, and comes out nowhere. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSecretValue } from '../../src/store/secret-value.ts'
import { loadTenantKey } from '../../src/store/tenant-key.ts'
import {
  type Control,
  type Read,
  refusalOf,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, share, type TestAccount } from './support/world.ts'

const vendorKey = 'sk-the-key-of-the-vendor'
const baseUrl = 'https://api.example.com/v1'
const root = { account: 'root' }

let control: Control
let acme: TestTenant
let research: TestAccount

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
})
afterAll(() => control.close())

const inRoot = (operation: string, body: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { ...root, ...params }, body })
const create = (name: string, more: object = {}) =>
  inRoot('provider-account.create', {
    name,
    provider: 'openai-compatible',
    baseUrl,
    apiKey: vendorKey,
    ...more,
  })

/** The key as the gateway would read it. */
function storedKey(id: string): Promise<string | null> {
  return control.services.database.withTenant(acme.id, async (tx) => {
    const key = await loadTenantKey(tx, control.services.vault, acme.id)
    const place = { tenantId: acme.id, resourceId: id as never, field: 'apiKey' }
    return readSecretValue(tx, key, place)
  })
}

test('the key is stored encrypted, and is in no answer and no audit event (T81)', async () => {
  const made = await create('written')
  const read = await control.ask('provider-account.get', {
    as: acme.admin,
    params: { ...root, 'provider-account': 'written' },
  })
  const dry = await control.call('provider-account.update', {
    as: acme.admin,
    params: { ...root, 'provider-account': 'written' },
    body: { apiKey: vendorKey },
    query: { dryRun: 'true' },
  })
  const audit = await control.ask('audit-event.list', { as: acme.admin, params: root })
  expect(JSON.stringify([made, read, dry, audit])).not.toContain(vendorKey)
  expect(audit.items[0]).toMatchObject({ after: { name: 'written', apiKeyWritten: true } })
  expect(await storedKey(made.id)).toBe(vendorKey)
  const rows = await control.services.database.withTenant(acme.id, (tx) =>
    tx.selectFrom('secretValue').select('ciphertext').execute(),
  )
  for (const { ciphertext } of rows) expect(ciphertext.toString('latin1')).not.toContain(vendorKey)
})

test('a key is replaced, and taken away with null', async () => {
  const { id } = await create('replaced')
  await inRoot('provider-account.update', { apiKey: 'sk-another' }, { 'provider-account': id })
  expect(await storedKey(id)).toBe('sk-another')
  await inRoot('provider-account.update', { apiKey: null }, { 'provider-account': id })
  expect(await storedKey(id)).toBeNull()
})

test('a stored key is never sent to a new address: it has to be given again', async () => {
  const { id } = await create('moved')
  const move = (more: object) =>
    inRoot(
      'provider-account.update',
      { baseUrl: 'https://elsewhere.example.com/v1', ...more },
      { 'provider-account': id },
    )
  const refusal = await refused(move({}))
  expect([refusal.code, refusal.errors[0].pointer]).toEqual(['refused_by_rule', '/apiKey'])
  expect(await storedKey(id)).toBe(vendorKey)
  await move({ apiKey: 'sk-of-elsewhere' })
  expect(await storedKey(id)).toBe('sk-of-elsewhere')
})

test('an account that it is shared to learns neither its address nor its key', async () => {
  await create('lent')
  await share(control, acme, {
    kind: 'provider-account',
    resource: 'lent',
    to: 'research',
    upTo: 'admin',
  })
  const params = { account: 'research', 'provider-account': 'lent' }
  const read = await control.ask('provider-account.get', { as: research.admin, params })
  const list = await control.ask('provider-account.list', {
    as: research.admin,
    params: { account: 'research' },
  })
  await control.ask('provider-account.update', {
    as: research.admin,
    params,
    body: { displayName: 'Lent' },
  })
  const audit = await control.ask('audit-event.list', {
    as: research.admin,
    params: { account: 'research' },
  })
  expect(read).toMatchObject({ shared: true, provider: 'openai-compatible' })
  expect(JSON.stringify([read, list, audit])).not.toContain('api.example.com')
})

test.each([
  ['http://169.254.169.254/latest', 'a metadata service'],
  ['http://127.0.0.1:9999/v1', 'this machine'],
  ['http://localhost/v1', 'this machine by name'],
  ['https://user:pass@api.example.com/v1', 'a URL with a password'],
])('%s is refused: %s', async (url) => {
  expect(await refusalOf(create('unsafe', { baseUrl: url }))).toBe('unsafe_url')
})

test('an openai-compatible one needs an address, a sandbox takes none', async () => {
  const without = inRoot('provider-account.create', {
    name: 'without',
    provider: 'openai-compatible',
  })
  expect(await refusalOf(without)).toBe('refused_by_rule')
  expect(await refusalOf(create('boxed', { provider: 'sandbox' }))).toBe('refused_by_rule')
  const boxed = await inRoot('provider-account.create', { name: 'boxed', provider: 'sandbox' })
  expect(boxed.provider).toBe('sandbox')
  const clears = { provider: 'sandbox', baseUrl: null }
  const { id } = await create('becomes-boxed')
  const became: Read = await inRoot('provider-account.update', clears, { 'provider-account': id })
  expect(became).not.toHaveProperty('baseUrl')
  expect(await storedKey(id)).toBeNull()
})

test('the sandbox is refused where the deployment turned it off', async () => {
  const without = await startControl({ sandbox: false })
  const tenant = await without.tenant('plain')
  const call = without.ask('provider-account.create', {
    as: tenant.admin,
    params: root,
    body: { name: 'boxed', provider: 'sandbox' },
  })
  expect(await refusalOf(call)).toBe('refused_by_rule')
  await without.close()
})

test('a vendor that is known by name needs no address, and its key stays with that vendor', async () => {
  const named = { name: 'named', provider: 'openai', apiKey: vendorKey }
  const { id } = await inRoot('provider-account.create', named)
  const change = (body: object) =>
    inRoot('provider-account.update', body, { 'provider-account': id })
  expect(await refusalOf(change({ provider: 'groq' }))).toBe('refused_by_rule')
  expect(await refusalOf(change({ baseUrl }))).toBe('refused_by_rule')
  await change({ baseUrl: 'https://api.openai.com/v1' })
  expect(await storedKey(id)).toBe(vendorKey)
  await change({ provider: 'groq', baseUrl: null, apiKey: 'gsk-another' })
  expect(await storedKey(id)).toBe('gsk-another')
})

test('an API version is for Azure alone', async () => {
  const apiVersion = '2024-10-21'
  expect(await refusalOf(create('versioned', { apiVersion }))).toBe('refused_by_rule')
  const azure = await create('azure', { provider: 'azure-openai', apiVersion })
  expect(azure).toMatchObject({ provider: 'azure-openai', apiVersion })
})
