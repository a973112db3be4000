/**
 * Accounts at model vendors. The vendor's key is encrypted with the tenant's key and never comes
 * back. Nor can it be sent elsewhere: whoever changes the address has to give the key again, or one
 * who may edit but not read the key would point it at a server of his own.
 */
import { providerAccount as contract, providerPreset, Refusal } from '@commonhold/contract'
import type { ResourceRow } from '../store/resource.ts'
import { deleteSecretValue, hasSecretValue, putSecretValue } from '../store/secret-value.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import type { Context } from './context.ts'
import { type Change, resourceImplementations, type Spec } from './resource.ts'
import { assertSafeUrl } from './upstream-url.ts'
import { assertTargetOfNone } from './virtual-model.ts'

const field = 'apiKey'

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: `/${pointer}`, rule: 'refused_by_rule', message: sentence }],
  })

async function check(c: Context, change: Change): Promise<Spec> {
  if (change.spec.provider === 'sandbox') return checkSandbox(c, change)
  const { before, spec, given } = change
  if (spec.apiVersion !== undefined && spec.provider !== 'azure-openai') {
    throw refuse('apiVersion', 'Only azure-openai takes apiVersion.')
  }
  const address = addressOf(spec)
  if (address === null) {
    throw refuse('baseUrl', 'Give baseUrl, such as https://api.example.com/v1.')
  }
  if (before !== null && address === addressOf(before.spec)) return spec
  if (spec.baseUrl !== undefined) assertSafeUrl(c, 'baseUrl', spec.baseUrl)
  if (before !== null && given[field] === undefined && (await hasKey(c, before))) {
    throw refuse(
      field,
      'Give apiKey again with the new address (or null for none): a stored key is never sent to another address.',
    )
  }
  return spec
}

/** Where an account points: to its own address, or else to the vendor's. */
function addressOf({ baseUrl, provider }: Spec): unknown {
  return baseUrl ?? providerPreset(String(provider))?.baseUrl ?? null
}

/** The built-in test provider has neither an address nor a key. */
function checkSandbox(c: Context, { spec, given }: Change): Spec {
  if (!c.services.sandbox) {
    throw refuse('provider', 'The sandbox provider is turned off in this deployment.')
  }
  if (spec.baseUrl !== undefined || typeof given[field] === 'string') {
    throw refuse('provider', 'The sandbox provider takes neither baseUrl nor apiKey.')
  }
  return spec
}

async function write(c: Context, row: ResourceRow, { given }: Change): Promise<Spec> {
  const place = placeOf(c, row)
  if (given[field] === null || row.spec.provider === 'sandbox') {
    return (await deleteSecretValue(c.tx, place)) ? { apiKeyRemoved: true } : {}
  }
  if (given[field] === undefined) return {}
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  await putSecretValue(c.tx, key, place, given[field] as string)
  return { apiKeyWritten: true }
}

const placeOf = (c: Context, row: ResourceRow) => ({
  tenantId: c.tenantId,
  resourceId: row.id,
  field,
})

const hasKey = (c: Context, row: ResourceRow) => hasSecretValue(c.tx, placeOf(c, row))

/** An account that a provider account is shared to uses it, and does not learn where it points. */
function shownSpec(row: ResourceRow, viewer: string): Spec {
  const { baseUrl: _, ...rest } = row.spec
  return row.accountId === viewer ? row.spec : rest
}

export const providerAccountImplementations = resourceImplementations(
  'provider-account',
  contract,
  {
    writeOnly: [field],
    check,
    write,
    shown: async (_tx, viewer) => (row) => shownSpec(row, viewer),
    beforeDelete: assertTargetOfNone,
  },
)
