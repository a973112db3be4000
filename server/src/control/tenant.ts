/** The tenant, as its own people see it. */
import { tenant as contract } from '@commonhold/contract'
import type { TenantFacts } from '../store/caller.ts'
import { updateTenant } from '../store/tenant.ts'
import { type Context, implement } from './context.ts'

function present({ services }: Pick<Context, 'services'>, tenant: TenantFacts) {
  const { id, name, displayName, state, plan, rootAccountId, createdAt } = tenant
  return {
    id,
    kind: 'tenant' as const,
    name,
    displayName,
    state,
    plan,
    rootAccount: rootAccountId,
    sandbox: services.sandbox,
    createdAt: createdAt.toISOString(),
  }
}

const get = implement(contract.get, async (c) => present(c, c.caller.tenant))

const update = implement(contract.update, async (c) => {
  const { tenant } = c.caller
  const { displayName } = c.body
  await updateTenant(c.tx, tenant.id, { displayName })
  c.audit({
    target: { kind: 'tenant', id: tenant.id, name: tenant.name },
    before: { displayName: tenant.displayName },
    after: { displayName },
  })
  return present(c, { ...tenant, displayName })
})

export const tenantImplementations = [get, update]
