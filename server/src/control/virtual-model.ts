/**
 * Virtual models: a name that routes to other models. Every target has to be one that the account
 * can reach, and that the owner of the virtual model can: else an account that may edit a shared one
 * could route everybody's calls to a model of its own. Being a target grants nothing; the gateway
 * asks for each caller again.
 */
import { virtualModel as contract, Refusal } from '@commonhold/contract'
import type { AccountId } from '@commonhold/core'
import type { Tx } from '../store/database.ts'
import type { ResourceRow } from '../store/resource.ts'
import { dependentsOf } from '../store/resource-dependents.ts'
import { modelPaths, virtualModelsTargeting } from '../store/virtual-model.ts'
import { resolveReadable } from './any-resource.ts'
import type { Context } from './context.ts'
import { type Change, resourceImplementations, type Spec } from './resource.ts'

interface Target {
  readonly model: string
  readonly weight: number
  readonly overrides?: Readonly<Record<string, unknown>>
}

const targetsOf = (spec: Spec) => (spec.targets ?? []) as readonly Target[]

async function check(c: Context, { before, spec }: Change): Promise<Spec> {
  const targets = targetsOf(spec)
  const { sticky = 'off', strategy } = spec
  if (strategy === 'priority' && sticky !== 'off') {
    throw refuse(
      '/sticky',
      'In order, every request goes to the first target that works. Turn sticky off, or choose by weight or latency.',
    )
  }
  if (before !== null && targets === targetsOf(before.spec)) return spec
  const owner = before?.accountId ?? c.account.id
  const resolved: Target[] = []
  for (const [index, target] of targets.entries()) {
    const pointer = `/targets/${index}/model`
    const model = await resolveTarget(c, target.model, pointer)
    if (owner !== c.account.id && model.accountId !== owner) {
      throw refuse(pointer, `${target.model} is yours, and this virtual model is the tenant’s.`)
    }
    if (resolved.some((other) => other.model === model.id)) {
      throw refuse(pointer, `${target.model} is a target twice. Give it one weight.`)
    }
    assertOverrides(target, model, `/targets/${index}/overrides`)
    resolved.push({ ...target, model: model.id })
  }
  if (resolved.every(({ weight }) => weight === 0)) {
    throw refuse('/targets', 'Every weight is 0, so nothing would be used. Raise one of them.')
  }
  return { ...spec, targets: resolved }
}

/** @throws refused_by_rule for what would never have an effect, or two */
function assertOverrides({ overrides = {} }: Target, { spec }: ResourceRow, pointer: string): void {
  if (Object.keys(overrides).length === 0) return
  if (spec.type !== undefined && spec.type !== 'chat') {
    throw refuse(pointer, 'Only models for chat have parameters that can be overridden.')
  }
  if (overrides.outputTokens !== undefined && overrides.outputTokensMax !== undefined) {
    throw refuse(
      pointer,
      'Give outputTokens, which sets the limit, or outputTokensMax, which caps it.',
    )
  }
}

async function resolveTarget(c: Context, reference: string, pointer: string): Promise<ResourceRow> {
  try {
    return await resolveReadable(c, 'model', reference)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') {
      throw refuse(pointer, `There is no model ${reference} here. Write provider-account/model.`)
    }
    throw error
  }
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer, rule: 'target', message: sentence }],
  })

/** Targets by the names that the account has for them; what it can't reach is not shown to it. */
async function shown(tx: Tx, viewer: AccountId, rows: readonly ResourceRow[]) {
  const ids = rows.flatMap((row) => targetsOf(row.spec).map(({ model }) => model))
  const paths = await modelPaths(tx, viewer, ids)
  return (row: ResourceRow): Spec => ({
    ...row.spec,
    targets: targetsOf(row.spec)
      .filter(({ model }) => paths.has(model))
      .map((target) => ({ ...target, model: paths.get(target.model)! })),
  })
}

/**
 * A model, or a provider account with its models, is not deleted under a virtual model of the same
 * account. Those of other accounts lose a target: they were told that it is only shared.
 * @throws in_use
 */
export async function assertTargetOfNone(c: Context, row: ResourceRow): Promise<void> {
  const { children } = await dependentsOf(c.tx, row.id)
  const models = [row.id, ...children.map(({ id }) => id)]
  const names = await virtualModelsTargeting(c.tx, row.accountId, models)
  if (names.length === 0) return
  throw new Refusal(
    'in_use',
    `It is a target of ${names.join(', ')}. Take it out of the virtual ${names.length === 1 ? 'model' : 'models'} first.`,
  )
}

/**
 * A virtual model that changes hands keeps the targets that its new account can reach. What it can't
 * reach is taken out, or it would come back to life unasked when it is shared one day.
 * @returns the spec as it would be, and how many targets it loses
 * @throws refused_by_rule where none is left
 */
export async function reachableTargets(
  tx: Tx,
  account: AccountId,
  row: ResourceRow,
): Promise<{ spec: Record<string, unknown>; lost: number }> {
  if (row.kind !== 'virtual-model') return { spec: row.spec, lost: 0 }
  const targets = targetsOf(row.spec)
  const paths = await modelPaths(
    tx,
    account,
    targets.map(({ model }) => model),
  )
  const left = targets.filter(({ model }) => paths.has(model))
  if (left.length === 0) {
    throw new Refusal(
      'refused_by_rule',
      'None of its targets can be reached from this account. Have one of them shared first.',
    )
  }
  return { spec: { ...row.spec, targets: left }, lost: targets.length - left.length }
}

export const virtualModelImplementations = resourceImplementations('virtual-model', contract, {
  writeOnly: [],
  check,
  shown,
})
