/** What a lowered boundary takes away, told by a dry run before anybody loses it. */
import {
  carriedBy,
  intersection,
  isEmpty,
  listPermissions,
  lostByLowering,
  type Permission,
  permissionSet,
} from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import { type GrantRow, listGrants } from '../store/grant.ts'
import type { Context } from './context.ts'

const grantsPerPage = 200
/** Told one by one up to here; the rest as a number. */
export const grantsToldMax = 1_000

export async function tellBoundaryLosses(
  c: Context,
  before: AccountRow,
  after: readonly Permission[],
): Promise<void> {
  if ((c.query as { dryRun?: boolean }).dryRun !== true) return
  const lost = lostByLowering(before.boundary, permissionSet(after))
  if (lost.length === 0) return
  for (const permission of lost) {
    const sentence = `Nobody in ${before.name} can exercise ${permission} any more.`
    c.loses({ what: 'permission', id: permission, sentence })
  }
  const lostSet = permissionSet(lost)
  let told = 0
  let more = 0
  for await (const grant of everyGrant(c, before)) {
    const idle = listPermissions(intersection(carriedByGrant(grant), lostSet))
    if (idle.length === 0) continue
    if (told === grantsToldMax) {
      more += 1
      continue
    }
    told += 1
    const sentence = `${grant.subject.name} loses ${idle.join(', ')} of the role ${grant.role.name}.`
    c.loses({ what: 'grant', id: grant.id, sentence })
  }
  if (more > 0) {
    c.loses({ what: 'grant', id: '', sentence: `${more} more grants carry less.` })
  }
}

function carriedByGrant({ role, object }: GrantRow) {
  if (isEmpty(role.permissions) || object.type === 'account') return role.permissions
  return carriedBy(role.permissions, { type: object.type, kind: object.kind! })
}

async function* everyGrant({ tx }: Context, account: AccountRow): AsyncGenerator<GrantRow> {
  let after: { value: string; id: string } | null = null
  do {
    const request = { limit: grantsPerPage, sort: 'createdAt', after, filter: {} }
    const page: Awaited<ReturnType<typeof listGrants>> = await listGrants(
      tx,
      account.id,
      { principals: [] },
      request,
    )
    yield* page.rows
    after = page.next
  } while (after !== null)
}
