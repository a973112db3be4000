/** Starting while the database is away, from what was kept on disk: what is served, and what is not believed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTokenText } from '../../src/crypto/credential-hash.ts'
import { createVault } from '../../src/crypto/envelope.ts'
import { newUuid } from '../../src/crypto/new-id.ts'
import type { GatewayOptions } from '../../src/gateway/gateway.ts'
import { keptVersion } from '../../src/gateway/snapshot/kept/format.ts'
import { loadKept } from '../../src/gateway/snapshot/kept/load.ts'
import { takeDatabaseAway } from './support/away.ts'
import {
  chat,
  eventually,
  poolOf,
  type Running,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'
import { vault, type World } from './support/world.ts'

const name = 'sandbox/sandbox-fast'
const databaseName = 'db:5432/commonhold'
let stack: Stack
let directory: string
let journalDirectory: string
let free: { world: World; token: string }
let limited: { world: World; token: string }
let budget: Awaited<ReturnType<World['budget']>>
let giveBack: () => Promise<void>

const kept = (more: Partial<GatewayOptions> = {}): Promise<Running> =>
  stack.gateway({
    journalDirectory,
    snapshot: { directory, databaseName, saveEveryMs: 50 },
    ...more,
  })

async function tenant(tenantName: string): Promise<{ world: World; token: string }> {
  const world = await stack.world(tenantName)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  await world.model(rootId, provider, 'sandbox-fast')
  return { world, token: token.text }
}

/** A gateway lives, learns of changes, spends, and stops; then the database goes away. */
beforeAll(async () => {
  stack = await startStack()
  directory = mkdtempSync(join(tmpdir(), 'commonhold-snapshot-'))
  journalDirectory = mkdtempSync(join(tmpdir(), 'commonhold-journal-'))
  free = await tenant('unlimited')
  const first = await kept()
  limited = await tenant('limited')
  budget = await limited.world.budget(limited.world.rootId, 'monthly', 10n ** 12n)
  await settledSnapshot(limited.world, first)
  expect((await chat(first.url, limited.token, name)).status).toBe(200)
  await first.stop()
  giveBack = await takeDatabaseAway(stack.files.superuserUrl)
})
afterAll(async () => {
  await giveBack?.()
  await stack.stop()
  rmSync(directory, { recursive: true, force: true })
})

interface Said {
  readonly fields: { readonly why?: string; readonly tenantId?: string }
  readonly message: string
}

function loggingTo(said: Said[]) {
  const say = (fields: object, message: string) => void said.push({ fields, message })
  return { info: say, warn: say, error: say }
}

async function whyNot(folder: string, more: Partial<Parameters<typeof loadKept>[0]> = {}) {
  const said: Said[] = []
  const log = loggingTo(said)
  const found = await loadKept({ directory: folder, databaseName, vault, log, ...more })
  return { found, why: said.flatMap(({ fields }) => fields.why ?? []) }
}

/** A copy of what is on disk, with one of its files changed. */
function copyWith(change: (file: Buffer, isIndex: boolean) => Buffer): string {
  const copy = mkdtempSync(join(tmpdir(), 'commonhold-snapshot-'))
  for (const file of readdirSync(directory)) {
    const bytes = readFileSync(join(directory, file))
    writeFileSync(join(copy, file), change(bytes, file === 'index'))
  }
  return copy
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = copy[at]! ^ 1
  return copy
}

test('what is on disk can be read with its key alone, and holds no token and no name in the clear', async () => {
  const all = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'latin1'))
  for (const secret of ['unlimited', 'agent', 'sandbox-fast', free.token]) {
    expect(all.join('').includes(secret)).toBe(false)
  }
  const { found } = await whyNot(directory)
  expect(found!.tenants.map(({ snapshot }) => snapshot.tenant.name).sort()).toEqual([
    'limited',
    'unlimited',
  ])
})

