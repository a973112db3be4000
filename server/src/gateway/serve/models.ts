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
  const usable = usableModels(caller)
  const data = usable.map(([name, entry]) => shownModel(caller, call, name, entry))
  const list = isAnthropics(call)
    ? { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
    : { object: 'list', data }
  call.answer(json, JSON.stringify(list))
}

/** Anthropic's clients say which version of its format they speak, and ask for models by this path too. */
function isAnthropics(call: GatewayCall): boolean {
  return call.header('anthropic-version') !== null
}

/** @throws Failure model_not_found, the same for a foreign model and a missing one */
export function serveModel(caller: Caller, call: GatewayCall, name: string): void {
  const entry = caller.snapshot.catalogue.find(caller.token.accountId, name)
  if (!entry || !(mayUse(caller, entry) || mayRead(caller, entry))) throw modelNotFound(name)
  call.answer(json, JSON.stringify(shownModel(caller, call, name, entry)))
}

function shownModel(caller: Caller, call: GatewayCall, id: string, entry: CatalogueEntry) {
  if (!isAnthropics(call)) return modelObject(caller, id, entry)
  const created_at = new Date(entry.createdAtMs).toISOString()
  return { type: 'model', id, display_name: id, created_at }
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
