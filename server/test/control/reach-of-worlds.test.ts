/**
 * "Who can" and "what can" on random worlds in a real database: everybody and everything that the
 * rule, read naively over the rows, allows, each once, over all pages, and nothing else.
 */
import {
  formatId,
  kindsWithin,
  type Permission,
  type ResourceKind,
  resourceKind,
  uuidOf,
} from '@commonhold/core'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decideNaively, type World } from '../../../core/test/support/naive-access.ts'
import { readNaively } from '../../../test/proof/stored/read-naively.ts'
import { type Rows, storedPermissionsAsked, storedWorld } from '../../../test/proof/stored/rows.ts'
import { connect, writeRows } from '../../../test/proof/stored/write-rows.ts'
import { randomFrom } from '../../../test/proof/worlds/random.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { accessReachImplementations } from '../../src/control/access-reach.ts'
import type { Context, Implementation } from '../../src/control/context.ts'
import { createHasher } from '../../src/crypto/credential-hash.ts'
import { findAccount } from '../../src/store/account.ts'
import { loadPrincipal, loadTenant } from '../../src/store/caller.ts'
import { type Database, openDatabase, type Tx, typed } from '../../src/store/database.ts'
import { loadFacts } from '../../src/store/facts.ts'
import type { Read } from './support/control.ts'

const seed = 300
const worlds = 3
/** Small, so that there are many pages. */
const limit = 2

let fresh: FreshDatabase
let database: Database
let client: Client
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.appUrl)
  client = await connect(fresh.superuserUrl)
})
afterAll(async () => {
  await client.end()
  await database.close()
  await fresh.drop()
})

const services = { hasher: createHasher(Buffer.alloc(32, 7)) }
const implementationOf = (id: string) =>
  accessReachImplementations.find(({ operation }) => operation.id === id) as Extract<
    Implementation,
    { type: 'tenant' }
  >

/** Somebody in an account of a tenant, who may ask anything. */
async function askerIn(tx: Tx, tenantUuid: string, accountUuid: string, principalUuid: string) {
  const tenant = (await loadTenant(tx, formatId('tnt', tenantUuid)))!
  const account = (await findAccount(tx, typed('acct', accountUuid)))!
  const principal = (await loadPrincipal(tx, principalUuid))!
  const now = new Date()
  const facts = await loadFacts(tx, tenant, account, principal, null, now)
  const caller = { tenant, principal, session: null, token: null }
  return { tx, services, account, caller, facts, now, can: () => true, params: {} }
}
type Asker = Awaited<ReturnType<typeof askerIn>>

/** All pages of an answer, with each page's total. */
async function everyPage(asker: Asker, id: string, body: object): Promise<Read> {
  const implementation = implementationOf(id)
  const { operation } = implementation
  const items: Read[] = []
  let page: Read
  do {
    const { nextCursor = null } = page ?? {}
    const query = operation.query.parse({ limit, ...(nextCursor ? { cursor: nextCursor } : {}) })
    page = await implementation.run({ ...asker, operation, query, body } as unknown as Context)
    items.push(...page.items)
  } while (page.nextCursor !== null)
  expect(page.total).toBe(items.length)
  return { ...page, items }
}

const idOf = ({ id, kind }: World['resources'][number]) =>
  formatId(resourceKind(kind as ResourceKind).idPrefix, id)

/** What the account can be asked about: its own, and what root shares with it. */
function eligibleIn(world: World, account: string, root: string) {
  const isShared = (id: string | null) =>
    world.shares.some((share) => share.to === account && share.resource === id)
  return world.resources.filter(
    ({ owner, id, parent }) =>
      owner === account || (owner === root && (isShared(id) || isShared(parent))),
  )
}

let asked = 0
let found = 0

