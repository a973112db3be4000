/**
 * The only door to the control plane. Whoever comes, by whatever transport: authenticate, open the
 * tenant's transaction, load the facts, decide, run the operation, write the audit log, commit.
 * What is done here is done nowhere else, so an operation can't forget it.
 */
import { createHash } from 'node:crypto'
import { isMutation, Refusal } from '@commonhold/contract'
import { isActive, type TenantId } from '@commonhold/core'
import { isAllowedAddress } from '../outgoing/address-list.ts'
import { type Caller, loadCaller } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { loadFacts } from '../store/facts.ts'
import { findIdempotent, type IdempotencyPlace, keepIdempotent } from '../store/idempotency-key.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { actingAccount } from './acting-account.ts'
import { auditEntries, noteDenial } from './audit.ts'
import { authorise, namedObject } from './authorise.ts'
import type { Answer, Call, SessionCookie } from './call.ts'
import type { AuditNote, Context, Implementation, Loss } from './context.ts'
import { noteCredentialSeen } from './credential-seen.ts'
import { disclosureFor } from './disclosure.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import { Foresight } from './foresight.ts'
import { makeContext } from './make-context.ts'
import { assertOperator } from './operator-credential.ts'
import { foreseeRunning, mayEndCalls } from './running-calls.ts'
import type { Services } from './services.ts'

export type Door = (call: Call) => Promise<Answer>

/** @param implementations one for each operation of the contract, as handlers.ts lists them */
export function createDoor(services: Services, implementations: readonly Implementation[]): Door {
  const byId = new Map(implementations.map((one) => [one.operation.id, one]))
  return async (call) => {
    const implementation = byId.get(call.operation.id)!
    try {
      return implementation.type === 'open'
        ? await runOpen(services, implementation, call)
        : await runForTenant(services, implementation, call)
    } catch (error) {
      if (error instanceof DryRun) return answerDryRun(error)
      throw error
    }
  }
}

type OpenImplementation = Extract<Implementation, { type: 'open' }>

async function runOpen(
  services: Services,
  implementation: OpenImplementation,
  call: Call,
): Promise<Answer> {
  const now = new Date()
  if (call.operation.access.by === 'operator') await assertOperator(services, call, now)
  const { operation, params, query, body } = call
  return implementation.run({ operation, params, query, body, now, services, call } as never)
}

type TenantImplementation = Extract<Implementation, { type: 'tenant' }>

async function runForTenant(
  services: Services,
  implementation: TenantImplementation,
  call: Call,
): Promise<Answer> {
  const hash = services.hasher.hash(credentialText(call))
  const tenantId = await services.database.tenantOfCredential(hash)
  if (tenantId === null) throw new Refusal('not_signed_in', 'The credential is not known here.')
  const now = new Date()
  let seen: { caller: Caller; context: Context | null } | null = null
  try {
    return await services.database.withTenant(tenantId, async (tx) => {
      if (isMutation(call.operation)) await lockTenant(tx, tenantId)
      const caller = await authenticate(tx, services, call, tenantId, hash, now)
      seen = { caller, context: null }
      const context = await prepare(tx, services, call, caller, now)
      seen = { caller, context }
      await authorise(context, implementation.manageOf)
      return isMutation(call.operation)
        ? change(implementation, context)
        : { status: call.operation.status, body: await implementation.run(context) }
    })
  } catch (error) {
    if (error instanceof Refusal && seen !== null) noteDenial(services, call, seen, error)
    throw error
  }
}

/** What runs now is asked once the transaction is undone: nobody waits for its lock meanwhile. */
async function answerDryRun(dryRun: DryRun): Promise<Answer> {
  const { foreseen, context } = dryRun
  if (foreseen === null || context === null || !mayEndCalls(foreseen)) return dryRun.answer()
  const { database } = context.services
  const discloses = disclosureFor(context)
  return dryRun.answer(await foreseeRunning(database, context.tenantId, foreseen, discloses))
}

function credentialText(call: Call): string {
  if (call.credential === null) {
    throw new Refusal('not_signed_in', 'Sign in, or send a token as "Authorization: Bearer ch_…".')
  }
  return call.credential.text
}

