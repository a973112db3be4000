/**
 * Access reviews: who has what power, when it was last used, and what is odd about it. A review is
 * worked out anew at each question, from the rows as they are; nothing of it is kept but that it was
 * done. What is found is told by findings; what to do about it is the reviewer's, by revoking.
 */
import { accessReview as contract } from '@commonhold/contract'
import { lastReviewRecord, revokedInReviews } from '../store/access-review-record.ts'
import { type Context, implement } from './context.ts'
import { revokeGrants as revokeAll } from './grant.ts'
import { listAnswer, pageRequest } from './list.ts'
import { exportAll, exportCsv } from './review-export.ts'
import { grantFilter } from './review-filter.ts'
import { reviewGrants } from './review-grants.ts'
import { countFindings, endValue, pageOf, timeValue } from './review-page.ts'
import { reviewShares } from './review-shares.ts'
import { reviewVirtualAccounts } from './review-virtual-accounts.ts'
import {
  idOf,
  presentReview,
  type Recorded,
  shownGrants,
  shownShares,
  shownVirtualAccounts,
  wholeReview,
  withFinding,
} from './review-whole.ts'
import { readScope } from './review-window.ts'
import { unshareAll } from './share.ts'

const asIs = <T>(shown: T) => shown

const get = implement(contract.get, async (c) => {
  const scope = await readScope(c, c.query)
  return presentReview(c, scope, await wholeReview(c, scope))
})

const grants = implement(contract.grants, async (c) => {
  const request = pageRequest(c)
  const scope = await readScope(c, request.filter)
  const all = await reviewGrants(c, scope, await grantFilter(c as Context, request.filter))
  const page = pageOf(
    withFinding(all, request.filter.finding),
    request,
    {
      lastUsedAt: ({ lastUsedAt }) => timeValue(lastUsedAt?.getTime() ?? null),
      createdAt: ({ row }) => timeValue(row.createdAtMs),
      expiresAt: ({ row }) => endValue(row.expiresAtMs),
    },
    idOf,
  )
  return listAnswer(c, { ...page, rows: await shownGrants(c, scope, page.rows) }, asIs)
})

const shares = implement(contract.shares, async (c) => {
  const request = pageRequest(c)
  const scope = await readScope(c, request.filter)
  const page = pageOf(
    withFinding(await reviewShares(c, scope), request.filter.finding),
    request,
    {
      lastUsedAt: ({ lastUsedAt }) => timeValue(lastUsedAt?.getTime() ?? null),
      createdAt: ({ row }) => timeValue(row.createdAtMs),
      to: ({ row }) => row.toName,
    },
    idOf,
  )
  return listAnswer(c, { ...page, rows: await shownShares(c, scope, page.rows) }, asIs)
})

const virtualAccounts = implement(contract.virtualAccounts, async (c) => {
  const request = pageRequest(c)
  const scope = await readScope(c, request.filter)
  const page = pageOf(
    withFinding(await reviewVirtualAccounts(c, scope), request.filter.finding),
    request,
    {
      lastUsedAt: ({ lastUsedAt }) => timeValue(lastUsedAt?.getTime() ?? null),
      createdAt: ({ row }) => timeValue(row.createdAtMs),
      name: ({ row }) => row.name,
    },
    idOf,
  )
  const rows = await shownVirtualAccounts(c, scope, page.rows)
  return listAnswer(c, { ...page, rows }, asIs)
})

const revokeGrants = implement(contract.revokeGrants, async (c) => {
  const references = [...new Set(c.body.grants)]
  await revokeAll(c, references)
  return { revoked: references.length }
})

const revokeShares = implement(contract.revokeShares, async (c) => {
  const references = [...new Set(c.body.shares)]
  await unshareAll(c as Context, references)
  return { revoked: references.length }
})

const complete = implement(contract.complete, async (c) => {
  const scope = await readScope(c, {})
  const before = await lastReviewRecord(c.tx, c.account.id)
  const revoked = await revokedInReviews(c.tx, c.account.id, before?.sequence ?? 0n)
  const after: Recorded = {
    note: c.body.note ?? '',
    grants: countFindings(await reviewGrants(c, scope)),
    revokedGrants: revoked.grants,
    revokedShares: revoked.shares,
  }
  const { id, name } = c.account
  c.audit({ target: { kind: 'access-review', id, name }, after: { ...after } })
  const by = { id: c.caller.principal.id, name: c.caller.principal.name }
  return { at: c.now.toISOString(), by, ...after }
})

export const accessReviewImplementations = [
  get,
  grants,
  shares,
  virtualAccounts,
  exportAll,
  exportCsv,
  revokeGrants,
  revokeShares,
  complete,
]
