/**
 * What an operator checks the own deployment with: the rules of the database that serves, and tenants to
 * throw away. Such a tenant is of nobody, so its end takes its log with it: the server's log tells it.
 */
import {
  checkTenantsMax,
  operatorCheckTenant,
  operatorDatabase,
  Refusal,
} from '@commonhold/contract'
import { newId } from '../crypto/new-id.ts'
import type { TenantFacts } from '../store/caller.ts'
import { checkDatabase } from '../store/check-database.ts'
import { countCheckTenants, endCheckTenant } from '../store/check-tenant.ts'
import { findTenant } from '../store/tenant.ts'
import { byOperator } from './audit-open.ts'
import { implementOpen } from './context.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import { makeTenant } from './new-tenant.ts'
import { notFound } from './resolve.ts'
import type { Services } from './services.ts'

const minuteMs = 60_000
/** Nobody has this address: no mail is sent to it. */
const adminEmail = 'admin@check.invalid'

const checkImplementation = implementOpen(operatorDatabase.check, async ({ services }) => ({
  body: await checkDatabase(services.database),
}))

const create = implementOpen(operatorCheckTenant.create, async ({ services, body, call, now }) => {
  const tenants = await services.database.withControlPlane(countCheckTenants)
  if (tenants >= checkTenantsMax) {
    throw new Refusal(
      'wrong_state',
      `${checkTenantsMax} throw-away tenants are there already. Each ends by itself in its time.`,
    )
  }
  const id = newId('tnt')
  // The last letters of an id are random; its first ones would be a time.
  const name = `check-${id.slice(-16)}`
  const checkUntil = new Date(now.getTime() + body.minutes * minuteMs)
  const wanted = { name, displayName: 'Check of isolation', admin: { email: adminEmail } }
  const maker = { actor: byOperator, operation: operatorCheckTenant.create.id, now, call }
  const made = await makeTenant(
    services,
    { ...wanted, checkUntil },
    maker,
    async (_tx, { tenant }) => {
      const after = { checkUntil: checkUntil.toISOString() }
      if (isDryRun(call)) throw new DryRun([{ target: targetOf(tenant), after }], [], null)
    },
  )
  services.log.info(
    { tenant: name, checkUntil, requestId: call.requestId },
    'the operator made a throw-away tenant',
  )
  return {
    body: {
      id: made.tenant.id,
      name,
      checkUntil: checkUntil.toISOString(),
      adminLink: made.invitation!.link,
    },
  }
})

const targetOf = ({ id, name }: TenantFacts) => ({ kind: 'tenant', id, name })

/** @throws not_found for any other tenant: this is no way to remove one that is somebody's */
async function resolve({ database }: Services, reference: string): Promise<TenantFacts> {
  const tenant = await database.withControlPlane((tx) => findTenant(tx, reference))
  if (tenant === null || tenant.checkUntil === null) throw notFound('tenant')
  return tenant
}

const remove = implementOpen(operatorCheckTenant.end, async ({ services, params, call }) => {
  const tenant = await resolve(services, params.tenant)
  if (isDryRun(call)) {
    const sentence = `Nothing of ${tenant.name} is left.`
    throw new DryRun(
      [{ target: targetOf(tenant) }],
      [{ what: 'tenant', id: tenant.id, sentence }],
      null,
    )
  }
  const left = await endCheckTenant(services.database, tenant.id)
  services.log.info(
    { tenant: tenant.name, requestId: call.requestId },
    'the operator deleted a throw-away tenant',
  )
  return { body: left }
})

export const operatorCheckImplementations = [checkImplementation, create, remove]