async function authenticate(
  tx: Tx,
  services: Services,
  call: Call,
  tenantId: TenantId,
  hash: Buffer,
  now: Date,
): Promise<Caller> {
  const caller = await loadCaller(tx, tenantId, hash, now)
  if (caller === 'unknown') throw new Refusal('not_signed_in', 'The credential is not known here.')
  if (caller === 'expired') {
    throw new Refusal('credential_expired', 'The session or token has expired. Sign in again.')
  }
  const ended = [caller.tenant, caller.principal, ...(caller.token ? [caller.token] : [])]
  if (!ended.every(isActive)) {
    throw new Refusal('credential_expired', 'This access has been suspended or revoked.')
  }
  assertAddress(caller, call)
  noteCredentialSeen(services, caller, now)
  if (caller.session !== null && isMutation(call.operation)) {
    if (call.csrfToken !== services.hasher.csrfToken(caller.session.id)) {
      throw new Refusal(
        'csrf_token_missing',
        'Send the csrfToken of GET /api/v1/session as the header X-CSRF-Token.',
      )
    }
  }
  return caller
}

async function prepare(
  tx: Tx,
  services: Services,
  call: Call,
  caller: Caller,
  now: Date,
): Promise<Context> {
  const account = await actingAccount(tx, call, caller, now)
  const facts = await loadFacts(tx, caller.tenant, account, caller.principal, caller.token, now)
  const context = makeContext({ tx, services, call, caller, account, facts, now })
  return { ...context, object: await namedObject(context) }
}

/** A mutation: at most once per Idempotency-Key, audited, and undone again if it is a dry run. */
async function change(implementation: TenantImplementation, context: Context): Promise<Answer> {
  const { tx, services, call, operation } = context
  const place = idempotencyPlace(context)
  const tenantKey = place && (await loadTenantKey(tx, services.vault, context.tenantId))
  const requestHash = requestHashOf(call)
  if (place && tenantKey) {
    const kept = await findIdempotent(tx, place)
    if (kept && !kept.requestHash.equals(requestHash)) {
      throw new Refusal(
        'idempotency_key_reused',
        'This Idempotency-Key came with another request within 24 hours. Use a new one.',
      )
    }
    if (kept) {
      return { status: kept.status, body: JSON.parse(tenantKey.decrypt(kept.response, place.key)) }
    }
  }

  const notes: AuditNote[] = []
  const losses: Loss[] = []
  const cookies: (SessionCookie | null)[] = []
  const foresight = isDryRun(call) ? new Foresight(context) : null
  const body = await implementation.run({
    ...context,
    audit: (note) => void notes.push(note),
    loses: (loss) => void losses.push(loss),
    touches: async (touched) => foresight?.begin(touched),
    setCookie: (given) => void cookies.push(given),
  })
  if (notes.length === 0) throw new Error(`${operation.id} changed something and audited nothing`)
  if (foresight !== null) {
    throw new DryRun(notes, losses, body, await foresight.end(), context)
  }
  await auditEntries(context, notes)

  const status = operation.status
  if (place && tenantKey) {
    const response = tenantKey.encrypt(JSON.stringify(body ?? null), place.key)
    await keepIdempotent(tx, place, { requestHash, response, status })
  }
  const cookie = cookies.at(-1)
  return { status, body, ...(cookie === undefined ? {} : { cookie }) }
}

function idempotencyPlace(context: Context): IdempotencyPlace | null {
  const { call, operation, account, caller } = context
  if (operation.method !== 'POST' || call.idempotencyKey === null || isDryRun(call)) return null
  return {
    tenantId: context.tenantId,
    accountId: account.id,
    principalId: caller.principal.id,
    operation: operation.id,
    key: call.idempotencyKey,
  }
}

function requestHashOf(call: Call): Buffer {
  const said = JSON.stringify([call.params, call.query, call.body ?? null])
  return createHash('sha256').update(said).digest()
}

function assertAddress(caller: Caller, call: Call): void {
  const list = caller.token?.ipAllowlist
  if (list && !isAllowedAddress(call.address, list)) {
    throw new Refusal('not_allowed', 'The token may not be used from this address.')
  }
}
