/**
 * The gateways of the deployment, and how one that never comes back is ended. What it had leased is charged
 * to the budgets that it was leased from, tenant by tenant, and each tenant's log says so.
 */
import { operatorGateway as contract, Refusal } from '@commonhold/contract'
import { formatUsd, type TenantId } from '@commonhold/core'
import { loadTenant } from '../store/caller.ts'
import { seenAgoMsMax } from '../store/gateway-source.ts'
import {
  chargeLeases,
  fenceSource,
  type LeasedSum,
  leasedBySource,
  listSources,
  type Source,
} from '../store/retired-source.ts'
import { listTenantIds } from '../store/tenant.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { auditAct, byOperator } from './audit-open.ts'
import { implementOpen, type OpenContext } from './context.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import { notFound } from './resolve.ts'
import type { Services } from './services.ts'

const nothing: LeasedSum = { leases: 0, nanos: 0n, requests: 0n, tokens: 0n }

const list = implementOpen(contract.list, async ({ services, now }) => {
  const sources = await services.database.withControlPlane(listSources)
  const leased = await leasedIn(services)
  const items = sources.map((source) => ({
    id: source.id,
    epoch: Number(source.epoch),
    state: stateOf(source, now),
    seenAt: source.seenAt.toISOString(),
    stoppedAt: source.stoppedAt?.toISOString() ?? null,
    held: shown(sumOf(leased.map(({ bySource }) => bySource.get(source.id) ?? nothing))),
  }))
  return { body: { items, nextCursor: null } }
})

const retire = implementOpen(contract.retire, async (context) => {
  const { services, params, call, now } = context
  const sources = await services.database.withControlPlane(listSources)
  const source = sources.find(({ id }) => id === params.gateway)
  if (!source) throw notFound('gateway')
  if (stateOf(source, now) === 'running') {
    throw new Refusal(
      'wrong_state',
      'This gateway is running. Stop it first: it settles then by itself what it holds.',
    )
  }
  const leased = await leasedIn(services)
  const held = leased.flatMap(({ tenantId, bySource }) => {
    const sum = bySource.get(source.id)
    return sum ? [{ tenantId, sum }] : []
  })
  const charged = shown(sumOf(held.map(({ sum }) => sum)))
  const target = { kind: 'gateway', id: source.id, name: source.id }
  if (isDryRun(call)) throw new DryRun([{ target, after: { charged } }], [], { charged })
  await services.database.withControlPlane((tx) => fenceSource(tx, source.id))
  for (const { tenantId, sum } of held) await chargeTenant(context, tenantId, source.id, sum)
  services.log.warn(
    { gateway: source.id, charged, requestId: call.requestId },
    'the operator retired a gateway',
  )
  return { body: { charged } }
})

/** One transaction for each tenant: who is interrupted does it again, and goes on where it was. */
async function chargeTenant(
  { services, call, now }: Pick<OpenContext, 'services' | 'call' | 'now'>,
  tenantId: TenantId,
  gateway: string,
  sum: LeasedSum,
): Promise<void> {
  await services.database.withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId)
    await chargeLeases(tx, tenantId, gateway)
    const { rootAccountId: accountId } = (await loadTenant(tx, tenantId))!
    const operation = contract.retire.id
    const target = { kind: 'gateway', id: gateway, name: gateway }
    const act = { tenantId, accountId, actor: byOperator, operation, now, call }
    await auditAct(tx, act, [{ target, after: { charged: shown(sum) } }])
  })
}

async function leasedIn({ database }: Services) {
  const tenantIds = await database.withControlPlane(listTenantIds)
  const found = []
  for (const tenantId of tenantIds) {
    found.push({ tenantId, bySource: await database.withTenant(tenantId, leasedBySource) })
  }
  return found
}

function stateOf({ seenAt, stoppedAt }: Source, now: Date): 'running' | 'stopped' | 'lost' {
  if (stoppedAt !== null) return 'stopped'
  return now.getTime() - seenAt.getTime() > seenAgoMsMax ? 'lost' : 'running'
}

function sumOf(sums: readonly LeasedSum[]): LeasedSum {
  return sums.reduce(
    (all, one) => ({
      leases: all.leases + one.leases,
      nanos: all.nanos + one.nanos,
      requests: all.requests + one.requests,
      tokens: all.tokens + one.tokens,
    }),
    nothing,
  )
}

const shown = ({ leases, nanos, requests, tokens }: LeasedSum) => ({
  leases,
  usd: formatUsd(nanos),
  requests: requests.toString(),
  tokens: tokens.toString(),
})

export const operatorGatewayImplementations = [list, retire]
