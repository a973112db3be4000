/**
 * Offering a resource to another account: the giver's half of a transfer, for every kind that can
 * change hands by itself. To give away is to hand out all that can be done with the thing, so the
 * author holds all of that here (docs/decisions/0010-a-transfer-is-an-offer-and-its-acceptance.md).
 */
import { operations, Refusal, type transferInput } from '@commonhold/contract'
import {
  type AccessFacts,
  carriedByTransfer,
  missingPermissions,
  type ResourceId,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { activeAdmins } from '../store/admin.ts'
import { principalNames } from '../store/principal-name.ts'
import { type ResourceRow, readResource, targetOf } from '../store/resource.ts'
import { dependentsOf } from '../store/resource-dependents.ts'
import {
  countOpenTransfersFrom,
  insertTransfer,
  openOfferOf,
  readTransfer,
  type TransferRow,
} from '../store/transfer.ts'
import type { Context, Implementation } from './context.ts'
import { resolveKnownAccount } from './known-account.ts'
import { tellAdmins } from './tell-admins.ts'
import { givenAway } from './transfer-losses.ts'
import { assertTargetOfNone } from './virtual-model.ts'

/** An offer that nobody accepts ends by itself. */
export const offerDays = 14
/** Open offers that one account can have made. */
export const openOffersMax = 100
const dayMs = 24 * 60 * 60 * 1_000

type Offer = ReturnType<(typeof transferInput)['parse']>

const words = (kind: string) => kind.replace('-', ' ')

/**
 * The resource, then what is in it and goes along. What is in it and already the receiver's stays so.
 * @throws in_use where something in it is a third account's
 */
export async function wholeOf(
  tx: Context['tx'],
  row: ResourceRow,
  to: string,
): Promise<[ResourceId, ...ResourceId[]]> {
  const { children } = await dependentsOf(tx, row.id)
  const others = children.filter(({ accountId }) => ![row.accountId, to].includes(accountId))
  if (others.length > 0) {
    const names = others.map(({ name, accountName }) => `${name} of ${accountName}`)
    throw new Refusal(
      'in_use',
      `In it are ${names.join(', ')}. They have to go first, or be transferred to the same account.`,
    )
  }
  const own = children.filter(({ accountId }) => accountId === row.accountId)
  return [row.id, ...own.map(({ id }) => id)]
}

/** What the author of an offer lacks on what he offers; empty means: he may. */
export function missingToGive(facts: AccessFacts, row: ResourceRow, withSecrets: boolean) {
  return missingPermissions(facts, carriedByTransfer(row.kind, withSecrets), targetOf(row))
}

/** @throws refused_by_rule for what is another's, or part of something */
async function assertStandsAlone({ tx, account, facts }: Context, row: ResourceRow) {
  const what = words(row.kind)
  if (row.accountId !== account.id) {
    throw new Refusal(
      'refused_by_rule',
      `The ${what} ${row.name} is the tenant’s. An admin of the tenant transfers it, from the root account.`,
    )
  }
  if (row.parentId === null) return
  const parent = await readResource(tx, row.parentId)
  if (parent.accountId === facts.account.rootAccountId) return
  throw new Refusal(
    'refused_by_rule',
    `A ${what} goes along with the ${words(parent.kind)} that it is in: transfer ${parent.name}.`,
  )
}

/** @throws hands_out_more_than_held, saying how it would be less */
function requireMayGive(c: Context, row: ResourceRow, withSecrets: boolean): void {
  const missing = missingToGive(c.facts, row, withSecrets)
  if (missing.length === 0) return
  const without = missingToGive(c.facts, row, false).length === 0
  const way = without ? ' Without its stored secrets you can: send withSecrets: false.' : ''
  throw new Refusal(
    'hands_out_more_than_held',
    `You do not hold ${missing.join(', ')} on it, so you can’t give that away.${way}`,
    { missingPermissions: missing },
  )
}

/** @throws wrong_state, refused_by_rule */
async function assertRoomForOffer({ tx, account, now }: Context, row: ResourceRow) {
  const open = await openOfferOf(tx, row.id, now)
  if (open !== null) {
    throw new Refusal(
      'wrong_state',
      `It is offered to ${open.to.name} already. Take that offer back first.`,
    )
  }
  if ((await countOpenTransfersFrom(tx, account.id, now)) < openOffersMax) return
  throw new Refusal(
    'refused_by_rule',
    `This account has ${openOffersMax} open offers. Take some back first.`,
  )
}

async function offer(c: Context): Promise<unknown> {
  const row = c.object!
  const { to: reference, withSecrets = true } = c.body as Offer
  c.checkRevision(row.revision)
  await assertStandsAlone(c, row)
  requireMayGive(c, row, withSecrets)
  const to = await resolveKnownAccount(c, reference)
  if (to.id === c.account.id) {
    throw new Refusal('refused_by_rule', 'It is here already. Name another account.')
  }
  const whole = await wholeOf(c.tx, row, to.id)
  await assertTargetOfNone(c, row)
  await assertRoomForOffer(c, row)
  for (const loss of await givenAway(c, row, whole, to, withSecrets)) c.loses(loss)

  const id = newId('trf')
  await insertTransfer(c.tx, {
    tenantId: c.tenantId,
    accountId: c.account.id,
    id,
    resourceId: row.id,
    toAccountId: to.id,
    withSecrets,
    createdBy: c.caller.principal.id,
    createdAt: c.now,
    expiresAt: new Date(c.now.getTime() + offerDays * dayMs),
  })
  auditTransfer(c, await readTransfer(c.tx, id), { offeredTo: to.name, withSecrets })
  await tellAdmins(c, to, await activeAdmins(c.tx, to.id, c.now), {
    subject: `${c.account.displayName} offers you the ${words(row.kind)} ${row.name}`,
    body:
      `${c.caller.principal.name} offers the ${words(row.kind)} ${row.displayName} of the account ` +
      `${c.account.displayName} to ${to.displayName}. Accept or decline it under Transfers, within ${offerDays} days.`,
  })
  return presentTransfer(c, await readTransfer(c.tx, id))
}

/** In the logs of both accounts. */
export function auditTransfer(
  c: Pick<Context, 'audit'>,
  { from, to, resource }: TransferRow,
  after: Readonly<Record<string, unknown>>,
): void {
  const target = { kind: resource.kind, id: resource.id, name: resource.name }
  for (const account of [from.id, to.id]) c.audit({ target, after, account })
}

export async function presentTransfer({ tx }: Pick<Context, 'tx'>, row: TransferRow) {
  const { id, from, to, resource, contains, withSecrets, state, createdBy } = row
  const { parentName, name, kind, displayName } = resource
  const names = await principalNames(tx, [createdBy])
  return {
    id,
    kind: 'transfer' as const,
    account: from.id,
    from,
    to,
    resource: {
      id: resource.id,
      kind,
      name: parentName === null ? name : `${parentName}/${name}`,
      displayName,
      contains,
    },
    withSecrets,
    state,
    offeredBy: names.get(createdBy) ?? createdBy,
    createdAt: row.createdAt.toISOString(),
    createdBy,
    expiresAt: row.expiresAt.toISOString(),
  }
}

/** One for each kind that has the operation. */
export const transferOfferImplementations: Implementation[] = operations
  .filter(({ id }) => id.endsWith('.transfer'))
  .map((operation) => ({ type: 'tenant', operation, run: offer, manageOf: null }))
