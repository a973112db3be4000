/** Sends an attempt as its author would, with an id by which the database tells when it was committed. */
import { fullPath, operations } from '@commonhold/contract'
import type { Client } from 'pg'
import type { Answer, Attempt } from './step.ts'

const byId = new Map(operations.map((operation) => [operation.id, operation]))

export interface Sent {
  readonly attempt: Attempt
  readonly requestId: string
  /** 0 where the connection broke. */
  readonly status: number
  readonly answer: Answer
}

/** @param idempotencyKey so that it can be sent again where the answer was lost */
export async function send(
  url: string,
  attempt: Attempt,
  requestId: string,
  idempotencyKey?: string,
): Promise<Sent> {
  if (typeof attempt.body === 'function') return sendByClient(attempt, requestId)
  const { status, answer } = await exchange(url, attempt, requestId, idempotencyKey)
  return { attempt, requestId, status, answer }
}

/** Whoever begins a session keeps its cookie, which a client of his own does. */
async function sendByClient(attempt: Attempt, requestId: string): Promise<Sent> {
  try {
    const answer = await (attempt.body as () => Promise<Answer>)()
    return { attempt, requestId, status: 200, answer }
  } catch (error) {
    return { attempt, requestId, status: 0, answer: String(error) }
  }
}

async function exchange(
  url: string,
  { operation: id, params = {}, body, who }: Attempt,
  requestId: string,
  idempotencyKey?: string,
): Promise<{ status: number; answer: Answer }> {
  const operation = byId.get(id)!
  const path = fullPath(operation).replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name]!),
  )
  try {
    const response = await fetch(url + path, {
      method: operation.method,
      headers: {
        ...who?.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'x-request-id': requestId,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, answer: text === '' ? null : JSON.parse(text) }
  } catch (error) {
    return { status: 0, answer: String(error) }
  }
}

/** Those that were answered with success, in the order in which the database committed them. */
export async function inOrder(client: Client, sent: readonly Sent[]): Promise<Sent[]> {
  const done = sent.filter(({ status }) => status >= 200 && status < 300)
  if (done.length < 2) return done
  const { rows } = await client.query<{ request_id: string; sequence: string }>(
    `select request_id, min(sequence) as sequence from audit_event
      where request_id = any($1) group by request_id`,
    [done.map(({ requestId }) => requestId)],
  )
  const sequenceOf = new Map(rows.map((row) => [row.request_id, Number(row.sequence)]))
  const at = ({ requestId }: Sent) => sequenceOf.get(requestId) ?? Number.MAX_SAFE_INTEGER
  return done.toSorted((a, b) => at(a) - at(b))
}
