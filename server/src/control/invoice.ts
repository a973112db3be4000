/** Invoices of the account: closed ones as they were sent, open ones as the ledger has them now. */
import { invoice as contract } from '@commonhold/contract'
import { type AccountId, formatUsd } from '@commonhold/core'
import { closedInvoices, type Invoice, openInvoice, openMonths } from '../store/invoice.ts'
import { type Context, implement } from './context.ts'
import { notFound } from './resolve.ts'

type Here = Pick<Context, 'tx' | 'account' | 'now'>

const list = implement(contract.list, async (c) => {
  const months = await openMonths(c.tx, c.account.id, c.now.getTime())
  const open = []
  for (const [index, month] of months.entries()) {
    open.push(await openInvoice(c.tx, c.account.id, month, index === 0))
  }
  const all = [...open.reverse(), ...(await closedInvoices(c.tx, c.account.id))]
  return { items: all.map((row) => present(c.account.id, row)), nextCursor: null }
})

const get = implement(contract.get, async (c) => {
  return present(c.account.id, await findInvoice(c, c.params.period))
})

/** @throws not_found for a month in which nothing was booked, unless it is the running one */
async function findInvoice({ tx, account, now }: Here, period: string): Promise<Invoice> {
  const months = await openMonths(tx, account.id, now.getTime())
  const index = months.findIndex(({ id }) => id === period)
  if (index >= 0) return openInvoice(tx, account.id, months[index]!, index === 0)
  const closed = await closedInvoices(tx, account.id)
  const found = closed.find(({ month }) => month.id === period)
  if (found === undefined) throw notFound('invoice')
  return found
}

function present(accountId: AccountId, row: Invoice) {
  const { id, month, totalNanos, creditedNanos, adjustedNanos, carriedOverNanos } = row
  return {
    id,
    kind: 'invoice' as const,
    account: accountId,
    period: month.id,
    from: month.from.toISOString(),
    to: month.to.toISOString(),
    state: id === null ? ('open' as const) : ('closed' as const),
    totalUsd: formatUsd(totalNanos),
    totalNanos: String(totalNanos),
    creditedUsd: formatUsd(creditedNanos),
    creditedNanos: String(creditedNanos),
    adjustedUsd: formatUsd(adjustedNanos),
    adjustedNanos: String(adjustedNanos),
    carriedOverUsd: formatUsd(carriedOverNanos),
    carriedOverNanos: String(carriedOverNanos),
    lines: row.lines.map(({ amountNanos, ...line }) => ({
      ...line,
      amountUsd: formatUsd(amountNanos),
      amountNanos: String(amountNanos),
    })),
  }
}

export const invoiceImplementations = [list, get]
