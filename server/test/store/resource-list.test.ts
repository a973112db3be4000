/** Lists of resources are decisions too: every page and every total is what `decide` would allow. */
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  allPermissions,
  decide,
  noPermissions,
  nothingHeld,
  type PrincipalId,
  permissionBit,
  permissionSet,
  type ResourceId,
  type ResourceKind,
  reach,
  resourceKind,
  type TenantId,
} from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/crypto/new-id.ts'
import { type Database, type Tx, uuid } from '../../src/store/database.ts'
import { insertResource, targetOf } from '../../src/store/resource.ts'
import { listResources } from '../../src/store/resource-list.ts'
import { type Control, startControl, type TestTenant } from '../control/support/control.ts'
import { newAccount, share, type TestAccount } from '../control/support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount
let database: Database
let resources: { id: ResourceId; kind: ResourceKind; name: string; target: AccessTarget }[]

const inAcme = <T>(work: (tx: Tx) => Promise<T>) => database.withTenant(acme.id as TenantId, work)
const root = () => acme.rootAccountId as AccountId
const own = () => research.id as AccountId

beforeAll(async () => {
  control = await startControl()
  database = control.services.database
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  resources = await inAcme(makeResources)
})
afterAll(() => control.close())

/** Providers with models on both sides, and a workspace of the account's own in root's cluster. */
async function makeResources(tx: Tx) {
  const made: typeof resources = []
  const make = async (accountId: AccountId, kind: ResourceKind, name: string, at?: ResourceId) => {
    const row = await insertResource(tx, {
      tenantId: acme.id as TenantId,
      accountId,
      id: newId(resourceKind(kind).idPrefix) as ResourceId,
      kind,
      parentId: at ?? null,
      name,
      displayName: name,
      spec: {},
      createdBy: 'test',
    })
    made.push({ id: row.id, kind, name, target: targetOf(row) })
    return row.id
  }
  for (const accountId of [root(), own()]) {
    for (const provider of ['alpha', 'beta', 'gamma']) {
      const parent = await make(accountId, 'provider-account', provider)
      for (const model of ['aaa', 'bbb', 'bbb-2', 'ccc'])
        await make(accountId, 'model', model, parent)
    }
  }
  const cluster = await make(root(), 'cluster', 'eu-1')
  await sql`insert into share (tenant_id, root_account_id, id, resource_id, to_account_id, permissions, created_by)
    values (${uuid(acme.id as TenantId)}, ${uuid(root())}, gen_random_uuid(), ${uuid(cluster)},
      ${uuid(own())}, '{}', 'test')`.execute(tx)
  await make(own(), 'workspace', 'mine', cluster)
  await make(root(), 'workspace', 'theirs', cluster)
  return made
}

interface Drawn {
  readonly inRoot: boolean
  readonly everywhere: boolean
  readonly granted: readonly number[]
  readonly shared: readonly number[]
}
const indexes = fc.uniqueArray(fc.nat(32), { maxLength: 12 })
const drawn: fc.Arbitrary<Drawn> = fc.record({
  inRoot: fc.boolean(),
  everywhere: fc.boolean(),
  granted: indexes,
  shared: indexes,
})
const kind = fc.constantFrom<ResourceKind>('model', 'model', 'provider-account', 'workspace')

/** Every other grant and share is one without the permission. */
function factsFor({ inRoot, everywhere, granted, shared }: Drawn, of: ResourceKind): AccessFacts {
  const read = permissionSet([`${of}:read`])
  const pick = (list: readonly number[]) =>
    new Map(
      list.map((at, i) => [resources[at % resources.length]!.id, i % 3 ? read : noPermissions]),
    )
  return {
    tenant: { id: acme.id as TenantId, state: 'active' },
    account: {
      id: inRoot ? root() : own(),
      tenantId: acme.id as TenantId,
      rootAccountId: root(),
      state: 'active',
      boundary: allPermissions,
    },
    principal: {
      id: 'user_x' as PrincipalId,
      tenantId: acme.id as TenantId,
      state: 'active',
      isMember: true,
    },
    held: { everywhere: everywhere ? read : noPermissions, on: pick(granted) },
    heldByInactiveTeams: nothingHeld,
    shares: inRoot ? new Map() : pick(shared),
    token: null,
  }
}

