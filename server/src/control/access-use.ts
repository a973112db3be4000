/**
 * Notes which power requests used, beside them and never in their way: what the access rule allowed is
 * kept in memory, and written a few seconds later, many at once, in a transaction of its own. A process
 * that is killed loses those seconds. What counts as a use: docs/guides/review-access.md.
 */
import type { Permission, ResourceId, TenantId } from '@commonhold/core'
import { type AccessUse, noteAccessUse, RecentUses } from '../store/access-use.ts'
import type { Database } from '../store/database.ts'
import type { Context } from './context.ts'
import type { Services } from './services.ts'

export const noteUsesEveryMs = 5_000
/** Whatever is beyond this while the database is away is dropped: a review is not worth the memory. */
export const usesWaitingMax = 20_000

export interface UseNotes {
  note(tenantId: TenantId, uses: readonly AccessUse[]): void
  /** Writes what waits. Never rejects: what can't be written now is tried again with the next. */
  flush(): Promise<void>
  /** Writes what waits and ends. */
  stop(): Promise<void>
}

export function createUseNotes(database: Database, log: Services['log']): UseNotes {
  const recent = new RecentUses()
  let waiting = new Map<TenantId, AccessUse[]>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function note(tenantId: TenantId, uses: readonly AccessUse[]): void {
    const due = recent.due(uses)
    if (due.length === 0 || count + due.length > usesWaitingMax) return
    // Before it is written, so that a thousand calls of a second are one line of the batch.
    recent.noted(due)
    const ofTenant = waiting.get(tenantId)
    if (ofTenant) ofTenant.push(...due)
    else waiting.set(tenantId, [...due])
    count += due.length
    timer ??= setTimeout(() => void flush(), noteUsesEveryMs).unref()
  }

  async function writeAll(): Promise<void> {
    const batch = waiting
    waiting = new Map()
    count = 0
    for (const [tenantId, uses] of batch) {
      try {
        await database.withTenant(tenantId, (tx) => noteAccessUse(tx, uses))
      } catch (error) {
        log.warn({ tenantId, error: (error as Error).message }, 'uses of power not noted yet')
        keep(tenantId, uses)
      }
    }
  }

  function keep(tenantId: TenantId, uses: AccessUse[]): void {
    if (count + uses.length > usesWaitingMax) return
    waiting.set(tenantId, [...(waiting.get(tenantId) ?? []), ...uses])
    count += uses.length
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(writeAll)
    return writing
  }

  return { note, flush, stop: flush }
}

/** What the caller used in the acting account: each permission on one thing, or on none. */
export function noteUsed(
  { services, tenantId, account, caller, now }: UsedBy,
  uses: readonly { readonly permission: Permission; readonly resourceId: ResourceId | null }[],
): void {
  const by = { accountId: account.id, principalId: caller.principal.id, at: now }
  services.uses.note(
    tenantId,
    uses.map((use) => ({ ...by, ...use })),
  )
}

type UsedBy = Pick<Context, 'services' | 'tenantId' | 'account' | 'caller' | 'now'>