test('a file of another key, database or version, or a damaged one, is not used, and says so', async () => {
  const other = createVault(Buffer.alloc(32, 8))
  expect((await whyNot(directory, { vault: other })).why).toEqual([
    'It was written under another master key.',
  ])
  expect((await whyNot(directory, { databaseName: 'other:5432/commonhold' })).why).toEqual([
    'It was written beside another database.',
  ])
  const cases: [string, (bytes: Buffer) => Buffer][] = [
    ['It is damaged.', (bytes) => flipped(bytes, bytes.length - 1)],
    ['It is shorter than it should be.', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['It is shorter than it should be.', (bytes) => bytes.subarray(0, 40)],
    ['It is no snapshot, or its beginning is damaged.', (bytes) => flipped(bytes, 0)],
    [
      `It is of version 9, and this gateway reads ${keptVersion}.`,
      (bytes) => withVersion(bytes, '9'),
    ],
  ]
  for (const [why, change] of cases) {
    const ofIndex = copyWith((bytes, isIndex) => (isIndex ? change(bytes) : bytes))
    expect(await whyNot(ofIndex)).toEqual({ found: null, why: [why] })
    const ofTenants = copyWith((bytes, isIndex) => (isIndex ? bytes : change(bytes)))
    const { found, why: whys } = await whyNot(ofTenants)
    expect([found!.tenants, whys]).toEqual([[], [why, why]])
    rmSync(ofIndex, { recursive: true })
    rmSync(ofTenants, { recursive: true })
  }
})

function withVersion(bytes: Buffer, version: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.write(version, 'commonhold-snapshot '.length)
  return copy
}

test('without a file, or past the staleness bound, nobody is served', async () => {
  const nowhere = join(directory, 'nowhere')
  const snapshot = { directory: nowhere, databaseName }
  await expect(kept({ snapshot })).rejects.toThrow(/connections/)
  const stale = await kept({ stalenessMsMax: 1 })
  for (const token of [free.token, free.token.replace(/.{6}$/, '')]) {
    const { status, headers, body } = await chat(stale.url, token, name)
    const expected = token === free.token ? [503, 'snapshot_stale'] : [401, 'invalid_api_key']
    expect([status, body.error!.code]).toEqual(expected)
    if (token === free.token) expect(headers.get('retry-after')).toBe('5')
  }
  expect(stale.gateway.problem()).toContain('not heard from the database')
  await stale.stop()
})

test('it starts without the database and serves; budgets wait; all is made up for later', async () => {
  const alone = await kept()
  expect(alone.gateway.problem()).toBeNull()
  expect((await chat(alone.url, free.token, name)).status).toBe(200)
  expect((await send(alone.url, free.token, '/v1/models')).status).toBe(200)
  const refused = await chat(alone.url, limited.token, name)
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'limits_unavailable' } } })
  expect(refused.headers.get('retry-after')).toBe('1')
  // Nobody can tell a token that is unknown from one that is new.
  const unknown = await chat(alone.url, newTokenText('va', newUuid()), name)
  expect(unknown).toMatchObject({ status: 503, body: { error: { code: 'snapshot_stale' } } })

  await giveBack()
  await eventually('its journal is applied', () => alone.gateway.stats().shipped === 1)
  const [row] = await usageOf(free.world, 1)
  expect(row).toMatchObject({ status: 'ok' })
  await eventually(
    'a lease can be had',
    async () => (await chat(alone.url, limited.token, name)).status === 200,
  )
  const rows = await usageOf(limited.world, 2)
  const settled = rows.reduce((sum, { costNanos }) => sum + costNanos, 0n)
  await eventually(
    'settled',
    async () => (await poolOf(limited.world, budget))?.settled === settled,
  )
  // It follows changes again, and keeps them.
  await free.world.run((tx) => tx.deleteFrom('grant').execute())
  await eventually('the grant is gone', async () => {
    return (await chat(alone.url, free.token, name)).status === 404
  })
  await alone.stop()
  const revision = alone.gateway.revisionOf(free.world.tenantId)
  const { found } = await whyNot(directory)
  const last = found!.tenants.find(({ snapshot }) => snapshot.tenant.name === 'unlimited')
  expect(last!.snapshot.revision).toBe(revision)
})
