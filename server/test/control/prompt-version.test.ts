/** Prompts and secrets: versions that never change, labels that move, values that are revealed on record. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, newMember, share, type TestAccount } from './support/world.ts'

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

const inRoot = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { ...root, ...params }, body })
const saying = (content: string) => ({ content: { messages: [{ role: 'system', content }] } })

async function promptWith(name: string, versions: number) {
  await inRoot('prompt.create', { name })
  for (let n = 1; n <= versions; n++) {
    await inRoot('prompt-version.create', saying(`version ${n}`), { prompt: name })
  }
  return (operation: string, params: object, body?: unknown) =>
    inRoot(`prompt-version.${operation}`, body, { prompt: name, ...params })
}

test('versions count up, and the newest is latest', async () => {
  const on = await promptWith('counted', 3)
  const { items } = await on('list', {})
  expect(items.map((v: Read) => [v.version, v.labels])).toEqual([
    [1, []],
    [2, []],
    [3, ['latest']],
  ])
  expect(await on('get', { version: 'latest' })).toEqual(await on('get', { version: '3' }))
  expect((await on('get', { version: '1' })).content.messages[0].content).toBe('version 1')
  expect(await refusalOf(on('get', { version: '4' }))).toBe('not_found')
})

test('a label points at one version, moves, and goes', async () => {
  const on = await promptWith('labelled', 2)
  await on('label', { label: 'production' }, { version: 1 })
  expect((await on('get', { version: 'production' })).version).toBe(1)
  await on('label', { label: 'production' }, { version: 2 })
  expect((await on('get', { version: '2' })).labels).toEqual(['latest', 'production'])
  await on('unlabel', { label: 'production' })
  expect(await refusalOf(on('get', { version: 'production' }))).toBe('not_found')
  expect(await refusalOf(on('unlabel', { label: 'production' }))).toBe('not_found')
})

test('latest can’t be moved, and a label is no number', async () => {
  const on = await promptWith('misused', 1)
  for (const label of ['latest', '1', 'Über']) {
    expect(await refusalOf(on('label', { label }, { version: 1 }))).toBe('refused_by_rule')
  }
  expect(await refusalOf(on('label', { label: 'live' }, { version: 9 }))).toBe('not_found')
})

test('the database refuses to change a version, whoever asks', async () => {
  await promptWith('frozen', 1)
  const update = control.services.database.withTenant(acme.id, (tx) =>
    tx.updateTable('promptVersion').set({ note: 'edited' }).execute(),
  )
  await expect(update).rejects.toThrow(/permission denied/)
})

test('revealing a secret needs secret:use, gives the value, and is on record without it', async () => {
  await inRoot('secret-group.create', { name: 'deployment' })
  const made = await inRoot('secret.create', {
    name: 'token',
    secretGroup: 'deployment',
    value: 'the-value-itself',
  })
  expect(made).not.toHaveProperty('value')
  await share(control, acme, { kind: 'secret', resource: 'deployment/token', to: 'research' })
  const viewer = await newMember(control, research, 'vera@research.example', 'viewer')
  const reveal = (as: Read) =>
    control.ask('secret.reveal', { as, params: { account: 'research', secret: 'token' } })
  expect(await refusalOf(reveal(viewer))).toBe('not_allowed')
  expect(await reveal(research.admin)).toEqual({ value: 'the-value-itself' })

  for (const [as, account] of [
    [acme.admin, 'root'],
    [research.admin, 'research'],
  ] as const) {
    const audit = await control.ask('audit-event.list', { as, params: { account } })
    expect(audit.items[0]).toMatchObject({
      operation: 'secret.reveal',
      actor: { name: research.adminEmail },
      target: { id: made.id, name: 'token' },
      after: { revealed: true },
    })
    expect(JSON.stringify(audit)).not.toContain('the-value-itself')
  }
})

test('a value is replaced as a whole, and renaming keeps it', async () => {
  await inRoot('secret-group.create', { name: 'rotated' })
  const secret = { name: 'rotating', secretGroup: 'rotated', value: 'first' }
  const { id } = await inRoot('secret.create', secret)
  await inRoot('secret.update', { name: 'still-rotating' }, { secret: id })
  expect(await inRoot('secret.reveal', undefined, { secret: id })).toEqual({ value: 'first' })
  await inRoot('secret.update', { value: 'second' }, { secret: id })
  expect(await inRoot('secret.reveal', undefined, { secret: id })).toEqual({ value: 'second' })
})
