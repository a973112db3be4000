/** What a sign-in page has to know before anybody is known. */
import { deployment as contract } from '@commonhold/contract'
import { readMultiTenancy } from '../store/deployment-setting.ts'
import { findOnlyTenant, findSignInTenant } from '../store/tenant.ts'
import { implementOpen } from './context.ts'
import { tenantNameOfHost } from './sign-in-tenant.ts'

const get = implementOpen(contract.get, async ({ services, query, call }) => {
  const { mode, version, database, baseDomain } = services
  const name = tenantNameOfHost(baseDomain, call.host) ?? query.tenant
  const { tenant, multiTenancy } = await database.withControlPlane(async (tx) => ({
    tenant: name === undefined ? await findOnlyTenant(tx) : await findSignInTenant(tx, name),
    multiTenancy: mode === 'hosted' || (await readMultiTenancy(tx)),
  }))
  const shown = tenant && tenant.state !== 'deleted' ? tenant : null
  return {
    body: {
      mode,
      version,
      signUp: mode === 'hosted',
      multiTenancy,
      tenant: shown && { name: shown.name, displayName: shown.displayName },
    },
  }
})

export const deploymentImplementations = [get]
