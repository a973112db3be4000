/** Webhooks: who may manage the account says where it is told; who reads it sees how that went. */
import { randomBytes } from 'node:crypto'
import { webhook as contract, Refusal, webhookDelivery, webhooksMax } from '@commonhold/contract'
import { newId } from '../crypto/new-id.ts'
import { checkWebhookAddress } from '../outgoing/webhook-address.ts'
import { newSigningSecret } from '../outgoing/webhook-signature.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  rotateWebhook,
  updateWebhook,
  type WebhookRow,
} from '../store/webhook.ts'
import {
  type DeliveryRow,
  findDelivery,
  insertDelivery,
  lastDeliveries,
  listDeliveries,
  replayDelivery,
} from '../store/webhook-delivery.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { uniqueName } from './unique-name.ts'

type Here = Pick<Context, 'tx' | 'account'>
type Reader = Pick<Context, 'tx' | 'can'>

/** @throws not_found */
async function resolveWebhook({ tx, account }: Here, reference: string): Promise<WebhookRow> {
  const row = await findWebhook(tx, account.id, reference)
  if (row === null) throw notFound('webhook')
  return row
}

/** @throws unsafe_url */
function assertSafeAddress(c: Pick<Context, 'services'>, address: string | undefined): void {
  if (address === undefined) return
  const problem = checkWebhookAddress(address, { allowPrivate: c.services.allowPrivateUpstreams })
  if (problem === null) return
  throw new Refusal('unsafe_url', problem, {
    errors: [{ pointer: '/address', rule: 'safe_url', message: problem }],
  })
}

const targetOf = (row: WebhookRow) => ({ kind: 'webhook', id: row.id, name: row.name })

/** The address may be a credential: the audit log names its host. */
const toldOf = ({ name, displayName, address }: WebhookRow) => ({
  name,
  displayName,
  host: new URL(address).host,
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, address } = c.body
  assertSafeAddress(c, address)
  if ((await countWebhooks(c.tx, c.account.id)) >= webhooksMax) {
    const sentence = `The account has ${webhooksMax} webhooks. Delete one of them first.`
    throw new Refusal('refused_by_rule', sentence)
  }
  const secret = newSigningSecret(randomBytes)
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  const id = newId('hook')

  // Point of no failure, but for a taken name.
  const { tenantId, account, caller } = c
  const by = { tenantId, accountId: account.id, createdBy: caller.principal.id }
  await uniqueName(name, () =>
    insertWebhook(c.tx, key, { ...by, id, name, displayName, address, secret }),
  )
  const row = await resolveWebhook(c, id)
  c.audit({ target: targetOf(row), after: toldOf(row) })
  return { ...present(c, row, undefined), secret }
})

const list = implement(contract.list, async (c) => {
  const page = await listWebhooks(c.tx, c.account.id, pageRequest(c))
  const ids = page.rows.map(({ id }) => id)
  const last = await lastDeliveries(c.tx, ids)
  return listAnswer(c, page, (row) => present(c, row, last.get(row.id)))
})

const get = implement(contract.get, async (c) =>
  presentOne(c, await resolveWebhook(c, c.params.webhook)),
)

const update = implement(contract.update, async (c) => {
  const before = await resolveWebhook(c, c.params.webhook)
  c.checkRevision(before.revision)
  assertSafeAddress(c, c.body.address)

  await uniqueName(c.body.name ?? before.name, () => updateWebhook(c.tx, before.id, c.body))
  const row = await resolveWebhook(c, before.id)
  c.audit({ target: targetOf(row), before: toldOf(before), after: toldOf(row) })
  return presentOne(c, row)
})

const rotate = implement(contract.rotate, async (c) => {
  const before = await resolveWebhook(c, c.params.webhook)
  const { overlapSeconds } = c.body
  const until = overlapSeconds === 0 ? null : new Date(c.now.getTime() + overlapSeconds * 1_000)
  const secret = newSigningSecret(randomBytes)
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  if (until === null) {
    const sentence = 'What checks messages by the present secret refuses them at once.'
    c.loses({ what: 'webhook', id: before.id, sentence })
  }

  await rotateWebhook(c.tx, key, before.id, secret, until)
  const row = await resolveWebhook(c, before.id)
  c.audit({ target: targetOf(row), after: { rotated: true, overlapSeconds } })
  return { ...(await presentOne(c, row)), secret }
})

const test = implement(contract.test, async (c) => {
  const row = await resolveWebhook(c, c.params.webhook)
  const to = { accountId: c.account.id, webhookId: row.id }
  const data = {
    account: { id: c.account.id, name: c.account.name },
    webhook: { id: row.id, name: row.name },
    sentBy: c.caller.principal.name,
  }
  const id = await insertDelivery(c.tx, c.tenantId, to, 'webhook.test', c.now, data)
  c.audit({ target: targetOf(row), after: { tested: id } })
  return presentDelivery(row, (await findDelivery(c.tx, row.id, id))!)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveWebhook(c, c.params.webhook)
  c.checkRevision(row.revision)
  const sentence = `Nothing is sent to ${row.name} any more, nor what waits for it now.`
  c.loses({ what: 'webhook', id: row.id, sentence })

  await deleteWebhook(c.tx, row.id)
  c.audit({ target: targetOf(row), before: toldOf(row) })
})

const listDelivered = implement(webhookDelivery.list, async (c) => {
  const row = await resolveWebhook(c, c.params.webhook)
  const page = await listDeliveries(c.tx, row.id, pageRequest(c))
  return listAnswer(c, page, (delivery) => presentDelivery(row, delivery))
})

const replay = implement(webhookDelivery.replay, async (c) => {
  const row = await resolveWebhook(c, c.params.webhook)
  const before = await findDelivery(c.tx, row.id, c.params['webhook-delivery'])
  if (before === null) throw notFound('delivery')
  if (before.state === 'pending') {
    throw new Refusal('wrong_state', 'This message is on its way: it is tried again by itself.')
  }
  await replayDelivery(c.tx, c.tenantId, before.id)
  c.audit({ target: targetOf(row), after: { replayed: before.id } })
  return presentDelivery(row, (await findDelivery(c.tx, row.id, before.id))!)
})

async function presentOne(c: Reader, row: WebhookRow) {
  return present(c, row, (await lastDeliveries(c.tx, [row.id])).get(row.id))
}

function present(c: Reader, row: WebhookRow, last: DeliveryRow | undefined) {
  return {
    ...objectOf('webhook', row.accountId, row),
    address: c.can('account:manage') ? row.address : null,
    previousSecretUntil: row.previousUntil?.toISOString() ?? null,
    lastDelivery: last ? presentDelivery(row, last) : null,
  }
}

function presentDelivery({ id, name }: WebhookRow, row: DeliveryRow) {
  const { event, state, attempts, lastTryAt, lastStatus, lastError } = row
  return {
    id: row.id,
    webhook: { id, name },
    event,
    state,
    attempts,
    createdAt: row.createdAt.toISOString(),
    nextTryAt: state === 'pending' ? row.nextTryAt.toISOString() : null,
    lastTry: lastTryAt && {
      at: lastTryAt.toISOString(),
      status: lastStatus,
      error: lastError,
    },
  }
}

export const webhookImplementations = [
  create,
  list,
  get,
  update,
  rotate,
  test,
  remove,
  listDelivered,
  replay,
]
