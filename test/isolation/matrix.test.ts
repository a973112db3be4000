/**
 * The isolation matrix, generated from the contract: every operation of an account × every actor who
 * must not reach it × every place where an id can stand. A foreign id and a missing one must get
 * the same answer to the byte. An operation that is added tomorrow is in here by itself.
 */
import { type AnyOperation, isMutation, operations } from '@commonhold/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, program } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { ask, missingLike } from './request.ts'
import { buildWorld, type World } from './world.ts'

let product: TestProduct
let world: World

beforeAll(async () => {
  product = await startProduct()
  world = await buildWorld(product)
}, 120_000)
afterAll(() => product?.remove())

const about = (by: string) => operations.filter((o) => o.access.by === by && !inAccount.includes(o))
const inAccount = operations.filter((o) => o.area === 'api' && o.path.includes('{account}'))
const byPermission = inAccount.filter((o) => o.access.by === 'permission')
const named = (list: readonly AnyOperation[]) => list.map((o) => [o.id, o] as const)
const parameters = (operation: AnyOperation) =>
  [...operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)

/** Everything of account1, by id. */
const here = () => ({ account: world.account1.accountId, ...world.account1.objects })

async function expectSame(operation: AnyOperation, who: Person, real: object, missing: object) {
  const found = await ask(product.url, operation, { params: { ...here(), ...real } }, who)
  const notFound = await ask(product.url, operation, { params: { ...here(), ...missing } }, who)
  expect(found).toEqual(notFound)
  expect([403, 404]).toContain(found.status)
}

describe('an account looks like a missing one', () => {
  const outsiders: [string, (w: World) => Person][] = [
    ['to another tenant’s admin', (w) => w.otherTenantAdmin],
    ['to an account admin of another tenant', (w) => w.otherTenant.admin],
    ['to another account’s admin', (w) => w.account2.admin],
    ['to a token of another account', (w) => w.otherToken],
    ['to somebody who was removed from it', (w) => w.exMember],
  ]
  describe.each(outsiders)('%s', (_, who) => {
    it.each(named(inAccount))('%s', async (__, operation) => {
      const { accountId } = world.account1
      const missing = { account: missingLike(accountId) }
      await expectSame(operation, who(world), { account: accountId }, missing)
    })
  })
})

describe('nobody is answered', () => {
  const strangers: [string, (w: World) => Person | null][] = [
    ['who is not signed in', () => null],
    ['who was deactivated', (w) => w.deactivated],
    ['who has the operator key and no membership', (w) => w.operator],
    ['who made a token up', () => program(product.url, 'ch_va_madeup')],
  ]
  describe.each(strangers)('%s', (_, who) => {
    it.each(named(inAccount))('%s', async (__, operation) => {
      const reply = await ask(product.url, operation, { params: here() }, who(world))
      expect(reply.status).toBe(401)
    })
  })
})

describe('what is outside of accounts', () => {
  const outside = [...about('caller'), ...about('permission')]
  const strangers: [string, (w: World) => Person | null][] = [
    ['nobody who is not signed in', () => null],
    ['nobody who was deactivated', (w) => w.deactivated],
    ['not the operator', (w) => w.operator],
  ]
  describe.each(strangers)('answers %s', (_, who) => {
    it.each(named(outside))('%s', async (__, operation) => {
      const params = { ...here(), session: 'sess_none' }
      const reply = await ask(product.url, operation, { params }, who(world))
      expect(reply.status).toBe(401)
    })
  })

  it.each(named(about('permission')))(
    'refuses whoever is no admin of the tenant: %s',
    async (_, o) => {
      for (const who of [world.account1.admin, world.viewer, world.otherToken]) {
        const reply = await ask(product.url, o, { params: here() }, who)
        expect([403, 404]).toContain(reply.status)
      }
    },
  )
})

describe('what is the operator’s', () => {
  const people: [string, (w: World) => Person | null][] = [
    ['nobody who is not signed in', () => null],
    ['no admin of a tenant', (w) => w.tenantAdmin],
    ['no token', (w) => w.otherToken],
  ]
  describe.each(people)('answers %s', (_, who) => {
    it.each(named(about('operator')))('%s', async (__, operation) => {
      const params = { tenant: 'commonhold' }
      const reply = await ask(product.url, operation, { params }, who(world))
      expect([401, 403]).toContain(reply.status)
    })
  })
})

it('has a row for every operation but those that anybody may call', () => {
  const rows = new Set([
    ...inAccount,
    ...about('caller'),
    ...about('permission'),
    ...about('operator'),
  ])
  const open = operations.filter((o) => !rows.has(o))
  expect(open.map((o) => o.id).sort()).toEqual([
    'deployment.get',
    'invitation.accept',
    'invitation.inspect',
    'operator-session.create',
    'session.create',
    'signup.create',
  ])
})

describe('an admin of the tenant who has not joined', () => {
  const own = inAccount.filter((o) => o.access.by === 'member' || onAccount(o))
  it.each(named(own))('is refused %s', async (_, operation) => {
    const reply = await ask(product.url, operation, { params: here() }, world.tenantAdmin)
    expect(reply.status).toBe(403)
  })
})

