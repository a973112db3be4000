/** Models of a provider account. A price in the body is a new version of the price, in force at once. */
import { model as contract, Refusal } from '@commonhold/contract'
import type { PriceComponents } from '../store/price.ts'
import type { ResourceRow } from '../store/resource.ts'
import type { Context } from './context.ts'
import { addPrice, assertComplete, assertOwnModel, assertPlausible } from './price.ts'
import { type Change, resourceImplementations, type Spec } from './resource.ts'
import { assertTargetOfNone } from './virtual-model.ts'

async function check(c: Context, { before, spec, given }: Change): Promise<Spec> {
  if (spec.type === 'chat' && spec.outputTokensMax === 0) {
    const sentence = 'A chat model needs outputTokensMax of at least 1: budgets hold that much.'
    throw new Refusal('refused_by_rule', sentence, {
      errors: [{ pointer: '/outputTokensMax', rule: 'minimum', message: 'is 0' }],
    })
  }
  if (given.price !== undefined) {
    if (before !== null) assertOwnModel(c, before)
    assertComplete(spec.type, given.price as PriceComponents)
    assertPlausible(given.price as PriceComponents, false)
  }
  return spec
}

async function write(c: Context, row: ResourceRow, { given }: Change): Promise<Spec> {
  if (given.price === undefined) return {}
  const { version, components } = await addPrice(c, row, given.price as PriceComponents, c.now)
  return { price: { version, ...components } }
}

export const modelImplementations = resourceImplementations('model', contract, {
  writeOnly: ['price'],
  check,
  write,
  beforeDelete: assertTargetOfNone,
})
