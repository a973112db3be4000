/**
 * The receiver's half of a transfer, and open offers as both sides see them. Accepting asks again
 * what offering asked: whoever offered has to hold still what he gives away (compare case A65).
 */
import { transfer as contract, Refusal } from '@commonhold/contract'
import {
  type AccessTarget,
  accountTarget,
  isId,
  type Kind,
  type Permission,
  type ResourceId,
  type ResourceKind,
  uuidOf,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { findAccount } from '../store/account.ts'
import { loadPrincipal } from '../store/caller.ts'
import { loadFacts } from '../store/facts.ts'
import { insertPrice } from '../store/price.ts'
import { type ResourceRow, readResource, targetOf, updateResource } from '../store/resource.ts'
import {
  deleteTransfer,
  findOpenTransfer,
  listOpenTransfers,
  readTransfer,
  type TransferRow,
} from '../store/transfer.ts'
import { acceptTransfer, detach, moveResources, pricesToContinue } from '../store/transfer-move.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'
import { arrivesWithout } from './transfer-losses.ts'
import { auditTransfer, missingToGive, presentTransfer, wholeOf } from './transfer-offer.ts'
import { uniqueName } from './unique-name.ts'
import { assertTargetOfNone, reachableTargets } from './virtual-model.ts'

type Here = Pick<Context, 'tx' | 'account' | 'can' | 'tenantId' | 'now'>

/** Where the acting account would have it: in itself, or in the cluster of root's that it is in. */
async function placeHere(
  { tx, account }: Here,
  parentId: ResourceId | null,
): Promise<AccessTarget> {
  return parentId === null ? accountTarget(account) : targetOf(await readResource(tx, parentId))
}

const isGiver = ({ account }: Here, row: TransferRow) => row.from.id === account.id

/** The giver's side is asked about the thing itself, the receiver's about where it would be. */
async function may(c: Here, row: TransferRow, action: 'read' | 'create' | 'delete') {
  const permission: Permission = `${row.resource.kind}:${action}`
  if (isGiver(c, row)) return c.can(permission, targetOf(await readResource(c.tx, row.resource.id)))
  if (action === 'read' && c.can(permission)) return true
  return c.can(permission, await placeHere(c, row.resource.parentId))
}

/** @throws not_found for what the caller may not even read */
async function resolveTransfer(c: Here, reference: string): Promise<TransferRow> {
  const row = await findOpenTransfer(c.tx, c.account.id, reference, c.now)
  if (row === null || !(await may(c, row, 'read'))) throw notFound('transfer')
  return row
}

const list = implement(contract.list, async (c) => {
  const page = await listOpenTransfers(c.tx, c.account.id, pageRequest(c), c.now)
  const shown = []
  for (const row of page.rows) {
    if (await may(c, row, 'read')) shown.push(await presentTransfer(c, row))
  }
  return listAnswer(c, { ...page, rows: shown }, (item) => item)
})

const get = implement(contract.get, async (c) =>
  presentTransfer(c, await resolveTransfer(c, c.params.transfer)),
)

const remove = implement(contract.delete, async (c) => {
  const row = await resolveTransfer(c, c.params.transfer)
  const action = isGiver(c, row) ? 'delete' : 'create'
  if (!(await may(c, row, action))) throw notAllowed(row.resource.kind, action)

  await deleteTransfer(c.tx, row.id)
  auditTransfer(c, row, isGiver(c, row) ? { takenBack: true } : { declined: true })
})

function notAllowed(kind: Kind, action: 'create' | 'delete'): Refusal {
  const permission: Permission = `${kind}:${action}`
  return new Refusal(
    'not_allowed',
    `${permission} is needed here, which no grant gives you, or the account’s boundary leaves out.`,
    { missingPermissions: [permission] },
  )
}

/**
 * @throws not_allowed unless the caller could make such a thing here himself, with what is in it
 */
async function requireMayTake(c: Here, row: TransferRow, whole: readonly ResourceRow[]) {
  if (!(await may(c, row, 'create'))) throw notAllowed(row.resource.kind, 'create')
  for (const kind of new Set(whole.slice(1).map((child): ResourceKind => child.kind))) {
    if (!c.can(`${kind}:create`)) throw notAllowed(kind, 'create')
  }
}

/** @throws wrong_state when whoever offered it can't give it any more */
async function assertStillGiven(c: Context, row: TransferRow, resource: ResourceRow) {
  const { tx, caller, now } = c
  const giver = await findAccount(tx, row.from.id)
  const author = isId(row.createdBy, 'user', 'va')
    ? await loadPrincipal(tx, uuidOf(row.createdBy))
    : null
  if (giver !== null && author !== null) {
    const facts = await loadFacts(tx, caller.tenant, giver, author, null, now)
    if (missingToGive(facts, resource, row.withSecrets).length === 0) return
  }
  throw new Refusal(
    'wrong_state',
    `Whoever offered it may not give it any more. Ask ${row.from.name} to offer it anew.`,
  )
}

const accept = implement(contract.accept, async (c) => {
  const row = await resolveTransfer(c, c.params.transfer)
  if (isGiver(c, row)) {
    throw new Refusal('refused_by_rule', `It is ${row.to.name} that can accept it, not the giver.`)
  }
  const before = await readResource(c.tx, row.resource.id)
  const whole = await wholeOf(c.tx, before, c.account.id)
  const rows = await Promise.all(whole.map((id) => readResource(c.tx, id)))
  await requireMayTake(c, row, rows)
  await assertStillGiven(c as Context, row, before)
  await assertTargetOfNone(c as Context, before)
  const targets = await reachableTargets(c.tx, c.account.id, before)
  for (const loss of await arrivesWithout(c, whole, row.withSecrets, targets.lost)) c.loses(loss)
  await c.touches({ accounts: [c.account.id], who: 'everybody', resources: whole })
  const prices = await pricesToContinue(c.tx, whole, c.now)
  const name = c.body.name ?? before.name

  // Point of no failure, but for a taken name.
  const createdBy = c.caller.principal.id
  await acceptTransfer(c.tx, row.id, { acceptedBy: createdBy, acceptedAt: c.now })
  await detach(c.tx, whole, row.withSecrets)
  await uniqueName(name, () => moveResources(c.tx, whole, c.account.id, name))
  if (targets.lost > 0) await updateResource(c.tx, before.id, { spec: targets.spec })
  for (const { modelId, components, validFrom } of prices) {
    const place = { tenantId: c.tenantId, accountId: c.account.id, id: newId('prc') }
    await insertPrice(c.tx, { ...place, modelId, components, validFrom, createdBy })
  }
  auditTransfer(c, row, {
    from: row.from.name,
    to: row.to.name,
    name,
    along: rows.slice(1).map((child) => child.name),
    withSecrets: row.withSecrets,
  })
  return presentTransfer(c, await readTransfer(c.tx, row.id))
})

export const transferImplementations = [list, get, accept, remove]
