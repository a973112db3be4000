/** Settings of the deployment: of no tenant, and the operator's to change. */
import { sql } from 'kysely'
import type { Tx } from './database.ts'

const multiTenancyName = 'multi_tenancy'

/** Whether more than one tenant may be made; false until somebody says otherwise. */
export async function readMultiTenancy(tx: Tx): Promise<boolean> {
  const row = await tx
    .selectFrom('deploymentSetting')
    .select('value')
    .where('name', '=', multiTenancyName)
    .executeTakeFirst()
  return row?.value === true
}

export async function writeMultiTenancy(tx: Tx, value: boolean): Promise<void> {
  const stored = { value: JSON.stringify(value), updatedAt: sql<Date>`now()` }
  await tx
    .insertInto('deploymentSetting')
    .values({ name: multiTenancyName, ...stored })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(stored))
    .execute()
}
