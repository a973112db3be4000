/** The names behind ids such as `created_by` holds, for sentences that people read. */
import { type Id, isId } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'

/**
 * @param ids of users and virtual accounts; any other text is passed over
 * @returns e-mail or name for each that still exists
 */
export async function principalNames(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const users = ids.filter((id): id is Id<'user'> => isId(id, 'user'))
  const virtualAccounts = ids.filter((id): id is Id<'va'> => isId(id, 'va'))
  const names = new Map<string, string>()
  if (users.length > 0) {
    const rows = await tx
      .selectFrom('user')
      .select(['id', 'email'])
      .where('id', 'in', users.map(uuid))
      .execute()
    for (const row of rows) names.set(typed('user', row.id), row.email)
  }
  if (virtualAccounts.length > 0) {
    const rows = await tx
      .selectFrom('virtualAccount')
      .select(['id', 'name'])
      .where('id', 'in', virtualAccounts.map(uuid))
      .execute()
    for (const row of rows) names.set(typed('va', row.id), row.name)
  }
  return names
}
