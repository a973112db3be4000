/** What virtual models point at. Their targets are stored as ids, so that a renamed model stays one. */
import { type AccountId, isId, type ResourceId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

/** @returns how the account calls each of these models; those that it can't reach are missing */
export async function modelPaths(
  tx: Tx,
  account: AccountId,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const models = ids.filter((id) => isId(id, 'mdl')).map((id) => uuid(id as ResourceId))
  if (models.length === 0) return new Map()
  const own = uuid(account)
  const { rows } = await sql<{ id: string; path: string }>`
    select m.id, p.name || '/' || m.name as path
    from resource m join resource p on p.id = m.parent_id
    where m.id = any(${models}::uuid[]) and (m.account_id = ${own} or exists (
      select from share s where s.to_account_id = ${own} and s.resource_id in (m.id, m.parent_id)
        and s.root_account_id = m.account_id))`.execute(tx)
  return new Map(rows.map((row) => [typed('mdl', row.id), row.path]))
}

/** The virtual models that have any of the models among their targets. */
export async function virtualModelsTargeting(
  tx: Tx,
  account: AccountId,
  models: readonly ResourceId[],
): Promise<string[]> {
  if (models.length === 0) return []
  const { rows } = await sql<{ name: string }>`
    select v.name from resource v, jsonb_array_elements(v.spec -> 'targets') as target
    where v.kind = 'virtual-model' and v.account_id = ${uuid(account)}
      and target ->> 'model' = any(${[...models]}::text[])
    group by v.name order by v.name`.execute(tx)
  return rows.map((row) => row.name)
}
