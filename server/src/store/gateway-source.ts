/**
 * Gateways that keep a journal. A source is one journal directory; its epoch rises with every start
 * of the process, so that what an earlier life leased can be told from what this one does.
 */
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** @returns the newest epoch that was seen of this source, 0 for a new one */
export async function sourceEpoch(tx: Tx, sourceId: string): Promise<number> {
  const row = await tx
    .selectFrom('gatewaySource')
    .select('epoch')
    .where('id', '=', sourceId)
    .executeTakeFirst()
  return Number(row?.epoch ?? 0n)
}

/** Says that the source lives, in this epoch. */
export async function saveSource(tx: Tx, sourceId: string, epoch: number): Promise<void> {
  await sql`insert into gateway_source (id, epoch) values (${sourceId}, ${epoch})
    on conflict (id) do update set epoch = greatest(gateway_source.epoch, excluded.epoch),
      seen_at = now()`.execute(tx)
}
