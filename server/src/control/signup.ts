/** Signing up makes a tenant. Only where the deployment is hosted: elsewhere people are invited. */
import { signup as contract, Refusal } from '@commonhold/contract'
import { hashPassword } from '../crypto/password.ts'
import { addressLimit, countAttempt, signupsPerAddressMax } from './attempt-limits.ts'
import { bySystem } from './audit-open.ts'
import { beginSession } from './begin-session.ts'
import { implementOpen } from './context.ts'
import { makeTenant } from './new-tenant.ts'
import { assertGoodPassword } from './password-rules.ts'
import { assertFreeTenantName } from './tenant-name.ts'

const create = implementOpen(contract.create, async ({ services, body, call, now }) => {
  if (services.mode !== 'hosted') {
    throw new Refusal('wrong_state', 'Nobody signs up here. Ask an admin for an invitation.')
  }
  const { tenant: name, tenantDisplayName, email, displayName, password } = body
  assertFreeTenantName(name, '/tenant')
  assertGoodPassword(password, email)
  countAttempt(services, [addressLimit('sign-up', call.address, signupsPerAddressMax)], now)
  const admin = { email, displayName, passwordHash: await hashPassword(password) }
  const maker = { actor: bySystem, operation: contract.create.id, now, call }
  const wanted = { name, displayName: tenantDisplayName, admin }
  const { also } = await makeTenant(services, wanted, maker, (tx, { tenant, adminId: id }) =>
    beginSession(tx, services, { tenant, user: { id, email, displayName }, call, now }),
  )
  return also!
})

export const signupImplementations = [create]
