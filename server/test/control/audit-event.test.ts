/** The audit log as the account reads it: newest first, found again by any of its fields, its own only. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditHash } from '../../src/store/audit-event.ts'
import {
  type Control,
  type Read,
  refusalOf,
  type SignedIn,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, newMember, type TestAccount } from './support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount
let viewer: SignedIn

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  viewer = await newMember(control, research, 'vera@research.example', 'viewer')
  await ask('prompt.create', { body: { name: 'greeting' } })
  await ask('prompt.update', { params: { prompt: 'greeting' }, body: { displayName: 'Hello' } })
  await ask('prompt.delete', { params: { prompt: 'greeting' } })
})
afterAll(() => control.close())

const ask = (
  operation: string,
  { params = {}, query = {}, body }: { params?: object; query?: object; body?: unknown } = {},
  as: SignedIn = research.admin,
) =>
  control.ask(operation, {
    as,
    params: { account: 'research', ...params },
    query: query as Record<string, string>,
    body,
  })
const operations = ({ items }: Read) => items.map((event: Read) => event.operation)

test('events are listed newest first, and page by page without a gap', async () => {
  const all = await ask('audit-event.list')
  expect(operations(all).slice(0, 3)).toEqual(['prompt.delete', 'prompt.update', 'prompt.create'])
  const first = await ask('audit-event.list', { query: { limit: '2' } })
  const rest = await ask('audit-event.list', { query: { limit: '2', cursor: first.nextCursor } })
  expect([...first.items, ...rest.items]).toEqual(all.items.slice(0, 4))
})

test('an event is found by operation, actor, target and time, though its target is gone', async () => {
  const by = async (filter: Record<string, string>) =>
    operations(
      await ask('audit-event.list', {
        query: Object.fromEntries(Object.entries(filter).map(([k, v]) => [`filter[${k}]`, v])),
      }),
    )
  expect(await by({ target: 'greeting' })).toEqual([
    'prompt.delete',
    'prompt.update',
    'prompt.create',
  ])
  expect(await by({ operation: 'prompt.update', actor: research.adminEmail })).toEqual([
    'prompt.update',
  ])
  expect(await by({ actor: 'nobody@research.example' })).toEqual([])
  expect(await by({ to: '2020-01-01T00:00:00Z' })).toEqual([])
})

test('one event is read by its id, by its account alone', async () => {
  const [event] = (await ask('audit-event.list')).items
  const params = { 'audit-event': event.id }
  expect(await ask('audit-event.get', { params }, viewer)).toEqual(event)
  const fromRoot = control.ask('audit-event.get', {
    as: acme.admin,
    params: { account: 'root', ...params },
  })
  expect(await refusalOf(fromRoot)).toBe('not_found')
  const missing = ask('audit-event.get', { params: { 'audit-event': 'prompt.delete' } })
  expect(await refusalOf(missing)).toBe('not_found')
})

test('what is read can be checked: each hash follows from the event and the hash before it', async () => {
  const rows = await control.services.database.withTenant(acme.id, (tx) =>
    tx.selectFrom('auditEvent').selectAll().orderBy('sequence').execute(),
  )
  const read = await ask('audit-event.list', { query: { limit: '200' } })
  expect(read.items.length).toBeGreaterThan(3)
  for (const event of read.items) {
    const row = rows.find(({ sequence }) => Number(sequence) === event.sequence)!
    const entry = {
      id: event.id,
      tenantId: acme.id,
      accountId: event.account,
      at: new Date(event.at),
      actorId: event.actor.id,
      actorName: event.actor.name,
      tokenId: event.token,
      sessionId: event.session,
      operation: event.operation,
      targetKind: event.target.kind,
      targetId: event.target.id,
      targetName: event.target.name,
      before: event.before,
      after: event.after,
      requestId: event.requestId,
      address: event.address,
    }
    expect(auditHash(entry, event.sequence, row.previousHash).toString('hex')).toBe(event.hash)
  }
})

test('a refusal is kept with its reason, apart from the log', async () => {
  const before = (await ask('audit-event.list')).items.length
  const create = ask('prompt.create', { body: { name: 'refused' } }, viewer)
  expect(await refusalOf(create)).toBe('not_allowed')
  await expect
    .poll(async () => (await ask('audit-event.denials')).items, { timeout: 5_000 })
    .toMatchObject([
      { operation: 'prompt.create', reason: expect.stringContaining('prompt:create') },
    ])
  expect((await ask('audit-event.list')).items).toHaveLength(before)
})

test('who may not read the log does not', async () => {
  const invited = await ask('user.invite', { body: { email: 'noah@research.example' } })
  const nobody = await control.accept(invited.invitation.link)
  expect(await refusalOf(ask('audit-event.list', {}, nobody))).toBe('not_allowed')
  expect(await refusalOf(ask('audit-event.denials', {}, nobody))).toBe('not_allowed')
})
