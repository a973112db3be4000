/** Settings of the deployment: of no tenant, and the operator's to change. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

const multiTenancyName = 'multi_tenancy'
const masterKeyName = 'master_key_id'
const deploymentIdName = 'deployment_id'
const accessUseSinceName = 'access_use_since'

async function read(tx: Tx, name: string): Promise<unknown> {
  const query = tx.selectFrom('deploymentSetting').select('value').where('name', '=', name)
  return (await query.executeTakeFirst())?.value
}

/** Whether more than one tenant may be made; false until somebody says otherwise. */
export async function readMultiTenancy(tx: Tx): Promise<boolean> {
  return (await read(tx, multiTenancyName)) === true
}

export async function writeMultiTenancy(tx: Tx, value: boolean): Promise<void> {
  const stored = { value: JSON.stringify(value), updatedAt: sql<Date>`now()` }
  await tx
    .insertInto('deploymentSetting')
    .values({ name: multiTenancyName, ...stored })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(stored))
    .execute()
}

/**
 * Keeps the name of the master key (never the key) that the deployment began with.
 * @returns the name that is kept: the given one, or the one of an earlier start
 */
export async function keepMasterKeyId(tx: Tx, id: string): Promise<string> {
  await tx
    .insertInto('deploymentSetting')
    .values({ name: masterKeyName, value: JSON.stringify(id) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return String(await read(tx, masterKeyName))
}

/** @returns a name that no other deployment has; made by whoever asks first */
export async function keepDeploymentId(tx: Tx): Promise<string> {
  await tx
    .insertInto('deploymentSetting')
    .values({ name: deploymentIdName, value: JSON.stringify(randomUUID()) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return String(await read(tx, deploymentIdName))
}

/** When the noting of uses of power began: the migration that made its table wrote it. */
export async function readAccessUseSince(tx: Tx): Promise<Date> {
  return new Date(String(await read(tx, accessUseSinceName)))
}
