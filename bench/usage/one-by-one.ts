/**
 * How usage is written where nobody collects it: each call in a transaction of its own, with its row and
 * its counters, many at a time. The same tables; the counters are plain increments.
 */
import { type TenantId, uuidOf } from '@commonhold/core'
import pg from 'pg'
import type { AppliedOutcome } from '../../server/src/store/usage-record.ts'

const CONNECTIONS = 8

const insertRow = `insert into usage_record (tenant_id, account_id, id, request_id, at, principal_id,
    principal_kind, principal_name, token_id, team_ids, model_id, model_name, provider_account_id,
    route, status, numbers_from, input_tokens, output_tokens, price_id, cost_nanos, held_nanos,
    duration_ms)
  values ($1, $2, $3, $4, to_timestamp($5::double precision / 1000), $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
const addUp = `update pool set settled = settled + $3
  where tenant_id = $1 and owner_id = any ($2::uuid[])`

export async function writeOneByOne(
  appUrl: string,
  tenantId: TenantId,
  outcomes: readonly AppliedOutcome[],
): Promise<void> {
  const pool = new pg.Pool({ connectionString: appUrl, max: CONNECTIONS })
  const queue = outcomes.values()
  const work = async () => {
    const client = await pool.connect()
    for (const { usage: one, settlements } of queue) {
      await client.query('begin')
      await client.query(`select set_config('commonhold.tenant_id', $1, true)`, [uuidOf(tenantId)])
      await client.query({
        name: 'insert',
        text: insertRow,
        values: [
          uuidOf(tenantId),
          uuidOf(one.accountId),
          one.id,
          one.requestId,
          one.atMs,
          uuidOf(one.principalId),
          one.principalKind,
          one.principalName,
          one.tokenId && uuidOf(one.tokenId),
          one.teamIds.map(uuidOf),
          uuidOf(one.modelId),
          one.modelName,
          uuidOf(one.providerAccountId),
          one.route,
          one.status,
          one.numbersFrom,
          one.inputTokens,
          one.outputTokens,
          one.priceId && uuidOf(one.priceId),
          one.costNanos,
          one.heldNanos,
          one.durationMs,
        ],
      })
      const owners = settlements.map(({ ownerId }) => uuidOf(ownerId))
      await client.query({
        name: 'add',
        text: addUp,
        values: [uuidOf(tenantId), owners, one.costNanos],
      })
      await client.query('commit')
    }
    client.release()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  await pool.end()
}
