/**
 * Accounts at model vendors. The vendor's keys are encrypted with the tenant's key and never come
 * back. Nor can one be sent elsewhere: whoever changes the address has to give the key again, or one
 * who may edit but not read the key would point it at a server of his own.
 */
import {
  providerAccount as contract,
  type ProviderSecret,
  providerPreset,
  providerSecrets,
} from '@commonhold/contract'
import type { ResourceRow } from '../store/resource.ts'
import { deleteSecretValue, hasSecretValue, putSecretValue } from '../store/secret-value.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import type { Context } from './context.ts'
import {
  readServiceAccountKey,
  refuse,
  refuseUntaken,
  type SecretChanges,
  secretChanges,
} from './provider-credentials.ts'
import { type Change, resourceImplementations, type Spec } from './resource.ts'
import { assertSafeUrl } from './upstream-url.ts'
import { assertTargetOfNone } from './virtual-model.ts'

async function check(c: Context, change: Change): Promise<Spec> {
  refuseUntaken(change)
  if (change.spec.provider === 'sandbox') return checkSandbox(c, change)
  const { before, spec: asked, given } = change
  const changes = secretChanges(change)
  const spec = checkCloud(c, asked, changes)
  const address = addressOf(spec)
  if (address === null) {
    throw refuse('baseUrl', 'Give baseUrl, such as https://api.example.com/v1.')
  }
  if (before !== null && address === addressOf(before.spec)) return spec
  if (spec.baseUrl !== undefined) assertSafeUrl(c, 'baseUrl', spec.baseUrl)
  if (before === null) return spec
  for (const field of providerSecrets) {
    if (given[field] !== undefined || changes[field] === null) continue
    if (!(await hasSecretValue(c.tx, placeOf(c, before, field)))) continue
    throw refuse(
      field,
      `Give ${field} again with the new address (or null for none): a stored key is never sent to another address.`,
    )
  }
  return spec
}

/** What the clouds need besides: where, and for whom. @returns the spec, with what its key says */
function checkCloud(c: Context, spec: Spec, changes: SecretChanges): Spec {
  const { provider, region, project } = spec
  if (provider !== 'bedrock' && provider !== 'vertex') return spec
  if (region === undefined) {
    const example = provider === 'bedrock' ? 'us-east-1' : 'europe-west4 or global'
    throw refuse('region', `Give region, such as ${example}.`)
  }
  if (provider === 'bedrock' || !changes.serviceAccountKey) return spec
  const { projectId, tokenUrl } = readServiceAccountKey(changes.serviceAccountKey)
  if (tokenUrl !== null) assertSafeUrl(c, 'serviceAccountKey', tokenUrl)
  if (project !== undefined) return spec
  if (projectId === null) throw refuse('project', 'Give project: the key names none.')
  return { ...spec, project: projectId }
}

/**
 * Where an account points: to its own address, or else to the vendor's. In every region that is the
 * vendor's own, so that a key may stay where the region changes.
 */
function addressOf({ baseUrl, provider }: Spec): unknown {
  const preset = providerPreset(String(provider))
  const isRegional = preset?.fields.includes('region') === true
  return baseUrl ?? preset?.baseUrl ?? (isRegional ? provider : null)
}

/** The built-in test provider has neither an address nor a key. */
function checkSandbox(c: Context, { spec, given }: Change): Spec {
  if (!c.services.sandbox) {
    throw refuse('provider', 'The sandbox provider is turned off in this deployment.')
  }
  if (spec.baseUrl !== undefined || typeof given.apiKey === 'string') {
    throw refuse('provider', 'The sandbox provider takes neither baseUrl nor apiKey.')
  }
  return spec
}

async function write(c: Context, row: ResourceRow, change: Change): Promise<Spec> {
  const isSandbox = row.spec.provider === 'sandbox'
  const changes: SecretChanges = isSandbox
    ? noSecrets
    : secretChanges({ ...change, spec: row.spec })
  const told: Record<string, true> = {}
  for (const field of providerSecrets) {
    const value = changes[field]
    if (value === undefined) continue
    const place = placeOf(c, row, field)
    if (value === null) {
      if (await deleteSecretValue(c.tx, place)) told[`${field}Removed`] = true
      continue
    }
    const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
    await putSecretValue(c.tx, key, place, value)
    told[`${field}Written`] = true
  }
  return told
}

const noSecrets: SecretChanges = Object.fromEntries(providerSecrets.map((field) => [field, null]))

const placeOf = (c: Context, row: ResourceRow, field: ProviderSecret) => ({
  tenantId: c.tenantId,
  resourceId: row.id,
  field,
})

/** An account that a provider account is shared to uses it, and does not learn where it points. */
function shownSpec(row: ResourceRow, viewer: string): Spec {
  if (row.accountId === viewer) return row.spec
  const { baseUrl: _, region: _region, project: _project, accessKeyId: _key, ...rest } = row.spec
  return rest
}

export const providerAccountImplementations = resourceImplementations(
  'provider-account',
  contract,
  {
    writeOnly: [...providerSecrets],
    check,
    write,
    shown: async (_tx, viewer) => (row) => shownSpec(row, viewer),
    beforeDelete: assertTargetOfNone,
  },
)
