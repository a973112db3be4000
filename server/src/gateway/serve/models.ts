/** GET /v1/models and /v1/models/{id}: what the caller may call, and nothing about anything else. */
import type { Caller } from '../admission/caller.ts'
import { mayRead, mayUse, modelNotFound } from '../admission/target.ts'
import type { GatewayCall } from '../call/call.ts'
import { rootPrefix } from '../snapshot/catalogue.ts'
import type { CatalogueEntry } from '../snapshot/entries.ts'

const json = { 'content-type': 'application/json' }

/** The models that the caller may use, by the name that reaches each from its account. */
export function usableModels(caller: Caller): [string, CatalogueEntry][] {
  const { catalogue } = caller.snapshot
  return [...catalogue.namesIn(caller.token.accountId)]
    .filter(([, entry]) => mayUse(caller, entry))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

export function serveModels(caller: Caller, call: GatewayCall): void {
  const data = usableModels(caller).map(([name, entry]) => modelObject(caller, name, entry))
  call.answer(json, JSON.stringify({ object: 'list', data }))
}

/** @throws Failure model_not_found, the same for a foreign model and a missing one */
export function serveModel(caller: Caller, call: GatewayCall, name: string): void {
  const entry = caller.snapshot.catalogue.find(caller.token.accountId, name)
  if (!entry || !(mayUse(caller, entry) || mayRead(caller, entry))) throw modelNotFound(name)
  call.answer(json, JSON.stringify(modelObject(caller, name, entry)))
}

function modelObject(caller: Caller, id: string, entry: CatalogueEntry) {
  const isOwn = entry.ownerId === caller.token.accountId
  const owner = caller.snapshot.account(entry.ownerId)?.name ?? ''
  return {
    id,
    object: 'model',
    created: Math.floor(entry.createdAtMs / 1_000),
    owned_by: isOwn || !id.startsWith(rootPrefix) ? owner : rootPrefix.slice(0, -1),
  }
}