async function compareWhoCan(world: World, asker: Asker) {
  const { account, caller } = asker
  const here = uuidOf(account.id)
  const things = eligibleIn(world, here, uuidOf(caller.tenant.rootAccountId))
  for (const permission of storedPermissionsAsked) {
    const kind = permission.split(':')[0]
    const fits = things.filter((one) =>
      (kindsWithin(one.kind as ResourceKind) as string[]).includes(kind!),
    )
    for (const thing of [null, ...fits]) {
      const of = { account: here, token: null, permission, resource: thing?.id ?? null }
      const expected = world.principals
        .filter(({ id }) => decideNaively(world, { ...of, principal: id }) === 'allowed')
        .map(({ id }) => id)
      const body = { permission, ...(thing ? { kind: thing.kind, resource: idOf(thing) } : {}) }
      const answer = await everyPage(asker, 'access.who-can', body)
      const got = answer.items.map(({ id }: Read) => uuidOf(id))
      expect([of, got.toSorted()]).toEqual([of, expected.toSorted()])
      expect(answer.items.every(({ waysTotal }: Read) => waysTotal > 0)).toBe(true)
      if (expected.length > 0) expect(answer.barrier).toBeNull()
      asked += 1
      found += got.length
    }
  }
}

/** Of everybody as such, and of each token of the asker's own and of programs. */
async function compareWhatCan(world: World, rows: Rows, asker: Asker) {
  const here = uuidOf(asker.account.id)
  const members = world.memberships.filter(({ account }) => account === here)
  for (const { principal } of members) {
    const isProgram = rows.virtual_account.some(({ id }) => id === principal)
    const typedId = formatId(isProgram ? 'va' : 'user', principal)
    const tokens = rows.token.filter(
      (row) =>
        row.account_id === here &&
        row.principal_id === principal &&
        row.state === 'active' &&
        (isProgram || typedId === asker.caller.principal.id),
    )
    await compareReach(world, asker, principal, null, { principal: typedId })
    for (const row of tokens) {
      const token = { account: here, state: 'active', scopes: row.scopes as Permission[] | null }
      const body = { token: formatId('tok', row.id as string) }
      await compareReach(world, asker, principal, token, body)
    }
  }
}

type Token = Parameters<typeof decideNaively>[1]['token']

async function compareReach(
  world: World,
  asker: Asker,
  principal: string,
  token: Token,
  body: object,
) {
  const account = uuidOf(asker.account.id)
  const may = (permission: Permission, resource: string | null) =>
    decideNaively(world, { principal, token, account, permission, resource }) === 'allowed'
  const on = ({ id, kind }: World['resources'][number], of = storedPermissionsAsked) =>
    of.filter(
      (one) =>
        (kindsWithin(kind as ResourceKind) as string[]).includes(one.split(':')[0]!) &&
        may(one, id),
    )
  const expected = world.resources.filter((one) => on(one).length > 0)
  const answer = await everyPage(asker, 'access.what-can', body)
  const powers = (list: [string, readonly string[]][]) =>
    new Map(list.map(([id, of]) => [id, [...of].sort()]))
  const got = powers(answer.items.map((one: Read) => [one.id, one.permissions]))
  expect([body, got]).toEqual([body, powers(expected.map((one) => [idOf(one), on(one)]))])
  expect([...answer.accountWide].sort()).toEqual(
    storedPermissionsAsked.filter((one) => may(one, null)).sort(),
  )
  for (const permission of ['workspace:read', 'model:use'] as const) {
    const kind = permission.split(':')[0]!
    const narrowed = await everyPage(asker, 'access.what-can', { ...body, permission })
    const ids = world.resources
      .filter((one) => one.kind === kind && may(permission, one.id))
      .map(idOf)
    expect(narrowed.items.map(({ id }: Read) => id).sort()).toEqual(ids.sort())
  }
  asked += 1
  found += expected.length
}

describe('on random worlds in a database', () => {
  it('who can, and what can, are exactly what the rule allows', async () => {
    for (let index = 0; index < worlds; index++) {
      const rows = storedWorld(randomFrom(seed + index))
      await writeRows(client, rows)
      const world = await readNaively(
        client,
        rows.tenant.map(({ id }) => id as string),
      )
      for (const account of world.accounts) {
        const asker = world.memberships.find((one) => one.account === account.id)?.principal
        if (asker === undefined) continue
        await database.withTenant(formatId('tnt', account.tenant), async (tx) => {
          const whoAsks = await askerIn(tx, account.tenant, account.id, asker)
          await compareWhoCan(world, whoAsks)
          await compareWhatCan(world, rows, whoAsks)
        })
      }
    }
    expect(asked).toBeGreaterThan(200)
    expect(found).toBeGreaterThan(200)
  })
})
