/** Secrets: values that are encrypted on the way in, and revealed one by one, on the record. */
import { secret as contract } from '@commonhold/contract'
import type { ResourceRow } from '../store/resource.ts'
import { putSecretValue, readSecretValue } from '../store/secret-value.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import { type Context, implement } from './context.ts'
import { notFound } from './resolve.ts'
import { type Change, resourceImplementations, type Spec, targetOf } from './resource.ts'

const field = 'value'

async function write(c: Context, row: ResourceRow, { given }: Change): Promise<Spec> {
  if (given[field] === undefined) return {}
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  const place = { tenantId: c.tenantId, resourceId: row.id, field }
  await putSecretValue(c.tx, key, place, given[field] as string)
  return { valueWritten: true }
}

const reveal = implement(contract.reveal, async (c) => {
  const row = c.object!
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  const place = { tenantId: c.tenantId, resourceId: row.id, field }
  const value = await readSecretValue(c.tx, key, place)
  if (value === null) throw notFound('value of this secret')

  // The value itself is in no log; that it was read is in that of the reader and of the owner.
  for (const account of new Set([c.account.id, row.accountId])) {
    c.audit({ target: targetOf(row), after: { revealed: true }, account })
  }
  return { value }
})

export const secretImplementations = [
  ...resourceImplementations('secret', contract, { writeOnly: [field], write }),
  reveal,
]
