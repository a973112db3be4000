/**
 * Taking back all that a review calls unused takes nothing away that was used in its window: random
 * grants and uses, with `decide` itself to say what could be used before, and still can after.
 */
import {
  type AccessFacts,
  accountTarget,
  decide,
  kindsWithin,
  type Permission,
  type PrincipalId,
  permissionBit,
  type ResourceId,
  type RoleId,
  type TeamId,
} from '@commonhold/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reviewGrants } from '../../src/control/review-grants.ts'
import { readScope } from '../../src/control/review-window.ts'
import { newId } from '../../src/crypto/new-id.ts'
import { noteAccessUse } from '../../src/store/access-use.ts'
import { type AccountRow, findAccount } from '../../src/store/account.ts'
import { loadPrincipal, loadTenant, type TenantFacts } from '../../src/store/caller.ts'
import { type Tx, typed, uuid } from '../../src/store/database.ts'
import { loadFacts } from '../../src/store/facts.ts'
import { deleteGrant, insertGrant } from '../../src/store/grant.ts'
import { readResource, targetOf } from '../../src/store/resource.ts'
import { type Acme, startAcme } from './support/acme.ts'
import { daysAgo, pastOf } from './support/review.ts'

const runs = 25
const windowDays = 90

let acme: Acme
const principals: PrincipalId[] = []
const things: { kind: 'prompt' | 'provider-account' | 'model'; id: ResourceId }[] = []
const roles: RoleId[] = []
let crew: TeamId

beforeAll(async () => {
  acme = await startAcme('everything')
  await pastOf(acme.control, acme.tenant).usesKnownFor(300)
  const { research } = acme
  const make = async (kind: (typeof things)[number]['kind'], body: object) => {
    things.push({ kind, id: (await research(`${kind}.create`, { body })).id })
  }
  await make('prompt', { name: 'greeting' })
  await make('provider-account', { name: 'own', provider: 'sandbox' })
  await make('model', {
    name: 'tiny',
    providerAccount: 'own',
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 8_000,
    outputTokensMax: 1_000,
    price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
  })
  for (const name of ['one', 'two', 'three'])
    principals.push((await acme.program(name)).id as PrincipalId)
  crew = (await research('team.create', { body: { name: 'crew', members: ['one', 'two'] } })).id
  const permissions = ['model:use', 'prompt:read']
  roles.push((await research('role.create', { body: { name: 'narrow', permissions } })).id)
  for (const role of ['viewer', 'user', 'editor']) {
    roles.push((await research('role.get', { params: { role } })).id)
  }
})
afterAll(() => acme.close())

const asked: Permission[] = ['prompt:read', 'prompt:use', 'model:read', 'model:use', 'team:read']

const world = fc.record({
  grants: fc.uniqueArray(
    fc.record({
      subject: fc.nat(3),
      object: fc.nat(5),
      role: fc.nat(3),
      madeDaysAgo: fc.constantFrom(10, 100, 200),
    }),
    { minLength: 3, maxLength: 12, selector: (g) => `${g.subject} ${g.object} ${g.role}` },
  ),
  uses: fc.array(
    fc.record({
      principal: fc.nat(2),
      permission: fc.constantFrom(...asked),
      /** A thing, or the account itself. */
      on: fc.nat(3),
      daysAgo: fc.constantFrom(1, 50, 89, 91, 150),
    }),
    { maxLength: 25 },
  ),
})
type RandomWorld = typeof world extends fc.Arbitrary<infer T> ? T : never

class Undo extends Error {}

it('takes nothing away that was used in the window', async () => {
  let revoked = 0
  let kept = 0
  await fc.assert(
    fc.asyncProperty(world, async (random) => {
      const counts = await undone((tx) => revokeUnused(tx, random))
      revoked += counts.revoked
      kept += counts.used
    }),
    { numRuns: runs },
  )
  // Else it would prove nothing.
  expect(revoked).toBeGreaterThan(0)
  expect(kept).toBeGreaterThan(0)
})

