/** The isolation matrix, case by case, on a server as it is run: `isolation/` has the cases. */
import {
  matrix,
  openWorld,
  removeWorld,
  sayFailure,
  type World,
  withoutRow,
} from '@commonhold/isolation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProduct, type TestProduct } from '../support/server.ts'

let product: TestProduct
let world: World

beforeAll(async () => {
  product = await startProduct()
  world = await openWorld({ url: product.url, operatorKey: product.operatorKey })
})
afterAll(() => product?.remove())

const rules = [
  ...Map.groupBy(matrix, ({ rule, place, actor }) => `${rule} (${place}), to ${actor}`),
]

describe.each(rules)('%s', (_, cases) => {
  it.each(cases.map((one) => [one.operation, one] as const))('%s', async (__, one) => {
    const failure = await one.run(world)
    if (failure !== null) expect.fail(sayFailure(failure))
  })
})

it('has a row for every operation, and for every field and filter that refers to something', () => {
  expect(withoutRow()).toEqual([])
})

it('leaves nothing of its throw-away tenants behind (A63)', async () => {
  for (const { afterDeletion, afterRemoval } of await removeWorld(world.operator, world.tenants)) {
    expect(afterDeletion.filter(({ kept }) => kept === null)).toEqual([])
    expect(afterRemoval).toEqual([])
  }
})
