/**
 * A question of the control plane to every gateway: what runs now in this tenant? It is announced with
 * ids alone, because whatever a NOTIFY carries has no wall; the answers are rows behind the tenant's.
 */
import {
  type AccountId,
  isId,
  type PrincipalId,
  type ResourceId,
  type TenantId,
  type TokenId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

/** Announced as `<question's UUID> <tenant's UUID>`. */
export const questionChannel = 'commonhold_question'
const uuidText = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const announced = new RegExp(`^(${uuidText}) (${uuidText})$`)

/** Answers that nobody took away, because whoever asked is gone. */
export const answersKeptMinutes = 5

/** Calls that are alike: of one token, to one model by one name. */
export interface RunningGroup {
  readonly accountId: AccountId
  readonly principalId: PrincipalId
  readonly tokenId: TokenId
  /** What the call may not go on without: the model, and the virtual model that it came by. */
  readonly needs: readonly {
    readonly kind: 'model' | 'virtual-model'
    readonly ownerId: AccountId
    /** Its id, then that of what it is in. */
    readonly path: readonly ResourceId[]
  }[]
  readonly calls: number
}

export interface GatewayAnswer {
  readonly groups: readonly RunningGroup[]
  /** Calls in groups that did not fit. */
  readonly more: number
}

/** Heard when the transaction commits. */
export async function announceQuestion(
  tx: Tx,
  tenantId: TenantId,
  questionId: string,
): Promise<void> {
  const payload = `${questionId} ${uuid(tenantId)}`
  await sql`select pg_notify(${questionChannel}, ${payload})`.execute(tx)
}

/** @returns null for what is no question */
export function parseQuestion(payload: string): { questionId: string; tenantId: TenantId } | null {
  const [, questionId, tenantUuid] = announced.exec(payload) ?? []
  if (questionId === undefined || tenantUuid === undefined) return null
  const tenantId = typed('tnt', tenantUuid)
  return isId(tenantId, 'tnt') ? { questionId, tenantId } : null
}

export async function insertAnswer(
  tx: Tx,
  from: { tenantId: TenantId; questionId: string; sourceId: string },
  answer: GatewayAnswer,
): Promise<void> {
  const { tenantId, questionId, sourceId } = from
  await tx
    .insertInto('gatewayAnswer')
    .values({ tenantId: uuid(tenantId), questionId, sourceId, calls: JSON.stringify(answer) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Which of them have answered so far. */
export async function answeredSources(tx: Tx, questionId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('gatewayAnswer')
    .select('sourceId')
    .where('questionId', '=', questionId)
    .execute()
  return rows.map((row) => row.sourceId)
}

/** The answers, taken away; and those that somebody else never took. */
export async function takeAnswers(tx: Tx, questionId: string): Promise<GatewayAnswer[]> {
  const { rows } = await sql<{ calls: GatewayAnswer; mine: boolean }>`delete from gateway_answer
    where question_id = ${questionId}
      or at < now() - ${`${answersKeptMinutes} minutes`}::interval
    returning calls, question_id = ${questionId} as mine`.execute(tx)
  return rows.filter(({ mine }) => mine).map(({ calls }) => calls)
}
