/**
 * A cheaper model instead of a refusal, where the budget that refused says so. It is asked about like
 * any target: the caller has to be allowed to use it, it has to serve the route, and its own worst case
 * has to fit into every budget that applies to it. The answer names it in x-commonhold-model.
 */
import type { Caller } from '../admission/caller.ts'
import { mayUse } from '../admission/target.ts'
import type { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'

/**
 * @param modelType what the route needs
 * @param tried models that were refused already
 * @returns the model to try instead, or null where the refusal stands
 */
export function cheaperModel(
  caller: Caller,
  { details }: Failure,
  modelType: string,
  tried: readonly ModelEntry[],
): ModelEntry | null {
  const { fallbackModelId } = details
  if (fallbackModelId === undefined) return null
  const entry = caller.snapshot.catalogue.find(caller.token.accountId, fallbackModelId)
  if (entry?.type !== 'model' || entry.modelType !== modelType || tried.includes(entry)) return null
  return mayUse(caller, entry) ? entry : null
}
