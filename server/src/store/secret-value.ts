/**
 * Values that are written and never read back through the API: keys of vendors, secrets. Only their
 * ciphertext is stored, bound to the place where it stands.
 */
import type { ResourceId, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import type { TenantKey } from '../crypto/envelope.ts'
import { type Tx, uuid } from './database.ts'
import { secretContext } from './secret-context.ts'

export interface SecretPlace {
  readonly tenantId: TenantId
  readonly resourceId: ResourceId
  /** The name of the value in its resource, such as `apiKey`. */
  readonly field: string
}

/** Writes the value, over the one that was there. */
export async function putSecretValue(
  tx: Tx,
  key: TenantKey,
  place: SecretPlace,
  plaintext: string,
): Promise<void> {
  const { tenantId, resourceId, field } = place
  const ciphertext = key.encrypt(plaintext, secretContext(resourceId, field))
  await tx
    .insertInto('secretValue')
    .values({ tenantId: uuid(tenantId), resourceId: uuid(resourceId), field, ciphertext })
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'resourceId', 'field'])
        .doUpdateSet({ ciphertext, updatedAt: sql<Date>`now()` }),
    )
    .execute()
}

/** @returns null where none was written */
export async function readSecretValue(
  tx: Tx,
  key: TenantKey,
  place: SecretPlace,
): Promise<string | null> {
  const row = await select(tx, place).executeTakeFirst()
  return row ? key.decrypt(row.ciphertext, secretContext(place.resourceId, place.field)) : null
}

export async function hasSecretValue(tx: Tx, place: SecretPlace): Promise<boolean> {
  return (await select(tx, place).executeTakeFirst()) !== undefined
}

/** @returns false where there was none */
export async function deleteSecretValue(tx: Tx, place: SecretPlace): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('secretValue')
    .where('resourceId', '=', uuid(place.resourceId))
    .where('field', '=', place.field)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

const select = (tx: Tx, { resourceId, field }: SecretPlace) =>
  tx
    .selectFrom('secretValue')
    .select('ciphertext')
    .where('resourceId', '=', uuid(resourceId))
    .where('field', '=', field)
