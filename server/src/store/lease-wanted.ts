/**
 * A gateway lacks what others have leased, and asks them for what of it lies idle. It is announced with ids
 * alone, in the channel in which gateways are asked questions; whoever has something gives it back.
 */
import { isId, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { questionChannel } from './gateway-question.ts'

/** A NOTIFY carries up to 8,000 bytes; a key has about a hundred. */
const keysMax = 50
const uuidText = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const announced = new RegExp(`^idle (${uuidText}) (${uuidText}) (\\S.*)$`)

export interface LeaseWanted {
  /** Who asks, and need not be asked. */
  readonly sourceId: string
  readonly tenantId: TenantId
  /** `poolKeyText` of each pool. */
  readonly keys: readonly string[]
}

/** Heard when the transaction commits. */
export async function announceWanted(
  tx: Tx,
  { sourceId, tenantId, keys }: LeaseWanted,
): Promise<void> {
  const payload = `idle ${sourceId} ${uuid(tenantId)} ${keys.slice(0, keysMax).join(' ')}`
  await sql`select pg_notify(${questionChannel}, ${payload})`.execute(tx)
}

/** @returns null for what is something else */
export function parseWanted(payload: string): LeaseWanted | null {
  const [, sourceId, tenantUuid, keys] = announced.exec(payload) ?? []
  if (sourceId === undefined || tenantUuid === undefined || keys === undefined) return null
  const tenantId = typed('tnt', tenantUuid)
  return isId(tenantId, 'tnt') ? { sourceId, tenantId, keys: keys.split(' ') } : null
}
