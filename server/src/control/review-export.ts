/** A review as a file: all of it as JSON, or one list of it for a spreadsheet. */
import { accessReview as contract, Refusal } from '@commonhold/contract'
import { accountTarget } from '@commonhold/core'
import { implement } from './context.ts'
import { reviewGrants } from './review-grants.ts'
import {
  presentReviewedGrant,
  presentReviewedShare,
  presentReviewedVirtualAccount,
  tables,
} from './review-present.ts'
import { reviewShares } from './review-shares.ts'
import { reviewVirtualAccounts } from './review-virtual-accounts.ts'
import { type Listed, namesOf, presentReview, wholeReview, withFinding } from './review-whole.ts'
import { readScope } from './review-window.ts'

/** A review of more is read page by page. */
export const exportedRowsMax = 50_000

/** @throws refused_by_rule */
function assertExportable(rows: number): void {
  if (rows <= exportedRowsMax) return
  throw new Refusal(
    'refused_by_rule',
    `There are ${rows} rows, and an export has at most ${exportedRowsMax}. Read the list page by page instead.`,
  )
}

/** In the order in which they were made, which no later export of the same changes. */
function inOrder<Row extends Listed>(rows: readonly Row[] | null): Row[] {
  return (rows ?? []).toSorted(
    (a, b) =>
      a.row.createdAt.getTime() - b.row.createdAt.getTime() || (a.row.id < b.row.id ? -1 : 1),
  )
}

export const exportAll = implement(contract.export, async (c) => {
  const scope = await readScope(c, c.query)
  const whole = await wholeReview(c, scope)
  const [ofGrants, ofShares, ofVirtualAccounts] = [
    inOrder(whole.grants),
    inOrder(whole.shares),
    inOrder(whole.virtualAccounts),
  ]
  const all = [...ofGrants, ...ofShares, ...ofVirtualAccounts]
  assertExportable(all.length)
  const names = await namesOf(c, all)
  return {
    ...(await presentReview(c, scope, whole)),
    items: {
      grants: ofGrants.map((row) => presentReviewedGrant(c, scope, names, row)),
      shares: ofShares.map((row) => presentReviewedShare(c, scope, names, row)),
      virtualAccounts: ofVirtualAccounts.map((row) =>
        presentReviewedVirtualAccount(c, scope, names, row),
      ),
    },
  }
})

export const exportCsv = implement(contract.csv, async (c) => {
  const { list, finding } = c.query
  const scope = await readScope(c, c.query)
  const chosen = async <Row extends Listed>(rows: readonly Row[]) => {
    const some = inOrder(withFinding(rows, finding))
    assertExportable(some.length)
    return { some, names: await namesOf(c, some) }
  }
  switch (list) {
    case 'grants': {
      const { some, names } = await chosen(await reviewGrants(c, scope))
      return tables.grants(some.map((row) => presentReviewedGrant(c, scope, names, row)))
    }
    case 'shares': {
      c.require('share:read', accountTarget(c.account), 'in this account')
      const { some, names } = await chosen(await reviewShares(c, scope))
      return tables.shares(some.map((row) => presentReviewedShare(c, scope, names, row)))
    }
    case 'virtual-accounts': {
      c.require('virtual-account:read', accountTarget(c.account), 'in this account')
      const { some, names } = await chosen(await reviewVirtualAccounts(c, scope))
      return tables[list](some.map((row) => presentReviewedVirtualAccount(c, scope, names, row)))
    }
  }
})
