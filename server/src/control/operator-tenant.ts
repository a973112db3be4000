/**
 * Tenants, as the operator handles them: their name, state and counts, and never what is in them. Each
 * act is written into the tenant's own audit log, where its admins read it.
 */
import { operatorTenant as contract, Refusal } from '@commonhold/contract'
import { loadTenant, type TenantFacts } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { countTenants, findTenant, listTenants, updateTenant } from '../store/tenant.ts'
import { countTenantContents, endTenant, type TenantCounts } from '../store/tenant-end.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { auditAct, byOperator } from './audit-open.ts'
import { implementOpen, type Loss, type OpenContext } from './context.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import { listAnswer, pageRequest } from './list.ts'
import { makeTenant } from './new-tenant.ts'
import { isMultiTenant } from './operator-settings.ts'
import { notFound } from './resolve.ts'
import type { Services } from './services.ts'
import { assertFreeTenantName } from './tenant-name.ts'

function present(tenant: TenantFacts, counts: TenantCounts) {
  const { id, name, displayName, state, plan, createdAt } = tenant
  const shown = { id, kind: 'tenant' as const, name, displayName, state, plan }
  return { ...shown, createdAt: createdAt.toISOString(), counts }
}

async function presentOne({ database }: Services, tenant: TenantFacts) {
  return present(tenant, await database.withTenant(tenant.id, countTenantContents))
}

const targetOf = ({ id, name }: TenantFacts) => ({ kind: 'tenant', id, name })

/** @throws not_found */
async function resolveTenant({ database }: Services, reference: string): Promise<TenantFacts> {
  const tenant = await database.withControlPlane((tx) => findTenant(tx, reference))
  if (tenant === null) throw notFound('tenant')
  return tenant
}

const list = implementOpen(contract.list, async (c) => {
  const page = await c.services.database.withControlPlane((tx) => listTenants(tx, pageRequest(c)))
  const counts = new Map<string, TenantCounts>()
  for (const { id } of page.rows) {
    counts.set(id, await c.services.database.withTenant(id, countTenantContents))
  }
  return { body: listAnswer(c, page, (tenant) => present(tenant, counts.get(tenant.id)!)) }
})

const get = implementOpen(contract.get, async ({ services, params }) => ({
  body: await presentOne(services, await resolveTenant(services, params.tenant)),
}))

const create = implementOpen(contract.create, async ({ services, body, call, now }) => {
  const { name, displayName = name, admin } = body
  const tenants = await services.database.withControlPlane(countTenants)
  if (tenants > 0 && !(await isMultiTenant(services))) {
    throw new Refusal(
      'wrong_state',
      'This deployment has its one tenant. Turn multi-tenancy on in the settings to make more.',
    )
  }
  assertFreeTenantName(name, '/name')
  const maker = { actor: byOperator, operation: contract.create.id, now, call }
  const { tenant, invitation } = await makeTenant(
    services,
    { name, displayName, admin },
    maker,
    async (_tx, made) => {
      const after = { name, displayName, admin: admin.email }
      if (isDryRun(call)) throw new DryRun([{ target: targetOf(made.tenant), after }], [], null)
    },
  )
  return { body: { ...(await presentOne(services, tenant)), adminLink: invitation!.link } }
})

interface Act {
  readonly operation: string
  readonly to: TenantFacts['state']
  readonly losses: (tenant: TenantFacts) => Loss[]
  readonly alsoDo?: (tx: Tx, tenant: TenantFacts) => Promise<void>
}

/**
 * Moves a tenant from one state to another, in a transaction of its own and with an entry in its log.
 * @param from the states that it may be in
 * @throws not_found or wrong_state
 */
async function move(
  { services, call, now }: Pick<OpenContext, 'services' | 'call' | 'now'>,
  reference: string,
  from: readonly TenantFacts['state'][],
  act: Act,
): Promise<TenantFacts> {
  const { id } = await resolveTenant(services, reference)
  return services.database.withTenant(id, async (tx) => {
    await lockTenant(tx, id)
    const before = (await loadTenant(tx, id))!
    if (!from.includes(before.state)) {
      throw new Refusal('wrong_state', `The tenant ${before.name} is ${before.state}.`)
    }
    await act.alsoDo?.(tx, before)
    await updateTenant(tx, id, { state: act.to })
    const note = {
      target: targetOf(before),
      before: { state: before.state },
      after: { state: act.to },
    }
    const { rootAccountId: accountId } = before
    const who = { tenantId: id, accountId, actor: byOperator, now, call }
    await auditAct(tx, { ...who, operation: act.operation }, [note])
    const after = { ...before, state: act.to }
    if (isDryRun(call)) throw new DryRun([note], act.losses(before), null)
    return after
  })
}

const suspend = implementOpen(contract.suspend, async (c) => {
  const tenant = await move(c, c.params.tenant, ['active'], {
    operation: contract.suspend.id,
    to: 'suspended',
    losses: ({ id, name }) => [
      { what: 'tenant', id, sentence: `Nobody signs in to ${name}, and none of its tokens works.` },
    ],
  })
  return { body: await presentOne(c.services, tenant) }
})

const resume = implementOpen(contract.resume, async (c) => {
  const tenant = await move(c, c.params.tenant, ['suspended'], {
    operation: contract.resume.id,
    to: 'active',
    losses: () => [],
  })
  return { body: await presentOne(c.services, tenant) }
})

const remove = implementOpen(contract.delete, async (c) => {
  await move(c, c.params.tenant, ['active', 'suspended'], {
    operation: contract.delete.id,
    to: 'deleted',
    losses: ({ id, name }) => [
      {
        what: 'tenant',
        id,
        sentence: `Every session and token of ${name} ends, and no secret of it can be read again.`,
      },
    ],
    alsoDo: (tx, { id }) => endTenant(tx, id),
  })
  return { body: undefined }
})

export const operatorTenantImplementations = [list, get, create, suspend, resume, remove]
