/** The request log of the account: listed, read one by one, and its bodies shown on the record. */
import { requestLog as contract, type ListParameters } from '@commonhold/contract'
import { formatUsd, type Id, isId, parseUsd } from '@commonhold/core'
import { findAccountTokens } from '../store/limit-level.ts'
import {
  findBodies,
  findModelName,
  findRequestLog,
  listAttempts,
  listRequestLog,
  type RequestLogFilter,
  type RequestLogRow,
} from '../store/request-log.ts'
import { bodiesContext } from '../store/request-log-entry.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'

type Here = Pick<Context, 'tx' | 'account'>

const list = implement(contract.list, async (c) => {
  const request = pageRequest(c)
  const filter = await filterOf(c, c.query)
  if (filter === null) return { items: [], nextCursor: null }
  return listAnswer(c, await listRequestLog(c.tx, c.account.id, filter, request), present)
})

/** Whoever may act here may see what became of his own calls; bodies are for those who may see all. */
const own = implement(contract.own, async (c) => {
  const request = pageRequest(c)
  const filter = await filterOf(c, c.query)
  if (filter === null) return { items: [], nextCursor: null }
  const ofCaller = { ...filter, principal: c.caller.principal.id }
  return listAnswer(c, await listRequestLog(c.tx, c.account.id, ofCaller, request), present)
})

/** @returns null where a name means nothing here, so that no request can match */
async function filterOf(here: Here, { filter }: ListParameters): Promise<RequestLogFilter | null> {
  const { model, user, virtualAccount, token, outcome, code, costMin, from, to } = filter
  if (user !== undefined && virtualAccount !== undefined) return null
  const cost = costMin === undefined ? null : parseUsd(costMin)
  const tokens = token === undefined ? undefined : await tokensOf(here, token)
  const modelName = model === undefined ? undefined : await modelNameOf(here, model)
  if (tokens?.length === 0 || modelName === null) return null
  return {
    ...(modelName === undefined ? {} : { model: modelName }),
    ...principalFilter('user', user?.toLowerCase()),
    ...principalFilter('virtual-account', virtualAccount),
    ...(tokens === undefined ? {} : { tokens }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(code === undefined ? {} : { code }),
    ...(cost?.ok ? { costNanosMin: cost.nanos } : {}),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  }
}

function principalFilter(
  kind: 'user' | 'virtual-account',
  text: string | undefined,
): RequestLogFilter {
  if (text === undefined) return {}
  return { principal: isId(text, kind === 'user' ? 'user' : 'va') ? text : { kind, name: text } }
}

function tokensOf({ tx, account }: Here, reference: string) {
  return isId(reference, 'tok') ? [reference] : findAccountTokens(tx, account.id, reference)
}

/** The log knows models by the names that callers used, which is what a refused call has alone. */
function modelNameOf({ tx }: Here, reference: string): Promise<string | null> | string {
  return isId(reference, 'mdl', 'vmdl') ? findModelName(tx, reference) : reference
}

async function entryOf({ tx, account }: Here, reference: string): Promise<RequestLogRow> {
  const row = isId(reference, 'req') ? await findRequestLog(tx, account.id, reference) : null
  if (row === null) throw notFound('logged request')
  return row
}

const get = implement(contract.get, async (c) => {
  const row = await entryOf(c, c.params.request)
  const attempts = await listAttempts(c.tx, c.account.id, row.id)
  return {
    ...present(row),
    attempts: attempts.map(({ id, costNanos, heldNanos, ...attempt }) => ({
      usageRecord: id,
      attempt: attempt.attempt,
      at: attempt.at.toISOString(),
      model: attempt.model,
      shared: attempt.shareId !== null,
      status: attempt.status,
      why: attempt.why,
      numbersFrom: attempt.numbersFrom,
      inputTokens: attempt.inputTokens,
      cachedInputTokens: attempt.cachedInputTokens,
      outputTokens: attempt.outputTokens,
      priceVersion: attempt.priceVersion,
      heldNanos: String(heldNanos),
      costNanos: String(costNanos),
      overHold: attempt.overHold,
      durationMs: attempt.durationMs,
    })),
  }
})

const reveal = implement(contract.reveal, async (c) => {
  const { id } = await entryOf(c, c.params.request)
  const ciphertext = await findBodies(c.tx, c.account.id, id)
  if (ciphertext === null) throw notFound('body of this request')
  const key = await loadTenantKey(c.tx, c.services.vault, c.tenantId)
  const bodies = JSON.parse(key.decrypt(ciphertext, bodiesContext(id)))

  c.audit({ target: { kind: 'request', id, name: id }, after: { revealed: true } })
  return bodies
})

function present(row: RequestLogRow) {
  return {
    id: row.id as Id<'req'>,
    kind: 'request' as const,
    account: row.accountId,
    at: row.at.toISOString(),
    route: row.route,
    principal: row.principal,
    token: row.token,
    modelAsked: row.modelAsked,
    modelServed: row.modelServed,
    streamed: row.streamed,
    outcome: row.outcome,
    code: row.code,
    message: row.message,
    durationMs: row.durationMs,
    firstByteMs: row.firstByteMs,
    requestBytes: row.requestBytes,
    answerBytes: row.answerBytes,
    bodies: row.hasBodies ? ('kept' as const) : ('none' as const),
    attempts: row.attempts,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    costUsd: formatUsd(row.costNanos),
    costNanos: String(row.costNanos),
  }
}

export const requestLogImplementations = [list, own, get, reveal]
