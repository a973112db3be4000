/**
 * Prices. A version never changes once written, and never begins in the past: what was charged can
 * always be computed again. Only the account that owns a model prices it; an account that it is
 * shared to pays that price and can't move it.
 */
import { price as contract, Refusal } from '@commonhold/contract'
import { formatId, type Id, implausiblePrice, priceJump } from '@commonhold/core'
import { newId, newUuid } from '../crypto/new-id.ts'
import {
  allPrices,
  insertPrice,
  listPrices,
  type PriceComponents,
  type PriceRow,
} from '../store/price.ts'
import { priceVersionOf } from '../store/price-version.ts'
import type { ResourceRow } from '../store/resource.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'

const versionOf = (components: PriceComponents) =>
  priceVersionOf(formatId('prc', newUuid()), components)

/**
 * @param before what the model costs until then; null for its first price
 * @param confirmed the caller has seen what looks wrong and means it (case T55)
 * @throws refused_by_rule
 */
export function assertPlausible(
  components: PriceComponents,
  confirmed: boolean,
  before: PriceComponents | null = null,
): void {
  const price = versionOf(components)
  const earlier = before && versionOf(before)
  // To come back from a price that was mistyped is no jump.
  const isMeasure = earlier !== null && implausiblePrice(earlier) === null
  const problem =
    price && (implausiblePrice(price) ?? (isMeasure ? priceJump(earlier, price) : null))
  if (problem === null || confirmed) return
  throw new Refusal('refused_by_rule', `${problem} If it is meant, send confirmImplausible: true.`)
}

/** What a model of a type is sold by besides tokens, and so has to be declared: as 0 where it is not. */
const componentOf: Readonly<Record<string, keyof PriceComponents>> = {
  image: 'perImageUsd',
  speech: 'perMillionCharactersUsd',
  transcription: 'perAudioMinuteUsd',
  rerank: 'perSearchUnitUsd',
}

/**
 * @param type of the model
 * @throws refused_by_rule for a price that leaves open what the model's calls cost
 */
export function assertComplete(type: unknown, components: PriceComponents): void {
  const component = componentOf[String(type)]
  if (component === undefined || components[component] !== undefined) return
  throw new Refusal(
    'refused_by_rule',
    `The price of a model of type ${type} has to say ${component}: 0 where it is sold by tokens alone.`,
    { errors: [{ pointer: `/${component}`, rule: 'required', message: 'is missing' }] },
  )
}

/** @throws refused_by_rule where the model is another account's */
export function assertOwnModel({ account }: Pick<Context, 'account'>, model: ResourceRow): void {
  if (model.accountId === account.id) return
  throw new Refusal(
    'refused_by_rule',
    `The model ${model.name} is the tenant’s: its price is set in the root account, by an admin of the tenant.`,
  )
}

/** Writes a version that `assertPlausible` and `assertOwnModel` have seen. */
export function addPrice(
  c: Context,
  model: ResourceRow,
  components: PriceComponents,
  validFrom: Date,
): Promise<PriceRow> {
  return insertPrice(c.tx, {
    tenantId: c.tenantId,
    accountId: model.accountId,
    id: newId('prc'),
    modelId: model.id,
    components,
    validFrom,
    createdBy: c.caller.principal.id,
  })
}

const create = implement(contract.create, async (c) => {
  const { validFrom, confirmImplausible = false, ...components } = c.body
  const model = c.object!
  assertOwnModel(c, model)
  assertComplete(model.spec.type, components)
  const [before] = await allPrices(c.tx, model.accountId, model.id)
  assertPlausible(components, confirmImplausible, before?.components)
  const from = validFrom === undefined ? c.now : new Date(validFrom)
  if (from < c.now) {
    throw new Refusal(
      'refused_by_rule',
      'validFrom is in the past. What was used until now keeps its price; leave validFrom out for now.',
      { errors: [{ pointer: '/validFrom', rule: 'not_past', message: 'is in the past' }] },
    )
  }

  const row = await addPrice(c, model, components, from)
  c.audit({
    target: { kind: 'model', id: model.id, name: pathOf(model) },
    after: { price: row.version, ...components, validFrom: from.toISOString() },
  })
  return present(row, model)
})

const list = implement(contract.list, async (c) => {
  const model = c.object!
  const page = await listPrices(c.tx, model.accountId, model.id, pageRequest(c))
  return listAnswer(c, page, (row) => present(row, model))
})

const pathOf = ({ parentName, name }: ResourceRow) => `${parentName}/${name}`

function present(row: PriceRow, model: ResourceRow) {
  return {
    id: row.id as Id<'prc'>,
    kind: 'price' as const,
    account: row.accountId,
    model: pathOf(model),
    version: row.version,
    ...row.components,
    validFrom: row.validFrom.toISOString(),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  }
}

export const priceImplementations = [create, list]
