/** Settings of the deployment. */
import { operatorSettings as contract, Refusal } from '@commonhold/contract'
import { readMultiTenancy, writeMultiTenancy } from '../store/deployment-setting.ts'
import { implementOpen } from './context.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import type { Services } from './services.ts'

/** Whether more than one tenant may be made. A hosted deployment is for many. */
export async function isMultiTenant({ mode, database }: Services): Promise<boolean> {
  return mode === 'hosted' || (await database.withControlPlane(readMultiTenancy))
}

const get = implementOpen(contract.get, async ({ services }) => ({
  body: { multiTenancy: await isMultiTenant(services) },
}))

const update = implementOpen(contract.update, async ({ services, body, call }) => {
  const before = await isMultiTenant(services)
  const { multiTenancy = before } = body
  if (services.mode === 'hosted' && !multiTenancy) {
    throw new Refusal('wrong_state', 'A hosted deployment always has many tenants.')
  }
  const after = { multiTenancy }
  const target = { kind: 'deployment', id: '', name: 'deployment' }
  if (isDryRun(call)) {
    throw new DryRun([{ target, before: { multiTenancy: before }, after }], [], after)
  }
  if (services.mode === 'self-hosted') {
    await services.database.withControlPlane((tx) => writeMultiTenancy(tx, multiTenancy))
  }
  services.log.info(
    { before, ...after, requestId: call.requestId },
    'the operator set multi-tenancy',
  )
  return { body: after }
})

export const operatorSettingsImplementations = [get, update]
