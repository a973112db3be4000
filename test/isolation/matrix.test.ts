/** The isolation matrix, case by case, on a server as it is run: `isolation/` has the cases. */
import { buildWorld, matrix, operationsWithoutRow, type World } from '@commonhold/isolation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProduct, type TestProduct } from '../support/server.ts'

let product: TestProduct
let world: World

beforeAll(async () => {
  product = await startProduct()
  const { url, operatorKey, adminLink } = product
  world = await buildWorld({ url, operatorKey, adminLink: adminLink! })
})
afterAll(() => product?.remove())

const rules = [...Map.groupBy(matrix, ({ rule, actor }) => `${rule}, to ${actor}`)]

describe.each(rules)('%s', (_, cases) => {
  it.each(cases.map((one) => [one.operation, one] as const))('%s', async (__, one) => {
    expect(await one.run(world)).toBeNull()
  })
})

it('has a row for every operation but those that anybody may call', () => {
  expect(operationsWithoutRow()).toEqual([])
})
