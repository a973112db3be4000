/** A review as a file: all of it as JSON, or one list of it for a spreadsheet. */
import { accessReview as contract, Refusal } from '@commonhold/contract'
import { accountTarget } from '@commonhold/core'
import { implement } from './context.ts'
import { reviewGrants } from './review-grants.ts'
import { reviewShares } from './review-shares.ts'
import { tables } from './review-tables.ts'
import { reviewVirtualAccounts } from './review-virtual-accounts.ts'
import {
  type Listed,
  presentReview,
  shownGrants,
  shownShares,
  shownVirtualAccounts,
  wholeReview,
  withFinding,
} from './review-whole.ts'
import { readScope } from './review-window.ts'

/** A review of more is read page by page. */
export const exportedRowsMax = 50_000

/**
 * In the order in which they were made, which no later export of the same changes.
 * @throws refused_by_rule for too many
 */
function inOrder<Row extends Listed>(rows: readonly Row[] | null): Row[] {
  if (rows !== null && rows.length > exportedRowsMax) {
    throw new Refusal(
      'refused_by_rule',
      `There are ${rows.length} rows, and an export has at most ${exportedRowsMax}. Read the list page by page instead.`,
    )
  }
  return (rows ?? []).toSorted(
    (a, b) => a.row.createdAtMs - b.row.createdAtMs || (a.row.id < b.row.id ? -1 : 1),
  )
}

export const exportAll = implement(contract.export, async (c) => {
  const scope = await readScope(c, c.query)
  const whole = await wholeReview(c, scope)
  return {
    ...(await presentReview(c, scope, whole)),
    items: {
      grants: await shownGrants(c, scope, inOrder(whole.grants)),
      shares: await shownShares(c, scope, inOrder(whole.shares)),
      virtualAccounts: await shownVirtualAccounts(c, scope, inOrder(whole.virtualAccounts)),
    },
  }
})

export const exportCsv = implement(contract.csv, async (c) => {
  const { list, finding } = c.query
  const scope = await readScope(c, c.query)
  const chosen = <Row extends Listed>(rows: readonly Row[]) => inOrder(withFinding(rows, finding))
  const here = accountTarget(c.account)
  switch (list) {
    case 'grants':
      return tables.grants(await shownGrants(c, scope, chosen(await reviewGrants(c, scope))))
    case 'shares':
      c.require('share:read', here, 'in this account')
      return tables.shares(await shownShares(c, scope, chosen(await reviewShares(c, scope))))
    case 'virtual-accounts': {
      c.require('virtual-account:read', here, 'in this account')
      const rows = chosen(await reviewVirtualAccounts(c, scope))
      return tables[list](await shownVirtualAccounts(c, scope, rows))
    }
  }
})
