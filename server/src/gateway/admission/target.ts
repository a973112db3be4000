/**
 * From the name in a request to the models that may serve it. Whatever the caller may not know of
 * (missing, foreign, not readable) gets one and the same answer. Each target of a virtual model is
 * asked about on its own: being next in line grants nothing (case T77).
 */
import {
  type Id,
  isEligible,
  permissionBit,
  type RouteTarget,
  routeOrder,
  VerdictMemo,
} from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { CatalogueEntry, ModelEntry, VirtualModelEntry } from '../snapshot/entries.ts'
import type { ShareEntry } from '../snapshot/shares.ts'
import type { Caller } from './caller.ts'

const bits = {
  model: { use: permissionBit('model:use'), read: permissionBit('model:read') },
  'virtual-model': {
    use: permissionBit('virtual-model:use'),
    read: permissionBit('virtual-model:read'),
  },
} as const

/** Of this process, of whatever tenant: 2 MB. */
const verdicts = new VerdictMemo(16)

export const modelNameCharsMax = 300

export function mayUse({ facts }: Caller, entry: CatalogueEntry): boolean {
  return verdicts.decide(facts, bits[entry.type].use, entry.target) === 'allowed'
}

export function mayRead({ facts }: Caller, entry: CatalogueEntry): boolean {
  return verdicts.decide(facts, bits[entry.type].read, entry.target) === 'allowed'
}

/** The one answer for a model that is missing, foreign or hidden. */
export function modelNotFound(name: string): Failure {
  const shown = name.slice(0, modelNameCharsMax)
  return new Failure(
    'model_not_found',
    `The model '${shown}' does not exist or you do not have access to it.`,
    { param: 'model' },
  )
}

/** @throws Failure model_not_found, or permission_denied where the caller may at least see it */
export function findUsable(caller: Caller, name: string): CatalogueEntry {
  const entry = caller.snapshot.catalogue.find(caller.token.accountId, name)
  if (!entry) throw modelNotFound(name)
  if (mayUse(caller, entry)) return entry
  if (!mayRead(caller, entry)) throw modelNotFound(name)
  throw new Failure(
    'permission_denied',
    `You may see the model '${name}', but need the permission ${entry.type}:use to call it.`,
    { param: 'model' },
  )
}

/**
 * @param name as the request has it
 * @param unhealthy models that failed just now: they go last
 * @param random in [0, 1)
 * @returns the models to try, in order, each one allowed; at least one
 * @throws Failure
 */
export function modelsToTry(
  caller: Caller,
  name: string,
  unhealthy: ReadonlySet<Id<'mdl'>>,
  random: number,
): ModelEntry[] {
  const entry = findUsable(caller, name)
  if (entry.type === 'model') return [entry]
  const models = targetsOf(caller, entry)
  const allowed = [...models.keys()].filter((model) => mayUse(caller, model))
  if (allowed.length === 0) {
    throw new Failure(
      'permission_denied',
      `You may call '${name}', but none of the models behind it: you need model:use on one.`,
      { param: 'model' },
    )
  }
  const byId = new Map(allowed.map((model) => [model.id, model]))
  const routes = allowed.map((model) => models.get(model)!)
  return routeOrder(routes, unhealthy, random).map(({ modelId }) => byId.get(modelId)!)
}

/** The virtual model that the name of a request means, or null where it means a model. */
export function virtualModelNamed(caller: Caller, name: string): Id<'vmdl'> | null {
  const entry = caller.snapshot.catalogue.find(caller.token.accountId, name)
  return entry?.type === 'virtual-model' ? entry.id : null
}

/** Targets are named in the account that owns the virtual model, whoever calls it. */
function targetsOf(caller: Caller, entry: VirtualModelEntry): Map<ModelEntry, RouteTarget> {
  const found = new Map<ModelEntry, RouteTarget>()
  for (const [index, { reference, weight }] of entry.targets.entries()) {
    const model = caller.snapshot.catalogue.find(entry.ownerId, reference)
    if (model?.type !== 'model' || found.has(model)) continue
    const isPriority = entry.strategy === 'priority'
    found.set(model, { modelId: model.id, priority: isPriority ? index : 0, weight })
  }
  return found
}

/**
 * The share by which a model reached the acting account, whose markup and budgets count; null where
 * the account owns the model. Of two, the one of the model itself comes before its parent's.
 */
export function shareOf(caller: Caller, model: ModelEntry): ShareEntry | null {
  const { facts, snapshot, token } = caller
  if (model.ownerId === token.accountId || !isEligible(facts, model.target)) return null
  const shares = snapshot.sharesTo(token.accountId)
  const { index, mask } = bits.model.use
  const found = model.target.path.map((id) => shares.get(id))
  return found.find((share) => share && (share.permissions[index]! & mask) !== 0) ?? null
}
