/**
 * When power was last used: by whom, which permission, on what. It is noted beside the grants and not
 * in them: use is no change of policy, takes no revision and wakes no gateway. What counts as a use,
 * and how exact it is, is told in docs/guides/review-access.md.
 */
import type { AccountId, Permission, PrincipalId, ResourceId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { readAccessUseSince } from './deployment-setting.ts'

/** A use that follows a noted one of the same sooner than this is not written again. */
export const usedEverySeconds = 60
/** For how long a last use is kept. Beyond it, what was not used is as good as never used. */
export const accessUseKeptDays = 400

const dayMs = 24 * 60 * 60 * 1_000

export interface AccessUse {
  readonly accountId: AccountId
  readonly principalId: PrincipalId
  readonly permission: Permission
  /** Null where it was about the account itself, or about everything of a kind in it. */
  readonly resourceId: ResourceId | null
  readonly at: Date
}

/** The same use again, whenever it was. Ids are of one tenant, and so is the account's. */
function keyOf({ accountId, principalId, permission, resourceId }: AccessUse): string {
  return `${accountId} ${principalId} ${permission} ${resourceId ?? ''}`
}

/** Of several of the same, the last. */
function lastOfEach(uses: readonly AccessUse[]): AccessUse[] {
  const last = new Map<string, AccessUse>()
  for (const use of uses) {
    const key = keyOf(use)
    const other = last.get(key)
    if (other === undefined || other.at < use.at) last.set(key, use)
  }
  return [...last.values()]
}

/**
 * What one process has noted within the last minute and need not note again, so that a busy caller
 * costs one row a minute and not one a call. It decides nothing: forgetting it only costs writes.
 */
export class RecentUses {
  static readonly usesMax = 100_000
  readonly #atMs = new Map<string, number>()

  /** @returns those that should be written, each once */
  due(uses: readonly AccessUse[]): AccessUse[] {
    const isNew = (use: AccessUse) =>
      use.at.getTime() - (this.#atMs.get(keyOf(use)) ?? 0) >= usedEverySeconds * 1_000
    return lastOfEach(uses.filter(isNew))
  }

  /** To be called once they are written. */
  noted(uses: readonly AccessUse[]): void {
    if (this.#atMs.size + uses.length > RecentUses.usesMax) this.#atMs.clear()
    for (const use of uses) this.#atMs.set(keyOf(use), use.at.getTime())
  }
}

/**
 * Later uses win, in whichever order they come. One that was noted just before is passed over, so that
 * most calls write nothing; whoever is no member any more leaves nothing behind. In the order of the
 * key, so that two who note the same wait for each other instead of for ever.
 */
export async function noteAccessUse(tx: Tx, uses: readonly AccessUse[]): Promise<void> {
  const rows = lastOfEach(uses).map((use) => ({
    account: uuid(use.accountId),
    principal: uuid(use.principalId),
    permission: use.permission,
    resource: uuid(use.resourceId ?? use.accountId),
    at: use.at.toISOString(),
  }))
  if (rows.length === 0) return
  await sql`insert into access_use
      (tenant_id, account_id, principal_id, permission, resource_id, last_used_at)
    select m.tenant_id, u.account, u.principal, u.permission, u.resource, u.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as u (account uuid, principal uuid, permission text, resource uuid, at timestamptz)
      join membership m on m.account_id = u.account and m.principal_id = u.principal
      left join access_use a on a.tenant_id = m.tenant_id and a.account_id = u.account
        and a.principal_id = u.principal and a.permission = u.permission
        and a.resource_id = u.resource
    where a.last_used_at is null
      or a.last_used_at <= u.at - make_interval(secs => ${usedEverySeconds})
    order by u.account, u.principal, u.permission, u.resource
    for key share of m
    on conflict (tenant_id, account_id, principal_id, permission, resource_id) do update
      set last_used_at = greatest(access_use.last_used_at, excluded.last_used_at)`.execute(tx)
}

/** From when on a use that is not noted did not happen: tracking began, or what was is forgotten. */
export async function accessUseKnownSince(tx: Tx, now: Date): Promise<Date> {
  const began = await readAccessUseSince(tx)
  return new Date(Math.max(began.getTime(), now.getTime() - accessUseKeptDays * dayMs))
}

/** @returns how many rows went */
export async function forgetOldAccessUse(tx: Tx): Promise<number> {
  const gone = await tx
    .deleteFrom('accessUse')
    .where('lastUsedAt', '<', sql<Date>`now() - make_interval(days => ${accessUseKeptDays})`)
    .executeTakeFirstOrThrow()
  return Number(gone.numDeletedRows)
}