function onAccount(operation: AnyOperation): boolean {
  return operation.access.by === 'permission' && operation.access.on !== 'root'
}

describe('a token narrowed to nothing', () => {
  it.each(named(byPermission))('is refused %s', async (_, operation) => {
    const reply = await ask(product.url, operation, { params: here() }, world.narrowed)
    expect([403, 404]).toContain(reply.status)
  })
})

describe('a viewer', () => {
  const changing = byPermission.filter(isMutation)
  it.each(named(changing))('is refused %s', async (_, operation) => {
    const reply = await ask(product.url, operation, { params: here() }, world.viewer)
    expect([403, 404]).toContain(reply.status)
  })

  const reading = byPermission.filter((o) => !isMutation(o) && o.method === 'GET' && onAccount(o))
  it.each(named(reading))('may %s', async (_, operation) => {
    const reply = await ask(product.url, operation, { params: here() }, world.viewer)
    expect(reply.status).toBe(200)
  })
})

describe('a member with nothing but a team that uses one model', () => {
  const others = byPermission.filter(({ access }) => {
    const { permission } = access as { permission: string }
    return permission !== 'model:read'
  })
  it.each(named(others))('is refused %s', async (_, operation) => {
    const reply = await ask(product.url, operation, { params: here() }, world.teamOnly)
    expect([403, 404]).toContain(reply.status)
  })
})

describe('an id of another place in the path', () => {
  const withIds = inAccount.filter(onAccount).flatMap((operation) =>
    parameters(operation)
      .filter((name) => !['account', 'version', 'label', 'period'].includes(name))
      .map((name) => [`${operation.id} {${name}}`, operation, name] as const),
  )
  it.each(withIds)('is like a missing one: %s', async (_, operation, name) => {
    for (const place of [world.account2, world.otherTenant]) {
      const foreign = place.objects[name]!
      const { admin } = world.account1
      await expectSame(operation, admin, { [name]: foreign }, { [name]: missingLike(foreign) })
    }
  })
})

describe('lists', () => {
  const lists = inAccount.filter((o) => o.id.endsWith('.list') && onlyAccount(o))
  it.each(named(lists))('%s shows nothing of another place', async (_, operation) => {
    const { admin } = world.account1
    const reply = await ask(product.url, operation, { params: here(), query: '' }, admin)
    expect(reply.status).toBe(200)
    for (const place of [world.account2, world.otherTenant]) {
      for (const id of Object.values(place.objects)) {
        if (id.includes('_')) expect(reply.said).not.toContain(id)
      }
      expect(reply.said).not.toContain(place.accountId)
    }
  })

  const filters = lists.flatMap((operation) =>
    filtersOf(operation).map((f) => [operation, f] as const),
  )
  it.each(filters.map(([o, f]) => [`${o.id} ${f.name}`, o, f] as const))(
    'filtered by a foreign id answer like by a missing one: %s',
    async (_, operation, filter) => {
      const { admin } = world.account1
      const by = (id: string) => ({
        params: here(),
        query: `?${encodeURIComponent(filter.name)}=${id}`,
      })
      for (const place of [world.account2, world.otherTenant]) {
        const foreign = place.objects[filter.kind]!
        const found = await ask(product.url, operation, by(foreign), admin)
        const missing = await ask(product.url, operation, by(missingLike(foreign)), admin)
        expect(found).toEqual(missing)
      }
    },
  )

  it('refuse a cursor that was edited or is another person’s', async () => {
    const operation = operations.find((o) => o.id === 'role.list')!
    const first = (query: string, who: Person) =>
      ask(product.url, operation, { params: here(), query }, who)
    const { admin } = world.account1
    const { nextCursor } = JSON.parse((await first('?limit=1', admin)).said) as {
      nextCursor: string
    }
    expect((await first(`?limit=1&cursor=${nextCursor}`, admin)).status).toBe(200)
    expect((await first(`?limit=1&cursor=${nextCursor}`, world.viewer)).status).toBe(400)
    expect((await first(`?limit=1&sort=-name&cursor=${nextCursor}`, admin)).status).toBe(400)
    expect((await first(`?limit=1&cursor=x${nextCursor}`, admin)).status).toBe(400)
  })
})

function onlyAccount(operation: AnyOperation): boolean {
  return parameters(operation).length === 1
}

/** Filters whose value is a reference to an object of a kind that the worlds have. */
function filtersOf(operation: AnyOperation): { name: string; kind: string }[] {
  const kinds: Record<string, string> = {
    user: 'user',
    team: 'team',
    virtualAccount: 'virtual-account',
    role: 'role',
    token: 'token',
    model: 'model',
    cluster: 'cluster',
    providerAccount: 'provider-account',
    secretGroup: 'secret-group',
    resource: 'model',
  }
  return Object.entries(kinds)
    .map(([field, kind]) => ({ name: `filter[${field}]`, kind }))
    .filter(({ name, kind }) => {
      const probe = { [name]: world?.account1.objects[kind] ?? 'thing' }
      return operation.query.safeParse(probe).success
    })
}
