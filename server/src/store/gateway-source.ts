/**
 * Gateways that keep a journal. A source is one journal directory; its epoch rises with every start
 * of the process, so that what an earlier life leased can be told from what this one does.
 */
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** How often a gateway says that it lives. */
export const seenEveryMs = 5_000
/** Who has said nothing for longer is taken for dead. */
export const seenAgoMsMax = 3 * seenEveryMs

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
      seen_at = now(), stopped_at = null`.execute(tx)
}

/** Says that it has stopped, so that nobody waits for it. */
export async function saveStopped(tx: Tx, sourceId: string): Promise<void> {
  await sql`update gateway_source set stopped_at = now() where id = ${sourceId}`.execute(tx)
}

/** The gateways that live, as far as they have said. */
export async function livingSources(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from gateway_source
    where stopped_at is null
      and seen_at > now() - ${`${seenAgoMsMax} milliseconds`}::interval`.execute(tx)
  return rows.map(({ id }) => id)
}
