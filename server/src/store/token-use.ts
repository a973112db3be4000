/** When tokens were last used: apart from the tokens, so that use is no change of policy. */
import type { TokenId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

/** Later uses win, in whichever order they come; tokens that are gone are left out. */
export async function noteTokenUse(
  tx: Tx,
  uses: readonly { readonly tokenId: TokenId; readonly at: Date }[],
): Promise<void> {
  if (uses.length === 0) return
  const last = new Map<TokenId, Date>()
  for (const { tokenId, at } of uses) if (!(last.get(tokenId)! > at)) last.set(tokenId, at)
  const rows = Array.from(last, ([id, at]) => ({ id: uuid(id), at: at.toISOString() }))
  await sql`insert into token_use (tenant_id, token_id, last_used_at)
    select t.tenant_id, t.id, u.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (id uuid, at timestamptz)
      join token t on t.id = u.id
    order by t.id
    on conflict (tenant_id, token_id) do update
      set last_used_at = greatest(token_use.last_used_at, excluded.last_used_at)`.execute(tx)
}
