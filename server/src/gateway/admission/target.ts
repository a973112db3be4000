/**
 * From a name to what the caller may use by it. Whatever the caller may not know of (missing, foreign, not
 * readable) gets one and the same answer.
 */
import { isEligible, permissionBit, VerdictMemo } from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { CatalogueEntry, ModelEntry } from '../snapshot/entries.ts'
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
