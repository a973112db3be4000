/** Sessions of the operator: of the deployment, not of any tenant. */
import type { Tx } from './database.ts'

export async function findOperatorSession(tx: Tx, hash: Buffer) {
  const row = await tx
    .selectFrom('operatorSession')
    .select('expiresAt')
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row ?? null
}

export async function insertOperatorSession(
  tx: Tx,
  session: { hash: Buffer; expiresAt: Date },
): Promise<void> {
  await tx.insertInto('operatorSession').values(session).execute()
}

export async function deleteOperatorSession(tx: Tx, hash: Buffer): Promise<void> {
  await tx.deleteFrom('operatorSession').where('hash', '=', hash).execute()
}

export async function deleteExpiredOperatorSessions(tx: Tx): Promise<void> {
  await tx.deleteFrom('operatorSession').where('expiresAt', '<=', new Date()).execute()
}