/** In a transaction that leaves no trace. */
async function undone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined
  await acme.control.services.database
    .withTenant(acme.tenant.id, async (tx) => {
      result = { value: await work(tx) }
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return result!.value
}

async function revokeUnused(tx: Tx, random: RandomWorld) {
  const now = new Date()
  const tenant = (await loadTenant(tx, acme.tenant.id))!
  const account = (await findAccount(tx, 'research'))!
  for (const grant of random.grants) await write(tx, account, grant)
  const used = await use(tx, tenant, account, random.uses, now)
  const c = { tx, caller: { tenant } as never, account, now }
  const found = await reviewGrants(c, await readScope(c, { unusedDays: windowDays }))
  const unused = found.filter(({ findings }) => findings.includes('unused'))
  for (const { row } of unused) await deleteGrant(tx, typed('grant', row.id))
  const recent = used.filter((one) => one.daysAgo < windowDays)
  const after = await factsOfAll(tx, tenant, account, now)
  for (const { who, permission, target } of recent) {
    expect(decide(after.get(who)!, permissionBit(permission), target)).toBe('allowed')
  }
  return { revoked: unused.length, used: recent.length }
}

async function factsOfAll(tx: Tx, tenant: TenantFacts, account: AccountRow, now: Date) {
  const all = new Map<PrincipalId, AccessFacts>()
  for (const who of principals) {
    const principal = (await loadPrincipal(tx, uuid(who)))!
    all.set(who, await loadFacts(tx, tenant, account, principal, null, now))
  }
  return all
}

async function write(tx: Tx, account: AccountRow, grant: RandomWorld['grants'][number]) {
  const id = newId('grant')
  const who = principals[grant.subject]
  const thing = things[grant.object - 3]
  await insertGrant(tx, {
    tenantId: acme.tenant.id,
    accountId: account.id,
    id,
    subject: who ? { type: 'virtual-account', id: who } : { type: 'team', id: crew },
    object: thing
      ? { type: 'resource', kind: thing.kind, id: thing.id, via: null }
      : grant.object === 0
        ? { type: 'account' }
        : { type: 'kind', kind: grant.object === 1 ? 'prompt' : 'model' },
    roleId: roles[grant.role]!,
    expiresAt: null,
    createdBy: 'system',
  })
  // Written anew, because when something was made can't be changed.
  const row = await tx
    .selectFrom('grant')
    .selectAll()
    .where('id', '=', uuid(id))
    .executeTakeFirstOrThrow()
  await deleteGrant(tx, id)
  const { ownResourceId: _, ...columns } = row
  await tx
    .insertInto('grant')
    .values({ ...columns, createdAt: daysAgo(grant.madeDaysAgo) })
    .execute()
}

/** @returns what could really be used, and so was noted */
async function use(
  tx: Tx,
  tenant: TenantFacts,
  account: AccountRow,
  uses: RandomWorld['uses'],
  now: Date,
) {
  const facts = await factsOfAll(tx, tenant, account, now)
  const rows = await Promise.all(things.map(({ id }) => readResource(tx, id)))
  const done = uses.flatMap(({ principal, permission, on, daysAgo: days }) => {
    const who = principals[principal]!
    const row = rows[on]
    const { kind } = permissionBit(permission)
    // No operation asks whether a provider account may be read as a prompt.
    if (row && !(kindsWithin(row.kind) as string[]).includes(kind)) return []
    const target = row ? targetOf(row) : accountTarget(account)
    if (decide(facts.get(who)!, permissionBit(permission), target) !== 'allowed') return []
    return [{ who, permission, target, resourceId: row?.id ?? null, daysAgo: days }]
  })
  await noteAccessUse(
    tx,
    done.map(({ who, permission, resourceId, daysAgo: days }) => {
      const at = daysAgo(days)
      return { accountId: account.id, principalId: who, permission, resourceId, at }
    }),
  )
  return done
}