const request = (more: object) => ({ limit: 3, sort: 'name', after: null, filter: {}, ...more })

async function everyPage(tx: Tx, facts: AccessFacts, of: ResourceKind, more: object) {
  const found: ResourceId[] = []
  const totals = new Set<number>()
  let after: { value: string; id: string } | null = null
  do {
    const page: Awaited<ReturnType<typeof listResources>> = await listResources(
      tx,
      facts.account,
      root(),
      of,
      reach(facts, `${of}:read`),
      request({ after, ...more }),
    )
    found.push(...page.rows.map(({ id }) => id))
    totals.add(page.total!)
    after = page.next
  } while (after !== null)
  return { found, totals: [...totals] }
}

describe('whatever is granted and shared', () => {
  const orders = fc.constantFrom('name', '-name', 'createdAt', '-updatedAt')
  const filters = fc.constantFrom({}, {}, { shared: 'true' }, { shared: 'false' })

  test('the pages hold exactly what decide allows, in order, and the total is their number', async () => {
    await inAcme((tx) =>
      fc.assert(
        fc.asyncProperty(drawn, kind, orders, filters, async (world, of, sort, filter) => {
          const facts = factsFor(world, of)
          const allowed = resources.filter(
            (one) =>
              one.kind === of &&
              decide(facts, permissionBit(`${of}:read`), one.target) === 'allowed' &&
              (filter.shared === undefined ||
                (filter.shared === 'true') === (one.target.ownerId !== facts.account.id)),
          )
          const { found, totals } = await everyPage(tx, facts, of, { sort, filter })
          expect([...found].sort()).toEqual(allowed.map(({ id }) => id).sort())
          expect(totals).toEqual([allowed.length])
          const names = found.map((id) => resources.find((one) => one.id === id)!.name)
          if (sort === 'name') expect(names).toEqual([...names].sort())
          if (sort === '-name') expect(names).toEqual([...names].sort().reverse())
        }),
        { numRuns: 150 },
      ),
    )
  })

  test('a search and a parent narrow the list, and its total with it', async () => {
    const facts = factsFor(
      { inRoot: false, everywhere: true, granted: [], shared: [0, 1, 2] },
      'model',
    )
    await inAcme(async (tx) => {
      const b = await everyPage(tx, facts, 'model', {
        q: 'bbb',
        filter: { providerAccount: 'beta' },
      })
      const names = b.found.map((id) => resources.find((one) => one.id === id)!.name)
      expect(names).toEqual(['bbb', 'bbb-2'])
      expect(b.totals).toEqual([2])
    })
  })
})

describe('the counts', () => {
  const counted = sql`select account_id, kind, parent_id, count from resource_count order by 1, 2, 3`
  const there = sql`select account_id, kind,
      coalesce(parent_id, '00000000-0000-0000-0000-000000000000') as parent_id, count(*) as count
    from resource group by 1, 2, 3 order by 1, 2, 3`
  const expectTrue = () =>
    inAcme(async (tx) => {
      const rows = (await counted.execute(tx)).rows
      expect(rows).toEqual((await there.execute(tx)).rows)
      return rows.length
    })

  test('are what there is after everything that adds, renames and deletes', async () => {
    const asRoot = { as: acme.admin, params: { account: 'root' } }
    const before = await expectTrue()
    await control.ask('cluster.create', { ...asRoot, body: { name: 'us-1' } })
    await control.ask('workspace.create', {
      ...asRoot,
      body: { name: 'www', cluster: 'us-1', namespace: 'www' },
    })
    expect(await expectTrue()).toBe(before + 1)
    const params = { account: 'root', cluster: 'us-1' }
    await control.ask('cluster.update', { as: acme.admin, params, body: { name: 'us-2' } })
    await expectTrue()
    await share(control, acme, {
      kind: 'cluster',
      resource: 'us-2',
      to: 'research',
      upTo: 'editor',
    })
    await control.ask('workspace.create', {
      as: research.admin,
      params: { account: 'research' },
      body: { name: 'www', cluster: 'us-2', namespace: 'www' },
    })
    await expectTrue()
    await control.call('cluster.delete', {
      as: acme.admin,
      params: { account: 'root', cluster: 'us-2' },
    })
    expect(await expectTrue()).toBe(before)
  })
})
